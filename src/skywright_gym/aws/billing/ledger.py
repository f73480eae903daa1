"""What is gone and did cost. Owns the ledger, records in the extras of the world, so that a fork, a
snapshot and what is kept on disk have it; knows no resource.

What is there needs no entry: it is metered from what moto holds when somebody asks. So a call pays for its
bill only if it ends something.
"""

from collections.abc import Iterable

from skywright_gym.aws.billing.use import Use
from skywright_gym.world import World, current_world

SWITCH = "bills"
_EXTRAS = "ledger"


def note(uses: Iterable[Use]) -> None:
    """Write down what was, in the world that the running code is in."""
    try:
        world = current_world()
    except LookupError:
        return  # plain moto, as in a quick test
    if is_on(world):
        world.extras.setdefault(_EXTRAS, []).extend(uses)


def written(world: World) -> list[Use]:
    """Everything that was written down, oldest first."""
    return world.extras.get(_EXTRAS, [])


def is_on(world: World) -> bool:
    """Whether the account is billed; it is unless somebody said no."""
    return bool(world.extras.get(SWITCH, True))
