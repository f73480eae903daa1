"""One account's world: all that is separate from every other account. Owns what a world consists of
and which one the running code is in; knows neither HTTP nor how a cloud behaves.

Everything in a world must pickle, since forks, snapshots and what is kept on disk are pickles of it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from skywright_gym.physics.clock import Clock


@dataclass
class World:
    """The state of one account.

    Attributes:
        account_id: the cloud's own number of the account; a fork has its origin's.
        clock: this world's time.
        extras: what parts of the gym keep beside moto's own state, by a name of their own (such as
            `health`, `transitions`); plain picklable values. Forked, reset and kept with the world.
        backends: moto's state: service -> account number -> moto's own AccountSpecificBackend.
        lock: held while a request works in the world, and while the world is copied.
    """

    account_id: str
    clock: Clock = field(default_factory=Clock)
    extras: dict[str, Any] = field(default_factory=dict[str, Any])
    backends: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    lock: RLock = field(default_factory=RLock, repr=False, compare=False)


_current: ContextVar[World] = ContextVar("skywright_gym_world")


def current_world() -> World:
    """The world in which the running code works.

    Raises:
        LookupError: It works in none: a bug, as everything that touches moto runs inside a world.
    """
    return _current.get()


def world_if_any() -> World | None:
    """The world in which the running code works, or None: plain moto, as in a quick test."""
    return _current.get(None)


@contextmanager
def inside(world: World) -> Generator[World]:
    """Work in `world` for the length of the block, alone."""
    with world.lock:
        token = _current.set(world)
        try:
            yield world
        finally:
            _current.reset(token)
