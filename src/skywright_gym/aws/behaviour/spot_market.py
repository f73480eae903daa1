"""The spot market as its user sees and sets it: its settings, and the machines that have a notice. Owns
that shape.
"""

from collections.abc import Mapping
from typing import Any

from skywright_gym.aws.behaviour import interruptions, timing
from skywright_gym.aws.behaviour.settling import settle_all
from skywright_gym.physics import market
from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World


def told(world: World) -> dict[str, Any]:
    """What the market is set to and since or from when, and who has to go."""
    settle_all(world.account_id)
    settings = market.told(world)
    since = settings.pop("since")
    return {
        **settings,
        "since": timing.told(since) if since else None,
        "notices": interruptions.notices(world),
    }


def change(world: World, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Set the market from the next full hour on, or give the machine `interrupt` its notice now.

    Raises:
        Unfit: Something else is asked for, or a value that cannot be.
    """
    settle_all(world.account_id)
    if "interrupt" in asked:
        if len(asked) > 1:
            raise Unfit("give 'interrupt' by itself")
        interruptions.interrupt(world, str(asked["interrupt"]))
    else:
        market.change(world, asked)
        interruptions.watch_all(world)
    return told(world)
