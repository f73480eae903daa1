"""A program carried out in thought, and what is breached on the way. Owns the order of looking and doing."""

from collections.abc import Sequence
from typing import Final

from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.future import copies, health, lifetimes, members, ranges, refusals
from skywright.clouds.aws.future.applying import apply
from skywright.clouds.aws.future.names import Names
from skywright.clouds.aws.future.reachability import Reach
from skywright.clouds.aws.future.world import GROUP, Thing, World
from skywright.clouds.aws.rules import permission
from skywright.clouds.future import Breach, Planned
from skywright.model.operation import Effect
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value

_HEALTH: Final = frozenset(
    {
        "ec2:StopInstances",
        "ec2:TerminateInstances",
        "ec2:RebootInstances",
        "elbv2:DeregisterTargets",
        "elbv2:DeleteListener",
        "autoscaling:UpdateAutoScalingGroup",
        "autoscaling:SetDesiredCapacity",
        "autoscaling:DeleteAutoScalingGroup",
        "elbv2:ModifyListener",
        "elbv2:ModifyRule",
    }
)
"""Operations that can take away a target."""


class Future:
    """What becomes of an account, step by step.

    Args:
        inventory: what is there; empty: nobody looked.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._world = World.of(inventory)
        self._reach = Reach(self._world)
        self._names = Names()
        self._breaches: list[Breach] = []
        self._silenced: list[tuple[str, Breach]] = []

    def step(self, step: Planned) -> Value:
        """Carry a step out in thought; what it would answer, as far as that can be told."""
        if step.waits:
            self._breaches += lifetimes.waits(self._world, step)
            self._breaches += self._names.waits(step)
            return None
        if effect(step.operation) is Effect.READ:
            return None
        self._breaches += lifetimes.breaches(self._world, step)
        self._breaches += members.breaches(self._world, step)
        self._breaches += self._names.breaches(step)
        self._breaches += refusals.breaches(self._world, step)
        self._breaches += copies.breaches(self._world, step)
        self._breaches += self._reach.before(step)
        looks = str(step.operation) in _HEALTH
        before = health.healthy(self._world) if looks else {}
        answer = apply(self._world, step)
        if looks:
            after = health.healthy(self._world, health.interrupted(step))
            self._breaches += health.breaches(before, after, step)
            self._silenced += health.silenced(self._world, before, after, step)
        return answer

    def end(self) -> tuple[Sequence[Breach], Sequence[tuple[str, Resource]]]:
        """What was breached, and what is left of what steps made or changed, with the last such step."""
        world = self._world
        left = [thing for thing in world.things.values() if thing.step]
        # A balancer that is ended in the end had no business to keep on answering.
        silent = [breach for balancer, breach in self._silenced if balancer in world.things]
        found = [
            *self._breaches,
            *silent,
            *self._reach.now(),
            *ranges.breaches(world, {thing.id for thing in left}),
        ]
        return tuple(dict.fromkeys(found)), [(thing.step, _resource(world, thing)) for thing in left]


def _resource(world: World, thing: Thing) -> Resource:
    properties = dict(thing.properties)
    if thing.type == GROUP:
        properties["IpPermissions"] = [permission(rule) for rule in world.rules.get(thing.id, ())]
    return Resource(thing.id, thing.type, thing.region, properties=properties)
