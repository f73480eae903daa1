"""Preferences: what a user always wants of a target, unless a request says otherwise.

A preference is data. It can add to what a program does, or choose where a request leaves a choice; no rule,
approval or budget knows that there is such a thing.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """All that can be preferred."""

    TAG = "tag"
    """What is made carries the tag `key` with `value`."""
    NEVER_REGION = "never-region"
    """Nothing is made in the region `key`."""
    REGION = "region"
    """Where things go that a request names no place for: `value`."""
    SIZE = "size"
    """Which machine type is made where a request says nothing of size: `value`."""
    ENCRYPTED = "encrypted"
    """Disks that are made are encrypted."""
    PREFIX = "prefix"
    """How the names of machines begin that a request gives no name: `value`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is preferred.

    Attributes:
        key: what there can be several of, each with a value of its own; else empty.
    """

    kind: Kind
    key: str = ""
    value: str = ""

    def __str__(self) -> str:
        """In plain words, as they follow `as you prefer: `."""
        return {
            Kind.TAG: f"{self.key}={self.value} on what is made",
            Kind.NEVER_REGION: f"nothing is made in {self.key}",
            Kind.REGION: f"in {self.value} where no place is named",
            Kind.SIZE: f"machines are {self.value} where no size is named",
            Kind.ENCRYPTED: "disks that are made are encrypted",
            Kind.PREFIX: f"names of machines begin with {self.value} where none is given",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Preference:
    """A wish that a user has of a target.

    Attributes:
        id: its number in its home; 0: it is only said in a request, and not kept.
        words: as it was said.
        created: seconds since the epoch.
    """

    id: int
    user: str
    target: str
    wish: Wish
    words: str
    created: float

    def __str__(self) -> str:
        return f"{self.wish} ({f'preference {self.id}' if self.id else 'this request says so'})"
