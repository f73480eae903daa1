"""What is in the target, as far as a request needs to know it. Owns reading and remembering; changes nothing.

Every read goes through the caller that the brain was given, which is a gate, and is done at most
once a request. Must not know words, recipes or programs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from skywright.brains.base import Context
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value

Row = Mapping[str, Any]
"""One thing as the cloud describes it, under the API's names."""


@dataclass(frozen=True, slots=True)
class Machine:
    """An instance that exists."""

    id: str
    name: str
    region: str
    state: str
    row: Row

    @property
    def type(self) -> str:
        return str(self.row.get("InstanceType", ""))

    @property
    def zone(self) -> str:
        return str(self.row.get("Placement", {}).get("AvailabilityZone", ""))

    @property
    def subnet(self) -> str:
        return str(self.row.get("SubnetId", ""))

    @property
    def network(self) -> str:
        return str(self.row.get("VpcId", ""))

    @property
    def groups(self) -> list[str]:
        return [str(group["GroupId"]) for group in self.row.get("SecurityGroups", [])]

    @property
    def tags(self) -> dict[str, str]:
        return tags(self.row)

    @property
    def root_device(self) -> str:
        named = str(self.row.get("RootDeviceName") or "")
        devices = [str(device["DeviceName"]) for device in self.row.get("BlockDeviceMappings", [])]
        if named in devices or not devices:
            return named
        # Some sandboxes name another device than the one that is there.
        return next((device for device in devices if device in ("/dev/sda1", "/dev/xvda")), named)

    @property
    def spot(self) -> bool:
        return self.row.get("InstanceLifecycle") == "spot"

    @property
    def disks(self) -> dict[str, Row]:
        """Attached volumes by id: device and the rest, as in the instance's block device mappings."""
        return {
            str(device["Ebs"]["VolumeId"]): {"DeviceName": device["DeviceName"], **device["Ebs"]}
            for device in self.row.get("BlockDeviceMappings", [])
            if "Ebs" in device
        }

    @property
    def data_disks(self) -> list[str]:
        return [id for id, disk in self.disks.items() if disk["DeviceName"] != self.root_device]

    @property
    def kinds(self) -> frozenset[str]:
        """Words that say what kind of machine it is: the parts of its name, and what its tags say."""
        parts = re.split(r"[-_. /0-9]+", self.name.lower())
        said = (value.lower() for key, value in self.tags.items() if key != "Name")
        return frozenset((*parts, *said)) - {""}

    @property
    def label(self) -> str:
        """How to speak of it: its name, or its id if it has none."""
        return self.name or self.id


def tags(row: Row) -> dict[str, str]:
    return {str(tag["Key"]): str(tag["Value"]) for tag in row.get("Tags") or []}


def filters(**values: str | Sequence[str]) -> Arguments:
    """`Filters` of a describing operation: `vpc_id` is written for `vpc-id`."""
    return {
        "Filters": [
            {
                "Name": name.replace("__", ".").replace("_", "-"),
                "Values": [value] if isinstance(value, str) else list(value),
            }
            for name, value in values.items()
        ]
    }


