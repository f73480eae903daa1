"""Placement groups: made, shown, named at a launch, and deleted. Owns the groups of a region; that machines
of one are near to or far from each other is not simulated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses import EC2Response
from moto.moto_api._internal import mock_random

from skywright_gym.aws.behaviour.errors import invalid_combination, invalid_value, refusal
from skywright_gym.aws.behaviour.filters import matches
from skywright_gym.aws.behaviour.keeping import Kept
from skywright_gym.aws.behaviour.launch_checks import template_of
from skywright_gym.aws.behaviour.rule import Rule, around, new

PAGE = "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html"
_STRATEGIES = ("cluster", "spread", "partition")
_MOST_PARTITIONS = 7


@dataclass
class Group:
    """One placement group, with the members of the API's answers in moto's form of names."""

    group_name: str
    strategy: str
    partition_count: int | None
    spread_level: str | None
    group_id: str
    group_arn: str
    state: str = "available"


_kept = Kept("placement_groups", dict[str, Group])


def _shown(backend: Any, group: Group) -> dict[str, Any]:
    tags = [{"Key": k, "Value": v} for k, v in backend.tags.get(group.group_id, {}).items()]
    return {
        "GroupName": group.group_name,
        "State": group.state,
        "Strategy": group.strategy,
        "PartitionCount": group.partition_count,
        "SpreadLevel": group.spread_level,
        "GroupId": group.group_id,
        "GroupArn": group.group_arn,
        "Tags": tags,
    }


def _create(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend, name = self.ec2_backend, self._get_param("GroupName")
    strategy = self._get_param("Strategy") or "cluster"
    partitions = self._get_param("PartitionCount")
    if not name:
        raise refusal("MissingParameter", "The request must contain the parameter groupName")
    if strategy not in _STRATEGIES:
        raise invalid_value(f"Invalid placement strategy: {strategy}")
    if name in _kept(backend):
        raise refusal("InvalidPlacementGroup.Duplicate", f"The Placement Group '{name}' already exists.")
    if partitions is not None and strategy != "partition":
        raise invalid_combination("Partition count is only valid with the partition strategy")
    if strategy == "partition":
        partitions = int(partitions or 2)
        if not 1 <= partitions <= _MOST_PARTITIONS:
            raise invalid_value(f"Partition count must be from 1 to {_MOST_PARTITIONS}")
    level = (self._get_param("SpreadLevel") or "rack") if strategy == "spread" else None
    group_id = f"pg-{mock_random.get_random_hex(17)}"
    arn = f"arn:aws:ec2:{self.region}:{self.current_account}:placement-group/{name}"
    group = _kept(backend)[name] = Group(name, strategy, partitions, level, group_id, arn)
    tags = self._parse_tag_specification().get("placement-group", {})
    if tags:
        backend.create_tags([group_id], tags)
    return ActionResult({"PlacementGroup": _shown(backend, group)})


def _describe(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend = self.ec2_backend
    names, ids = self._get_param("GroupNames", []), self._get_param("GroupIds", [])
    kept = _kept(backend)
    for wanted, known in ((names, kept), (ids, {group.group_id for group in kept.values()})):
        for one in wanted:
            if one not in known:
                raise refusal("InvalidPlacementGroup.Unknown", f"The Placement Group '{one}' is unknown.")
    found = [
        group
        for group in kept.values()
        if (not names or group.group_name in names) and (not ids or group.group_id in ids)
    ]
    for name, values in self._filters_from_querystring().items():
        found = [group for group in found if matches(_read(backend, group, name), values)]
    return ActionResult({"PlacementGroups": [_shown(backend, group) for group in found]})


def _read(backend: Any, group: Group, name: str) -> Any:
    tags = backend.tags.get(group.group_id, {})
    if name.startswith("tag:"):
        return tags.get(name.removeprefix("tag:"))
    if name == "tag-key":
        return list(tags)
    attribute = name.replace("-", "_")
    if attribute not in ("group_name", "group_arn", "spread_level", "state", "strategy"):
        raise invalid_value(f"The filter '{name}' is invalid")
    return getattr(group, attribute)


def _delete(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend, name = self.ec2_backend, self._get_param("GroupName")
    if name not in _kept(backend):
        raise refusal("InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown.")
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            if instance.placement.group_name == name and instance.state != "terminated":
                raise refusal(
                    "InvalidPlacementGroup.InUse",
                    f"The placement group '{name}' is in use and may not be deleted.",
                )
    backend.tags.pop(_kept(backend).pop(name).group_id, None)
    return EmptyResult()


def _launch(original: Callable[..., Any], self: Any) -> Any:
    """moto forgets in which group a machine was launched."""
    template = template_of(self.ec2_backend, self._get_param("LaunchTemplate"))
    given = self._get_param("Placement", {}) or template.get("Placement", {})
    name = given.get("GroupName")
    if name and name not in _kept(self.ec2_backend):
        raise refusal("InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown.")
    launched = original(self)
    if name:
        for instance in launched.result.instances:
            instance.placement.group_name = name
    return launched


RULES = (
    Rule(
        "placement.groups",
        ("ec2",),
        "A placement group has a free name and one of three strategies, exists before a machine is launched "
        "in it, and is not deleted while machines are in it.",
        PAGE + "; assumption: the wording, and that nothing of a machine depends on its group",
        (
            around(EC2Response, "run_instances", _launch),
            new(EC2Response, "create_placement_group", _create),
            new(EC2Response, "describe_placement_groups", _describe),
            new(EC2Response, "delete_placement_group", _delete),
        ),
    ),
)
