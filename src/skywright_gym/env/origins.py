"""The accounts that episodes begin in. Owns their making and keeps them as bytes, of which every episode gets
a fork of its own; knows no goal.
"""

import hashlib
import random
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skywright_gym.env.account import REGION, Account, fork
from skywright_gym.env.goal import Slot
from skywright_gym.env.making import SETTLING_SECONDS, furnish
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World

Furnish = Callable[[Account], None]
"""Puts into an empty account what every episode begins with beside the slots."""
_FIRST_EPOCH_SECONDS, _SPAN_HOURS = 1_767_225_600, 24 * 365
"""The year 2026: an account's clock begins at one of its full hours."""


@dataclass(frozen=True)
class Entropy:
    """What an episode draws its chances from: the account's seed, and the episode's own."""

    account: int
    episode: int


class Origins:
    """Accounts to fork, each made when first asked for.

    Args:
        furnish: what is there beside the slots; it must not depend on anything but the account.
        seed: of all of them, so that many environments share one account; None: each environment's
            seed makes accounts of its own, with numbers, ids and times of their own.
        most: how many are kept; each takes some tens of kilobytes.
    """

    def __init__(self, furnish: Furnish | None = None, seed: int | None = None, most: int = 512) -> None:
        self._furnish = furnish
        self._seed = seed
        self._most = most
        self._kept: OrderedDict[tuple[int, tuple[Slot | None, ...]], bytes] = OrderedDict()

    def fork(self, entropy: Entropy, start: Sequence[Slot | None]) -> Account:
        """An account of its own with `start` in its slots, at some moment within a day."""
        seed = entropy.account if self._seed is None else self._seed
        key = (seed, tuple(start))
        if key not in self._kept:
            self._kept[key] = self._made(*key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        account = fork(self._kept[key], f"{entropy.account}/{entropy.episode}")
        account.wait(entropy.episode % 86_400)
        return account

    def _made(self, seed: int, start: Sequence[Slot | None]) -> bytes:
        account = empty(seed)
        if self._furnish is not None:
            self._furnish(account)
            account.wait(SETTLING_SECONDS)
        for number, slot in enumerate(start):
            if slot is not None:
                furnish(account, number, slot)
        return account.keep()


def empty(seed: int) -> Account:
    """A new account with nothing in it but a region's network; the seed decides its number, ids and time."""
    number = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:8], "big")
    hours = random.Random(seed).randrange(_SPAN_HOURS)
    clock = Clock(scale=0, epoch_seconds=_FIRST_EPOCH_SECONDS + 3600 * hours)
    account = Account(World(str(100_000_000_000 + number % 900_000_000_000), clock), f"origin/{seed}")
    account.call("ec2", "DescribeSubnets", {}, REGION)  # moto makes a region's network at its first use
    return account
