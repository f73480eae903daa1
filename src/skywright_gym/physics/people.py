"""People who change things by hand in a world meanwhile. Owns whether there are any, when each of their turns
is, and the log of what they did; what they do and how is in `aws/people`.

When a turn is follows from the seed and its number; whoever comes after it finds it done. People who have
gone, or made as many turns as they were to, leave nothing but the log.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

EXTRAS, LOG = "people", "people-log"
"""Under what names a world's extras hold who is there, and what was done."""
KINDS: Mapping[str, str] = {
    "tag": "a tag of a machine or of a disk is set",
    "rule": "a security group of a machine lets one more address or everybody in at a port",
    "stop": "a running machine is stopped",
    "resize": "a disk grows",
    "launch": "a machine is made like one that is there",
}
NAMES = ("mara", "jonas", "wei")
_MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Turn:
    """Somebody's turn: its number, its moment (seconds since the epoch), its chance, and what may be done."""

    number: int
    at: float
    chance: random.Random
    kinds: tuple[str, ...]


def put(world: World, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Let people begin to change things now, instead of those who did.

    Args:
        asked: `seed`; `every_seconds`, between two turns on the average; `count` of turns, without end if not
            given; `kinds` of what they do, all if not given.

    Raises:
        Unfit: Something else is asked for, or a value that cannot be.
    """
    people = _checked(asked) | {"since": world.clock.now(), "next": 0}
    people["due"] = _due(people)
    world.extras[EXTRAS] = people
    return told(world)


def end(world: World, _asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Nobody changes anything any more; the log stays."""
    world.extras.pop(EXTRAS, None)
    return told(world)


def are_due(world: World) -> bool:
    """Whether somebody's turn has come: all that a call is asked."""
    people = world.extras.get(EXTRAS)
    return people is not None and people["due"] <= world.clock.now()


def turns(world: World) -> Iterator[Turn]:
    """The turns that have come; each is given once.

    Of those that were missed in one long stretch only the first five hundred are.
    """
    people = world.extras[EXTRAS]
    for _ in range(_MOST_AT_ONCE):
        number, at = people["next"], people["due"]
        if at > world.clock.now():
            return
        _go_on(world, number + 1)
        yield Turn(number, at, random.Random(f"{people['seed']}/{number}"), tuple(people["kinds"]))
        if EXTRAS not in world.extras:
            return
    missed = (world.clock.now() - people["since"]) // people["every_seconds"]
    _go_on(world, max(people["next"], int(missed) + 1))


def _go_on(world: World, number: int) -> None:
    people = world.extras[EXTRAS]
    people["next"] = number
    people["due"] = _due(people)
    if people["count"] is not None and number >= people["count"]:
        end(world)


def _due(people: Mapping[str, Any]) -> float:
    """When the next turn is: somewhere in its own stretch of time."""
    number = people["next"]
    share = random.Random(f"{people['seed']}/{number}/when").random()
    return people["since"] + (number + share) * people["every_seconds"]


def note(world: World, done: dict[str, Any]) -> None:
    """Write down what somebody did, or tried to."""
    world.extras.setdefault(LOG, []).append(done)


def told(world: World) -> dict[str, Any]:
    """Who is there, and all that was ever done."""
    people = world.extras.get(EXTRAS)
    shown = ("seed", "every_seconds", "count", "kinds")
    return {
        "people": None if people is None else {name: people[name] for name in shown},
        "log": world.extras.get(LOG, []),
    }


def _checked(asked: Mapping[str, Any]) -> dict[str, Any]:
    known = ("seed", "every_seconds", "count", "kinds")
    unknown = sorted(set(asked) - set(known))
    if unknown:
        raise Unfit(f"people have no {unknown[0]!r}; they have {', '.join(known)}")
    seed, every = asked.get("seed", 0), asked.get("every_seconds", 600)
    count, kinds = asked.get("count"), asked.get("kinds", [*KINDS])
    if not _is_whole(seed):
        raise Unfit("'seed' of people is a whole number")
    if isinstance(every, bool) or not isinstance(every, int | float) or not 1 <= every <= 1e9:
        raise Unfit("'every_seconds' of people is a number from 1 to 1e9")
    if count is not None and not (_is_whole(count) and count >= 1):
        raise Unfit("'count' of people is a whole number from 1 upwards")
    if not isinstance(kinds, list) or not kinds or not all(kind in KINDS for kind in kinds):
        raise Unfit(f"'kinds' of people is a list of some of {', '.join(KINDS)}")
    return {"seed": seed, "every_seconds": every, "count": count, "kinds": [*kinds]}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
