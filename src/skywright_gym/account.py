"""The gym's accounts. Owns their names, key pairs, worlds and what can be done with a whole account;
knows neither HTTP nor files.
"""

import hashlib
import re
import secrets
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from skywright_gym import copying
from skywright_gym.world import World

CHANCE = "chance"
"""What all that is drawn in a world comes from, in its extras, if it was made with a seed."""
_SEED = "seed"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class Unknown(Exception):
    """There is no account, snapshot or fault of that name."""


class Unfit(Exception):
    """What was asked for cannot be: a bad or a taken name."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An access key of the account's root. Its repr shows no secret."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass
class Account:
    """One account.

    Attributes:
        world: replaced as a whole by reset and restore.
        snapshots: what was kept of it, by name.
        dirty: whether anything may have changed since it was last written to disk.
    """

    name: str
    keys: KeyPair
    world: World
    snapshots: dict[str, bytes] = field(default_factory=dict[str, bytes])
    dirty: bool = True


class Accounts:
    """All accounts of the gym, by name."""

    def __init__(self, prepare: Callable[[World], None]) -> None:
        """`prepare` is called with every world that comes out of bytes, before anybody works in it."""
        self._by_name: dict[str, Account] = {}
        self._prepare = prepare

    def all(self) -> list[Account]:
        return list(self._by_name.values())

    def get(self, name: str) -> Account:
        """Raises Unknown."""
        try:
            return self._by_name[name]
        except KeyError:
            raise Unknown(f"there is no account {name!r}") from None

    def add(self, account: Account) -> None:
        """Take in an account that was kept."""
        self._by_name[account.name] = account

    def create(self, name: str, number: str | None = None, seed: str | None = None) -> Account:
        """A new, empty account, with an AWS account number of its own unless one is given.

        Args:
            seed: decides the number and whatever is drawn in the account, such as identifiers; accounts of
                one seed have the same.

        Raises:
            Unfit: The name is bad or taken, or the number is none.
        """
        self._check_free(name)
        if number is not None and not re.fullmatch(r"\d{12}", number):
            raise Unfit("an AWS account's number has twelve digits")
        if number is None:
            number = self._free_number(name) if seed is None else next(_numbers(seed))
        account = Account(name, new_key_pair(), _begun(number, seed))
        self._by_name[name] = account
        return account

    def fork(self, origin: Account, name: str | None) -> Account:
        """A full copy of an account with keys of its own. Raises Unfit."""
        chosen = name if name is not None else self._free_name(origin.name)
        self._check_free(chosen)
        with origin.world.lock:
            data = copying.dumps(origin.world)
            chance = _chance_of_fork(origin.world)
        # Reserve the name before the slow half, so that two forks never get the same.
        account = Account(chosen, new_key_pair(), World(origin.world.account_id))
        self._by_name[chosen] = account
        account.world = self._awake(data)
        account.world.extras |= chance
        return account

    def reset(self, account: Account) -> None:
        """Back to what a new account of that number is. Requests under way end in the old world."""
        account.world = _begun(account.world.account_id, account.world.extras.get(_SEED))
        account.dirty = True

    def snapshot(self, account: Account, name: str) -> int:
        """Keep what the account is now under a name; how many bytes that took. Raises Unfit."""
        if not _NAME.fullmatch(name):
            raise Unfit(_name_rule("a snapshot's"))
        with account.world.lock:
            account.snapshots[name] = copying.dumps(account.world)
        account.dirty = True
        return len(account.snapshots[name])

    def restore(self, account: Account, snapshot: str) -> None:
        """Make the account what it was at a snapshot. Raises Unknown."""
        if snapshot not in account.snapshots:
            raise Unknown(f"account {account.name!r} has no snapshot {snapshot!r}")
        account.world = self._awake(account.snapshots[snapshot])
        account.dirty = True

    def delete(self, name: str) -> Account:
        """Forget an account. Raises Unknown."""
        account = self.get(name)
        del self._by_name[name]
        return account

    def _awake(self, data: bytes) -> World:
        world = copying.loads(data)
        self._prepare(world)
        return world

    def _check_free(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise Unfit(_name_rule("an account's"))
        if name in self._by_name:
            raise Unfit(f"there is an account {name!r} already")

    def _free_name(self, origin: str) -> str:
        number = 1
        while f"{origin[:50]}-fork-{number}" in self._by_name:
            number += 1
        return f"{origin[:50]}-fork-{number}"

    def _free_number(self, name: str) -> str:
        taken = {account.world.account_id for account in self._by_name.values()}
        return next(number for number in _numbers(name) if number not in taken)


def _begun(number: str, seed: str | None) -> World:
    return World(number, extras={} if seed is None else {_SEED: seed, CHANCE: Random(seed)})


def _chance_of_fork(origin: World) -> dict[str, Random]:
    """What a fork draws from, if its origin has a seed: not the same, so that their new things differ."""
    chance = origin.extras.get(CHANCE)
    return {} if chance is None else {CHANCE: Random(chance.getrandbits(64))}


def _name_rule(whose: str) -> str:
    return f"{whose} name is 1 to 63 letters, digits, '.', '_' or '-', and starts with a letter or digit"


def _numbers(name: str) -> Iterator[str]:
    """Account numbers for a name, the same in every gym, so that what is written down stays true."""
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{name}/{attempt}".encode()).digest()
        yield str(100_000_000_000 + int.from_bytes(digest[:8], "big") % 900_000_000_000)
        attempt += 1


def new_key_pair() -> KeyPair:
    """A key pair in the form of AWS's own."""
    letters = string.ascii_uppercase + "234567"
    key = "AKIA" + "".join(secrets.choice(letters) for _ in range(16))
    secret = "".join(secrets.choice(string.ascii_letters + string.digits + "+/") for _ in range(40))
    return KeyPair(key, secret)
