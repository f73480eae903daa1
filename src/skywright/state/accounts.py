"""The accounts behind targets: where each is, that it is who the user said, and a twin of it to rehearse in.

The gym's accounts and real ones look alike to everybody who asks here.
"""

import os
import re
import secrets
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from skywright.clouds.aws.describe import Described
from skywright.clouds.calling import Caller
from skywright.clouds.restoring import Descriptions
from skywright.errors import CloudFailed, Refused, SkywrightError, Unavailable, Usage
from skywright.model.target import Target, Upstream
from skywright.state.gym import DEFAULT_REGION, WISHES, Gym

_TWIN = re.compile(r"twin-(\d+)-[0-9a-f]+")
_AS_MADE = "as-made"
_SHOWN = 5
"""So many things that a twin lacks are named; the rest are counted."""


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
        describe: everything a twin is filled with, read from an upstream in the given regions; of
            what is not the account's own, what the given ids name.
        say: told what of an account its twin lacks.
        hand: calls an upstream's operations directly; its headers go with each request.
    """

    gym: Gym
    from_profile: Callable[[str], Upstream]
    identify: Callable[[Upstream], Identity]
    describe: Callable[[Upstream, Sequence[str], Collection[str]], Described]
    say: Callable[[str], None] = lambda _line: None
    hand: Callable[[Upstream, Mapping[str, str]], Caller] | None = None

    def reach(self, target: Target) -> Upstream:
        """Where the target is and what signs for it, after checking that it is who the user said.

        Raises:
            Refused: It is another account.
            Unavailable: It cannot be reached.
        """
        if target.kind == "gym":
            self.gym.up()
            account = self.gym.account(target.reference)
            if target.account and account.number != target.account:
                raise Refused(
                    "target-identity",
                    f"target {target.name} is account {target.account}, but the gym's account "
                    f"{target.reference} is now {account.number}; nothing was done",
                )
            return account.upstream(target.region or DEFAULT_REGION)
        upstream = self.from_profile(target.reference)
        identity = self._identity(target, upstream)
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
        return self._identity(target, self.from_profile(target.reference))

    def _identity(self, target: Target, upstream: Upstream) -> Identity:
        try:
            return self.identify(upstream)
        except CloudFailed as error:
            raise Unavailable(
                f"the AWS profile '{target.reference}' is not let in: {error.message} ({error.code}); "
                "nothing was done"
            ) from error

    @contextmanager
    def twin(
        self, target: Target, regions: Sequence[str], named: Collection[str] = ()
    ) -> Generator[Upstream]:
        """A sandbox filled with a copy of the target, thrown away at the end.

        Args:
            named: ids that will be referred to in it, of things that may not be the target's own.
        """
        self.gym.up()
        self._sweep()
        name = f"twin-{os.getpid()}-{secrets.token_hex(3)}"
        region, described = target.region or DEFAULT_REGION, None
        if target.kind == "gym":
            account = self.gym.fork(target.reference, name)
        else:
            upstream = self.reach(target)
            described = self.describe(upstream, regions, named)
            region = target.region or upstream.region
            account = self.gym.create(name, target.account or None)
        try:
            if described is not None:
                self._fill(name, described)
            yield account.upstream(region)
        finally:
            self.gym.remove(name)

    def _fill(self, name: str, described: Described) -> None:
        """Fill a twin, and say what it lacks: a rehearsal that stumbles over it can be understood then."""
        left_out = self.gym.fill(name, described.resources)["left_out"]
        lacking = [*described.unread, *left_out]
        for sentence in lacking[:_SHOWN]:
            self.say(f"not in the twin: {sentence}")
        if len(lacking) > _SHOWN:
            self.say(f"not in the twin: {len(lacking) - _SHOWN} more")

    def found(self, name: str, number: str, described: Descriptions) -> tuple[Upstream, Sequence[str]]:
        """A new account of the gym with what is there before anything is made; nothing takes time in it.

        Returns:
            Where it is, and a sentence for each thing described that it cannot have.
        """
        self.gym.up()
        account = self.gym.create(name, number or None)
        try:
            left_out = self.gym.fill(name, described)["left_out"]
            self.gym.set_clock(name, {"durations": "none"})
        except SkywrightError:
            self.gym.remove(name)
            raise
        return account.upstream(), left_out

    def settle(self, name: str) -> None:
        """From now on things take time in that account, and what it is now is what `ready` makes it again."""
        self.gym.set_clock(name, {"durations": "quick"})
        self.gym.snapshot(name, _AS_MADE)

    def ready(self, name: str) -> bool:
        """Make a twin what it was when it was made; whether there is one of that name."""
        self.gym.up()
        try:
            self.gym.restore(name, _AS_MADE)
        except Usage:
            return False
        return True

    def builder(self, upstream: Upstream, wishes: Sequence[str]) -> Caller:
        """A caller that makes things of those ids, where the account can have them so."""
        assert self.hand is not None
        return self.hand(upstream, {WISHES: " ".join(wishes)} if wishes else {})

    def has(self, name: str) -> bool:
        """Whether the gym has an account of that name."""
        self.gym.up()
        return any(account["name"] == name for account in self.gym.status()["accounts"])

    def remove(self, name: str) -> None:
        """Remove an account of the gym, with all that is in it."""
        self.gym.remove(name)

    @contextmanager
    def copy(self, name: str, region: str, others: Descriptions) -> Generator[Upstream]:
        """A copy of an account of the gym with more from elsewhere in it, thrown away at the end."""
        self.gym.up()
        self._sweep()
        copy = f"twin-{os.getpid()}-{secrets.token_hex(3)}"
        account = self.gym.fork(name, copy)
        try:
            if others:
                self.gym.fill(copy, others)
            yield account.upstream(region)
        finally:
            self.gym.remove(copy)

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
