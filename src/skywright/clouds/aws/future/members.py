"""Machines that end since what holds them is made smaller, or ends. Owns how members are told; ends none.

Which of its machines a group or a fleet picks is the cloud's to say, so one that is protected counts for all.
Source: Amazon EC2 Auto Scaling and Amazon EC2 User Guides: the tags of the machines that they start, instance
scale-in protection, and what becomes of a fleet's machines.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from skywright.clouds.aws.future.world import MACHINE, SCALED, Thing, World, ids, listed
from skywright.clouds.aws.sizes import wanted_size
from skywright.clouds.aws.tags import protects
from skywright.clouds.future import Breach, Planned

_TAGS: Final = ("aws:autoscaling:groupName", "aws:ec2:fleet-id", "aws:ec2spot:fleet-request-id")
_WHOLE: Final[Mapping[str, str]] = {
    "autoscaling:DeleteAutoScalingGroup": "AutoScalingGroupName",
    "ec2:DeleteFleets": "FleetIds",
    "ec2:CancelSpotFleetRequests": "SpotFleetRequestIds",
}
"""What ends all machines of what it ends, and the argument that names that."""
_SMALLER: Final[Mapping[str, str]] = {
    "autoscaling:SetDesiredCapacity": "AutoScalingGroupName",
    "autoscaling:UpdateAutoScalingGroup": "AutoScalingGroupName",
    "ec2:ModifyFleet": "FleetId",
    "ec2:ModifySpotFleetRequest": "SpotFleetRequestId",
}


def breaches(world: World, step: Planned) -> Iterator[Breach]:
    """Protected machines that a step may end by what it does to their group or fleet, before it is done."""
    operation = str(step.operation)
    whole = operation in _WHOLE
    member = _WHOLE.get(operation) or _SMALLER.get(operation)
    if member is None or (whole and not _ends_them(step)):
        return
    for holder in ids(step.arguments.get(member)):
        machines = [*_members(world, holder)]
        if not whole:
            machines = _left_to_pick(world, holder, machines, wanted_size(step.arguments))
        for machine in machines:
            if any(map(protects, listed(machine.properties.get("Tags")))):
                says = f"it may end {machine.id}, a machine of {holder} that is tagged protected=true"
                yield Breach("lifetimes", step.key, says)


def _ends_them(step: Planned) -> bool:
    said = step.arguments.get("TerminateInstances", step.arguments.get("ForceDelete", False))
    return said is not False


def _members(world: World, holder: str) -> Iterator[Thing]:
    for machine in world.all(MACHINE):
        tags = {str(tag.get("Key")): tag.get("Value") for tag in listed(machine.properties.get("Tags"))}
        if any(tags.get(name) == holder for name in _TAGS):
            yield machine


def _left_to_pick(world: World, holder: str, machines: list[Thing], wanted: Any) -> list[Thing]:
    """The machines of which some end; none if the group does not become smaller."""
    group = world.find(holder, SCALED)
    now = group.properties.get("DesiredCapacity") if group is not None else None
    now = now if isinstance(now, int) else len(machines)
    if wanted is None or (isinstance(wanted, int) and wanted >= now):
        return []
    held = listed(group.properties.get("Instances")) if group is not None else []
    safe = {each.get("InstanceId") for each in held if each.get("ProtectedFromScaleIn") is True}
    return [machine for machine in machines if machine.id not in safe]