@dataclass
class World:
    """The target as seen by one request."""

    context: Context
    _seen: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])

    def read(self, operation: str, region: str, arguments: Arguments | None = None) -> dict[str, Any]:
        """One reading operation's result, remembered for the rest of this request.

        Raises:
            CloudFailed: The cloud or the gate refused or failed it.
        """
        key = self._key(operation, region, arguments)
        if key not in self._seen:
            self._seen[key] = self.context.look.call(Operation.parse(operation), arguments or {}, region)
        return cast(dict[str, Any], self._seen[key])

    @staticmethod
    def _key(operation: str, region: str, arguments: Arguments | None = None) -> str:
        return f"{region} {operation} {sorted((arguments or {}).items())!r}"

    def rows(self, operation: str, key: str, region: str, arguments: Arguments | None = None) -> list[Row]:
        return list(_rows(self.read(operation, region, arguments), key))

    def machines(self, region: str) -> list[Machine]:
        """Every machine of the region that has not been terminated."""
        found: list[Machine] = []
        for reservation in self.rows("ec2:DescribeInstances", "Reservations", region):
            for row in reservation.get("Instances", []):
                state = str(row["State"]["Name"])
                if state not in ("terminated", "shutting-down"):
                    found.append(
                        Machine(str(row["InstanceId"]), tags(row).get("Name", ""), region, state, row)
                    )
        return sorted(found, key=lambda machine: (machine.name, machine.id))

    def everywhere(self) -> Iterator[str]:
        """The regions in which the account has machines, volumes aside; the request's own first.

        The next is looked at only when it is asked for: a read of every region takes a while.
        """
        here = self.context.region
        if self._machines_or_none(here):
            yield here
        for region in self.regions():
            if region != here and self._machines_or_none(region):
                yield region

    def is_empty(self) -> bool:
        """Whether there are no machines in any region."""
        return next(self.everywhere(), None) is None

    def _machines_or_none(self, region: str) -> list[Machine]:
        """A region that the account may not use holds nothing of it."""
        try:
            return self.machines(region)
        except CloudFailed:
            return []

    def regions(self) -> list[str]:
        """The regions that the account may use."""
        rows = self.rows("ec2:DescribeRegions", "Regions", self.context.region)
        return sorted(str(row["RegionName"]) for row in rows)

    def volumes(self, region: str) -> list[Row]:
        return self.rows("ec2:DescribeVolumes", "Volumes", region)

    def named_things(self, region: str) -> dict[str, str]:
        """The ids of disks and load balancers by their names in lower case, where they were read."""
        volumes = self._seen.get(self._key("ec2:DescribeVolumes", region), {})
        balancers = self._seen.get(self._key("elbv2:DescribeLoadBalancers", region), {})
        named = {tags(row).get("Name", ""): str(row["VolumeId"]) for row in _rows(volumes, "Volumes")}
        named |= {
            str(row["LoadBalancerName"]): str(row["LoadBalancerArn"])
            for row in _rows(balancers, "LoadBalancers")
        }
        return {name.lower(): id for name, id in named.items() if name}

    def default_network(self, region: str) -> str:
        """The id of the region's default network, or of its only one; empty if there is neither."""
        networks = self.rows("ec2:DescribeVpcs", "Vpcs", region)
        default = [row for row in networks if row.get("IsDefault")]
        chosen = default or (networks if len(networks) == 1 else [])
        return str(chosen[0]["VpcId"]) if chosen else ""

    def all_subnets(self, region: str) -> list[Row]:
        return self.rows("ec2:DescribeSubnets", "Subnets", region)

    def subnets(self, region: str, network: str) -> list[Row]:
        return sorted(
            (row for row in self.all_subnets(region) if row["VpcId"] == network),
            key=lambda row: (not row.get("DefaultForAz"), row["AvailabilityZone"], row["SubnetId"]),
        )

    def networks(self, region: str) -> list[Row]:
        return self.rows("ec2:DescribeVpcs", "Vpcs", region)

    def groups(self, region: str, ids: Iterable[str]) -> list[Row]:
        wanted = set(ids)
        return [
            row
            for row in self.rows("ec2:DescribeSecurityGroups", "SecurityGroups", region)
            if row["GroupId"] in wanted
        ]

    def buckets(self) -> list[str]:
        """The names of the account's buckets, wherever they are."""
        rows = self.rows("s3:ListBuckets", "Buckets", self.context.region)
        return sorted(str(row["Name"]) for row in rows)

    def balancers(self, region: str) -> list[Row]:
        return self.rows("elbv2:DescribeLoadBalancers", "LoadBalancers", region)

    def target_groups(self, region: str) -> list[Row]:
        return self.rows("elbv2:DescribeTargetGroups", "TargetGroups", region)

    def registered(self, region: str, group: str) -> list[str]:
        """The ids of a target group's targets."""
        rows = self.rows(
            "elbv2:DescribeTargetHealth", "TargetHealthDescriptions", region, {"TargetGroupArn": group}
        )
        return [str(row["Target"]["Id"]) for row in rows]


def _rows(answer: Mapping[str, Value], key: str) -> list[Row]:
    return cast(list[Row], answer.get(key) or [])
