"""Loads as they are set from outside: which load balancer is meant, and what is told. Owns the names of
balancers; what a load is says `physics/load`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.elbv2.models import elbv2_backends

from skywright_gym.physics import load
from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World


def told(world: World) -> dict[str, Any]:
    """The loads that there are."""
    return {"loads": load.listed(world)}


def change(world: World, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give the `balancer`, a name or an ARN, a load. Raises Unfit."""
    rest = dict(asked)
    return load.put(world, rest, _arn(world, rest.pop("balancer", None)))


def end(world: World, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Let the load of the `balancer` end, or all loads if none is named. Raises Unfit."""
    named = asked.get("balancer")
    # Its load may outlive a balancer.
    known = {one["balancer"]: one["balancer"] for one in load.listed(world)}
    return {"ended": load.end(world, None if named is None else known.get(named) or _arn(world, named))}


def _arn(world: World, named: Any) -> str:
    """The ARN of the application load balancer that is meant."""
    there = list(_balancers(world))
    found = [one.arn for one in there if named in (one.arn, one.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unfit(f"there is more than one load balancer {named!r}; give one of {', '.join(found)}")
    names = ", ".join(sorted(one.name for one in there)) or "none"
    if named is None:
        raise Unfit(f"a load needs 'balancer', a load balancer's name or ARN; there are {names}")
    raise Unfit(f"there is no application load balancer {named!r}; there are {names}")


def _balancers(world: World) -> Iterator[Any]:
    of_regions: Any = elbv2_backends[world.account_id]
    for region in list(of_regions):
        for balancer in of_regions[region].load_balancers.values():
            if balancer.type == "application":
                yield balancer
