"""Whether each load balancer keeps a healthy target at every step."""

from collections.abc import Iterator, Mapping

from skywright.clouds.aws.future.forwarding import leads
from skywright.clouds.aws.future.world import MACHINE, TARGETS, Thing, World, ids, listed, named
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


def _count(world: World, group: Thing, but: frozenset[str]) -> int:
    targets = {str(target.get("Id")) for target in listed(group.properties.get("Targets"))}
    up = sum(_is_up(world, id) for id in targets - but)
    return up + bool(group.properties.get("more"))


def _is_up(world: World, id: str) -> bool:
    machine = world.find(id, MACHINE)
    if machine is None:
        return id not in world.gone
    state = machine.properties.get("State")
    return isinstance(state, Mapping) and state.get("Name") in ("running", "pending")
