"""Where listeners of load balancers lead, by themselves and by their rules. Knows no health, no ports."""

from collections.abc import Iterator

from skywright.clouds.aws.future.world import LISTENER, RULE, Thing, World, ids
from skywright.model.values import texts


def leads(world: World) -> Iterator[tuple[Thing, str]]:
    """(listener, what an action of its own or of one of its rules names); target groups are among these."""
    for listener in world.all(LISTENER):
        for name in (*texts(listener.properties.get("DefaultActions")), *_plain(listener)):
            yield listener, name
    for rule in world.all(RULE):
        listener = world.find(rule.get("ListenerArn"), LISTENER)
        if listener is not None:
            yield from ((listener, name) for name in texts(rule.properties.get("Actions")))


def _plain(listener: Thing) -> list[str]:
    return ids(listener.properties.get("TargetGroupArn"))
