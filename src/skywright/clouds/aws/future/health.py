"""Whether each load balancer keeps a healthy target at every step."""

from collections.abc import Iterator, Mapping

from skywright.clouds.aws.future.forwarding import leads
from skywright.clouds.aws.future.world import (
    BALANCER,
    MACHINE,
    SCALED,
    TARGETS,
    Thing,
    World,
    ids,
    listed,
    named,
)
from skywright.clouds.future import Breach, Planned

_INTERRUPTS = frozenset({"ec2:RebootInstances"})


def healthy(world: World, but: frozenset[str] = frozenset()) -> dict[str, int]:
    """How many targets are healthy in each group that a load balancer sends to, and behind each balancer.

    A machine that runs counts as healthy, and so does a target that is no machine we know: whether what
    runs in it answers is not known before.

    Args:
        but: machines that do not answer for a while.
    """
    groups = world.all(TARGETS)
    if not groups:
        return {}
    counts = {group.id: _count(world, group, but) for group in groups}
    healthy: dict[str, int] = {}
    for listener, group in {
        (listener.id, group): (listener, group) for listener, group in leads(world)
    }.values():
        if group in counts:
            healthy[group] = counts[group]
            balancer = listener.get("LoadBalancerArn")
            healthy[balancer] = healthy.get(balancer, 0) + counts[group]
    return healthy


def interrupted(step: Planned) -> frozenset[str]:
    """Machines that a step takes away for a moment."""
    return (
        frozenset(ids(step.arguments.get("InstanceIds")))
        if str(step.operation) in _INTERRUPTS
        else frozenset()
    )


def breaches(before: Mapping[str, int], after: Mapping[str, int], step: Planned) -> Iterator[Breach]:
    """The group or the balancer that had a healthy target and has none after a step; one says it all."""
    for id, count in after.items():
        if count == 0 and before.get(id, 0) > 0:
            says = f"it leaves no healthy target in {named(id)}, so that its load balancer answers nobody"
            yield Breach("health", step.key, says, waivable=True)
            return


def silenced(
    world: World, before: Mapping[str, int], after: Mapping[str, int], step: Planned
) -> Iterator[tuple[str, Breach]]:
    """The balancers that are there, and led to a healthy target before a step and lead nowhere after it."""
    for id, count in before.items():
        if count and id not in after and world.find(id, BALANCER) is not None:
            says = f"it leaves {named(id)} without a listener that leads to a healthy target"
            yield id, Breach("health", step.key, says, waivable=True)


def _count(world: World, group: Thing, but: frozenset[str]) -> int:
    targets = {str(target.get("Id")) for target in listed(group.properties.get("Targets"))}
    up = sum(_is_up(world, id) for id in targets - but)
    # Which machines a group that scales has is only known of one that is there: those are targets themselves.
    scaled = 0 if targets else sum(_size(each) for each in world.all(SCALED) if group.id in _behind(each))
    return up + scaled + bool(group.properties.get("more"))


def _behind(scaled: Thing) -> list[str]:
    return ids(scaled.properties.get("TargetGroupARNs"))


def _size(scaled: Thing) -> int:
    """How many machines a group that scales has at least; one, if that is not known."""
    sizes = [scaled.properties.get(name) for name in ("DesiredCapacity", "MinSize")]
    return next((size for size in sizes if isinstance(size, int)), 1)


def _is_up(world: World, id: str) -> bool:
    machine = world.find(id, MACHINE)
    if machine is None:
        return id not in world.gone
    state = machine.properties.get("State")
    return isinstance(state, Mapping) and state.get("Name") in ("running", "pending")
