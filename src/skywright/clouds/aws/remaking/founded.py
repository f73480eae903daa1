"""What of an inventory no call makes: default networks, snapshots of disks that are gone.

They are told in the form in which the gym takes descriptions, without the rules and routes that they have
come by since: those are set again like all others.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from skywright.clouds.aws.remaking.draft import described
from skywright.clouds.aws.remaking.network import is_default, is_main
from skywright.model.resource import Inventory, Resource

_KINDS = {
    "ec2:vpc": ("ec2:DescribeVpcs", "Vpcs"),
    "ec2:subnet": ("ec2:DescribeSubnets", "Subnets"),
    "ec2:internet-gateway": ("ec2:DescribeInternetGateways", "InternetGateways"),
    "ec2:route-table": ("ec2:DescribeRouteTables", "RouteTables"),
    "ec2:security-group": ("ec2:DescribeSecurityGroups", "SecurityGroups"),
    "ec2:snapshot": ("ec2:DescribeSnapshots", "Snapshots"),
}


Described = Mapping[str, Mapping[str, Any]]
"""By region, then by operation: its answer."""


def founded(inventory: Inventory, regions: Iterable[str]) -> Described:
    """By region, then by operation: what it would answer of these things; of networks everywhere."""
    vpcs = {id for id, one in inventory.items() if one.type == "ec2:vpc" and one.properties.get("IsDefault")}
    found: dict[str, dict[str, Any]] = {region: {"ec2:DescribeVpcs": {"Vpcs": []}} for region in regions}
    for resource in inventory.values():
        row = _row(resource, vpcs, inventory)
        if row is not None:
            operation, member = _KINDS[resource.type]
            found[resource.region].setdefault(operation, {member: []})[member].append(row)
    return found


def ids(described: Described) -> frozenset[str]:
    """The ids of what is so described."""
    rows = (row for answers in described.values() for answer in answers.values() for row in answer.values())
    keys = ("SnapshotId", "RouteTableId", "GroupId", "SubnetId", "InternetGatewayId", "VpcId")
    return frozenset(str(next(row[key] for key in keys if key in row)) for several in rows for row in several)


def joined(own: Described, others: Described) -> Described:
    """Both, rows of the same operation together."""
    found: dict[str, dict[str, Any]] = {region: dict(answers) for region, answers in own.items()}
    for region in found:
        for operation, answer in others.get(region, {}).items():
            rows: Mapping[str, Any] = found[region].get(operation, {})
            found[region][operation] = {
                member: [*rows.get(member, ()), *more] for member, more in answer.items()
            }
    return found


def _row(resource: Resource, vpcs: set[str], inventory: Inventory) -> Mapping[str, Any] | None:
    """The thing as it was at the beginning; None if it came later."""
    its = dict(described(resource))
    of_vpc = its.get("VpcId") in vpcs
    match resource.type:
        case "ec2:vpc" if of_vpc:
            return its
        case "ec2:snapshot" if its.get("VolumeId") not in inventory:
            return its
        case "ec2:subnet" if of_vpc and its.get("DefaultForAz"):
            return its
        case "ec2:internet-gateway" if any(
            each.get("VpcId") in vpcs for each in its.get("Attachments") or ()
        ):
            return its
        case "ec2:route-table" if of_vpc and is_main(resource):
            main = [each for each in its["Associations"] if each.get("Main")]
            return {**its, "Routes": [], "Associations": main, "Tags": []}
        case "ec2:security-group" if of_vpc and is_default(resource):
            return {**its, "Tags": [], **_fresh(resource.id)}
        case _:
            return None


def _fresh(group: str) -> Mapping[str, Any]:
    return {
        "IpPermissions": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    }
