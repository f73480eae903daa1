"""How long the cloud takes, and what time it is there.

Owns the table of durations and the only way the rules ask for the time. Knows nothing of resources. Durations
are seconds on the world's clock; a world says by `extras["duration_scale"]` how much longer or shorter its
own are (0 makes every change immediate). Without a world it is real time at scale 1.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from skywright_gym.world import World, current_world

# assumption: the order of things and the visible intermediate states are the cloud's; real durations are
# tens of seconds to minutes and are shortened here so that a rehearsal does not wait for a kettle.
DURATIONS: Mapping[str, float] = MappingProxyType(
    {
        "instance.pending": 2.0,
        "instance.stopping": 2.0,
        "instance.shutting-down": 2.0,
        "instance.gone": 3600.0,
        "instance.checks": 10.0,
        "instance.monitoring": 1.0,
        "volume.creating": 0.5,
        "volume.attaching": 0.5,
        "volume.detaching": 1.0,
        "volume.modifying": 1.0,
        "volume.optimizing": 5.0,
        "volume.cooldown": 6 * 3600.0,
        "snapshot.pending": 2.0,
        "image.pending": 3.0,
        "loadbalancer.provisioning": 2.0,
        "loadbalancer.interfaces": 2.0,
        "target.initial": 2.0,
        "target.draining": 5.0,
        "spot.evaluation": 0.5,
        "token.remembered": 24 * 3600.0,
    }
)

# Periods that the cloud promises by the clock, not by how long work takes: never scaled.
FIXED = frozenset({"token.remembered"})


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


def seconds(name: str) -> float:
    """How long `name` takes in this world, in seconds of its clock."""
    scale = 1.0 if name in FIXED else float(world_extra("duration_scale", 1.0))
    return DURATIONS[name] * scale


def due(name: str) -> float:
    """When something that begins now and takes `name` is over."""
    return now() + seconds(name)
