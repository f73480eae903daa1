"""What a twin of an account is filled with: the account's own descriptions of what is in it.

Owns the list of reads; what becomes of the answers is the gym's affair. What may not be read is told,
so that a rehearsal that misses it can be understood.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from skywright.clouds.calling import Caller
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.values import Arguments

_AT_ONCE = 8
_TAGS_AT_ONCE = 20  # ELBv2's own bound

_READS: tuple[tuple[str, Arguments], ...] = (
    ("ec2:DescribeVpcs", {}),
    ("ec2:DescribeSubnets", {}),
    ("ec2:DescribeInternetGateways", {}),
    ("ec2:DescribeNatGateways", {}),
    ("ec2:DescribeRouteTables", {}),
    ("ec2:DescribeSecurityGroups", {}),
    ("ec2:DescribeNetworkInterfaces", {}),
    ("ec2:DescribeKeyPairs", {}),
    ("ec2:DescribeSnapshots", {"OwnerIds": ["self"]}),
    ("ec2:DescribeImages", {"Owners": ["self"]}),
    ("ec2:DescribeVolumes", {}),
    ("ec2:DescribeInstances", {}),
    ("ec2:DescribeSpotInstanceRequests", {}),
    ("ec2:DescribeAddresses", {}),
    ("elbv2:DescribeLoadBalancers", {}),
    ("elbv2:DescribeTargetGroups", {}),
    ("cloudwatch:DescribeAlarms", {}),
)


@dataclass(frozen=True, slots=True)
class Described:
    """What is in an account.

    Attributes:
        resources: by region, then by operation: its result, in the form that the gym's import takes.
        unread: a sentence for each read that was refused or failed.
    """

    resources: Mapping[str, Mapping[str, Any]]
    unread: tuple[str, ...] = ()


@dataclass
class _Region:
    """One region as it is read."""

    caller: Caller
    region: str
    answers: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    unread: dict[str, str] = field(default_factory=dict[str, str])

    def read(self, name: str, arguments: Arguments) -> dict[str, Any] | None:
        try:
            return self.caller.call(Operation.parse(name), arguments, self.region)
        except CloudFailed as error:
            self.unread[name] = f"{self.region}: {name} could not be read ({error.code})"
            return None

    def rows(self, name: str, member: str) -> list[dict[str, Any]]:
        return self.answers.get(name, {}).get(member, [])

    def add(self, name: str, member: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self.answers.setdefault(name, {}).setdefault(member, []).extend(rows)


def describe_account(caller: Caller, regions: Iterable[str], named: Collection[str] = ()) -> Described:
    """Read everything that a twin needs.

    Args:
        named: ids that will be referred to; of somebody else's images and snapshots only these, and
            the images of the machines that there are, are read.
    """
    read = [_Region(caller, region) for region in regions]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        work = [(region, name, arguments) for region in read for name, arguments in _READS]
        for (region, name, _), answer in zip(
            work, pool.map(lambda each: each[0].read(*each[1:]), work), strict=True
        ):
            if answer is not None:
                region.answers[name] = answer
    for region in read:
        _read_others(region, named)
        _read_balancers(region)
    unread = tuple(sentence for region in read for sentence in region.unread.values())
    return Described({region.region: region.answers for region in read}, unread)


def _read_others(region: _Region, named: Collection[str]) -> None:
    """Images and snapshots that are not the account's own but are used or named."""
    reservations = region.rows("ec2:DescribeInstances", "Reservations")
    used = {
        machine["ImageId"] for each in reservations for machine in each["Instances"] if machine.get("ImageId")
    }
    kinds = (
        ("ec2:DescribeImages", "Images", "ImageId", "image-id", used | _prefixed(named, "ami-")),
        ("ec2:DescribeSnapshots", "Snapshots", "SnapshotId", "snapshot-id", _prefixed(named, "snap-")),
    )
    for name, member, key, by, wanted in kinds:
        missing = sorted(wanted - {row[key] for row in region.rows(name, member)})
        if missing:
            # A filter, since an id that is gone would fail the whole call.
            answer = region.read(name, {"Filters": [{"Name": by, "Values": missing}]})
            region.add(name, member, answer[member] if answer is not None else [])


def _prefixed(named: Collection[str], prefix: str) -> set[str]:
    return {each for each in named if each.startswith(prefix)}


def _read_balancers(region: _Region) -> None:
    """What load balancers and target groups only tell one at a time."""
    tagged: list[str] = []
    for balancer in region.rows("elbv2:DescribeLoadBalancers", "LoadBalancers"):
        arn = balancer["LoadBalancerArn"]
        tagged.append(arn)
        found = region.read("elbv2:DescribeListeners", {"LoadBalancerArn": arn}) or {}
        for listener in found.get("Listeners", []):
            region.add("elbv2:DescribeListeners", "Listeners", [listener])
            by = {"ListenerArn": listener["ListenerArn"]}
            rules = region.read("elbv2:DescribeRules", by) or {}
            region.add("elbv2:DescribeRules", "Rules", [{**by, **rule} for rule in rules.get("Rules", [])])
    for group in region.rows("elbv2:DescribeTargetGroups", "TargetGroups"):
        by = {"TargetGroupArn": group["TargetGroupArn"]}
        tagged.append(group["TargetGroupArn"])
        health = region.read("elbv2:DescribeTargetHealth", by) or {}
        rows = [{**by, **target} for target in health.get("TargetHealthDescriptions", [])]
        region.add("elbv2:DescribeTargetHealth", "TargetHealthDescriptions", rows)
    for first in range(0, len(tagged), _TAGS_AT_ONCE):
        told = (
            region.read("elbv2:DescribeTags", {"ResourceArns": tagged[first : first + _TAGS_AT_ONCE]}) or {}
        )
        region.add("elbv2:DescribeTags", "TagDescriptions", told.get("TagDescriptions", []))
