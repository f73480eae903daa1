"""The accounts behind targets: where each is, that it is who the user said, and a twin of it to rehearse in.

The gym's accounts and real ones look alike to everybody who asks here.
"""

import os
import re
import secrets
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from skywright.errors import Refused
from skywright.model.target import Target, Upstream
from skywright.state.gym import DEFAULT_REGION, Gym

_TWIN = re.compile(r"twin-(\d+)-[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are somewhere: the account's number and the name we have in it."""

    account: str
    arn: str


@dataclass(frozen=True)
class Accounts:
    """Reaches targets.

    Attributes:
        from_profile: where a real account named by profile is, and what signs for it.
        identify: who an upstream says that we are.
        describe: everything a twin is filled with, read from an upstream in the given regions.
    """

    gym: Gym
    from_profile: Callable[[str], Upstream]
    identify: Callable[[Upstream], Identity]
    describe: Callable[[Upstream, Sequence[str]], dict[str, Any]]

    def reach(self, target: Target) -> Upstream:
        """Where the target is and what signs for it, after checking that it is who the user said.

        Raises:
            Refused: It is another account.
            Unavailable: It cannot be reached.
        """
        if target.kind == "gym":
            self.gym.up()
            return self.gym.account(target.reference).upstream(target.region or DEFAULT_REGION)
        upstream = self.from_profile(target.reference)
        identity = self.identify(upstream)
        if target.account and identity.account != target.account:
            raise Refused(
                "target-identity",
                f"target {target.name} is account {target.account}, but profile {target.reference} "
                f"leads to {identity.account} ({identity.arn}); nothing was done",
            )
        return upstream

    def who(self, target: Target) -> Identity:
        """Who we are there, as the cloud itself says."""
        if target.kind == "gym":
            return self.identify(self.reach(target))
        return self.identify(self.from_profile(target.reference))

    @contextmanager
    def twin(self, target: Target, regions: Sequence[str]) -> Generator[Upstream]:
        """A sandbox filled with a copy of the target, thrown away at the end."""
        self.gym.up()
        self._sweep()
        name = f"twin-{os.getpid()}-{secrets.token_hex(3)}"
        region = target.region or DEFAULT_REGION
        if target.kind == "gym":
            account = self.gym.fork(target.reference, name)
        else:
            descriptions = self.describe(self.reach(target), regions)
            account = self.gym.create(name)
            self.gym.fill(name, descriptions)
        try:
            yield account.upstream(region)
        finally:
            self.gym.remove(name)

    def _sweep(self) -> None:
        """Throw away the twins of processes that were killed before they could."""
        for described in self.gym.status()["accounts"]:
            twin = _TWIN.fullmatch(described["name"])
            if twin and not _alive(int(twin[1])):
                self.gym.remove(described["name"])


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
