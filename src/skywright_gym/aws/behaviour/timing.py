"""How long the cloud takes, and what time it is there.

Owns the only way the rules ask for the time. Knows nothing of resources. Durations are seconds on the
world's clock, from the table in `durations`; a world says by `extras["durations"]` which of its two paces
it goes by, or that nothing takes any time, and by `extras["duration_scale"]` how much longer or shorter its
own are (0 makes every change immediate). Without a world it is real time and quick.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from skywright_gym.aws.behaviour.durations import CLOUD, DURATIONS, FIXED, NONE, QUICK
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World, current_world


def _world() -> World | None:
    try:
        return current_world()
    except LookupError:
        return None  # plain moto, as in a quick test: real time


def world_extra(name: str, default: Any) -> Any:
    """What this world says about `name` in its extras; the default without a world or a word."""
    world = _world()
    return default if world is None else world.extras.get(name, default)


def now() -> float:
    """The time there, in seconds since the epoch."""
    world = _world()
    return time.time() if world is None else world.clock.now()


def moment() -> datetime:
    """The time there, in UTC and aware."""
    return datetime.fromtimestamp(now(), UTC)


def naive_moment() -> datetime:
    """The time there, in UTC and without a zone, the form that moto keeps."""
    return moment().replace(tzinfo=None)


def epoch(moment: datetime) -> float:
    """Seconds since 1970; a moment without a zone is in UTC, as moto's are."""
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def told(moment_seconds: float) -> str:
    """A moment as the cloud writes it."""
    return datetime.fromtimestamp(moment_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(name: str) -> float:
    """How long `name` takes in this world, in seconds of its clock."""
    duration = DURATIONS[name]
    if name in FIXED:
        return duration.quick
    pace = world_extra("durations", QUICK)
    if pace == NONE:
        return 0.0
    chosen = duration.cloud if pace == CLOUD else duration.quick
    return chosen * float(world_extra("duration_scale", 1.0))


def due(name: str) -> float:
    """When something that begins now and takes `name` is over."""
    return now() + seconds(name)


@contextmanager
def standing_at(moment_seconds: float) -> Generator[None]:
    """Let it be that moment there for the length of the block: what was due then is carried out then."""
    world = _world()
    if world is None:
        yield
        return
    clock, world.clock = world.clock, Clock(scale=0, epoch_seconds=moment_seconds)
    try:
        yield
    finally:
        world.clock = clock
