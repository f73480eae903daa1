"""Leases: the right to change a resource, or to rely on its staying as it is, for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What a lease is for. Many may read beside each other; who writes is alone."""

    READ = "read"
    WRITE = "write"

    def against(self, other: "Mode") -> bool:
        """Whether the two cannot be held by two at once."""
        return Mode.WRITE in (self, other)

    def within(self, other: "Mode") -> bool:
        """Whether who holds the other needs not this one too."""
        return self is other or other is Mode.WRITE


Wanted = Mapping[str, Mode]
"""What somebody wants to have leases on, by resource."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants leases, on what and what for.

    Attributes:
        realm: the account in which the resources are (`Target.realm`).
        holder: a run.
    """

    realm: str
    holder: str
    purpose: str
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Lease:
    """One resource in somebody's hands. Times are seconds since the epoch, by the store's own clock.

    Attributes:
        fence: its fencing number: greater than that of every lease that was given in this realm before.
        until: when it lapses unless it is renewed.
        lost_to: who has had the resource since, or broke the lease; empty: nobody.
    """

    realm: str
    resource: str
    holder: str
    mode: Mode
    fence: int
    since: float
    until: float
    purpose: str
    lost_to: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for leases.

    Attributes:
        ticket: whoever has a lower one was there before.
        seen: when it last showed that it still waits.
    """

    realm: str
    ticket: int
    holder: str
    wanted: Wanted
    since: float
    seen: float
    purpose: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Leases were given, under that fencing number."""

    fence: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """Leases were not given, since somebody else has or awaits one of them.

    Attributes:
        says: who has what since when and what for, in one sentence.
        ticket: under which to ask again.
        hopeless: whether waiting would be for ever: they wait for us, too.
    """

    says: str
    ticket: int
    hopeless: bool = False
