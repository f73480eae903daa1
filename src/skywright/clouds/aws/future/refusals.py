"""What the cloud would refuse of a step since it does not go with what earlier steps made, or with itself.

Source of the refusals: the API references of Amazon S3 (`BucketAlreadyOwnedByYou`) and Amazon EC2
(`NetworkAclEntryAlreadyExists`, `RouteAlreadyExists`, `InvalidParameterValue` of a range of ports).
"""

from collections.abc import Iterator

from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.future.answers import MADE, made
from skywright.clouds.aws.future.networks import goal
from skywright.clouds.aws.future.world import ACL, ROUTES, World, listed
from skywright.clouds.aws.nouns import verb_of
from skywright.clouds.aws.resources import touched
from skywright.clouds.aws.rules import given_rules
from skywright.clouds.future import Breach, Planned
from skywright.model.operation import Effect

_WITHOUT_PORTS = frozenset({"icmp", "icmpv6", "-1"})


def breaches(world: World, step: Planned) -> Iterator[Breach]:
    """Why the cloud would refuse a step, before it is done."""
    for id in made(step.operation, step.key, step.arguments):
        if not id.startswith(MADE) and verb_of(step.operation) == "Create":
            yield from _named(world, step, id)
    _remember(world, step)
    match str(step.operation):
        case "ec2:CreateNetworkAclEntry":
            yield from _numbered(world, step)
        case "ec2:CreateRoute":
            yield from _routed(world, step)
        case name if name.startswith("ec2:") and "SecurityGroup" in name:
            yield from _ports(step)
        case _:
            pass


def _named(world: World, step: Planned, id: str) -> Iterator[Breach]:
    there = world.things.get(id)
    if there is not None and there.step:
        yield Breach("lifetimes", step.key, f"it makes {id}, which step {there.step} has made already")
    elif there is None and id in world.needed:
        yield Breach("lifetimes", step.key, f"it makes {id}, which step {world.needed[id]} needs before that")


def _remember(world: World, step: Planned) -> None:
    ends = effect(step.operation) is Effect.DESTROY
    for id, _ in touched(step.operation, step.arguments):
        if ends:
            world.needed.pop(id, None)
        elif id not in world.things:
            world.needed.setdefault(id, step.key)


def _numbered(world: World, step: Planned) -> Iterator[Breach]:
    acl = world.find(step.arguments.get("NetworkAclId"), ACL)
    number, out = step.arguments.get("RuleNumber"), step.arguments.get("Egress", False)
    for entry in listed(acl.properties.get("Entries")) if acl is not None else ():
        if isinstance(number, int) and (entry.get("RuleNumber"), entry.get("Egress", False)) == (number, out):
            says = f"the access control list has an entry of number {number} in that direction already"
            yield Breach("lifetimes", step.key, says)


def _routed(world: World, step: Planned) -> Iterator[Breach]:
    table = world.find(step.arguments.get("RouteTableId"), ROUTES)
    wanted = goal(step.arguments)
    for route in listed(table.properties.get("Routes")) if table is not None else ():
        if any(wanted) and goal(route) == wanted:
            says = f"the table has a route to {wanted[0] or wanted[1]} already"
            yield Breach("lifetimes", step.key, says)


def _ports(step: Planned) -> Iterator[Breach]:
    for rule in dict.fromkeys(each.bare() for each in given_rules(step.arguments)):
        first, last = rule.first, rule.last
        if rule.protocol not in _WITHOUT_PORTS and type(first) is int and type(last) is int and first > last:
            says = f"its range of ports, {first} to {last}, ends before it begins"
            yield Breach("ranges", step.key, says)
