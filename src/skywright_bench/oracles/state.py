"""What is in an account, as plain rows, and what differs between two looks at it. Reads by boto3 alone.

A thing's row holds what a user would call its properties; what follows from other things by itself (an
address that a started machine gets) is left out, so that it is no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skywright_bench.oracles.reader import Reader

Row = Mapping[str, Any]
State = dict[tuple[str, str], Row]
"""Rows by kind and identifier."""


@dataclass(frozen=True)
class Change:
    """One thing that is new, gone or otherwise.

    Attributes:
        before, after: its row; None if it was not, or is not, there.
        fields: what is otherwise, by property: old and new.
    """

    kind: str
    id: str
    before: Row | None
    after: Row | None

    @property
    def now(self) -> Row:
        """What it is; empty if it is gone."""
        return self.after or {}

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        if self.before is None or self.after is None:
            return {}
        keys = {*self.before, *self.after}
        return {
            key: (self.before.get(key), self.after.get(key))
            for key in keys
            if self.before.get(key) != self.after.get(key)
        }

    def __str__(self) -> str:
        name = (self.now or self.before or {}).get("name") or self.id
        if self.before is None:
            return f"new {self.kind} {name} {dict(self.after or {})}"
        return f"{self.kind} {name} gone" if self.after is None else f"{self.kind} {name} {self.fields}"


def look(account: Reader, regions: Iterable[str]) -> State:
    """Everything in these regions; the code runs in the account's world."""
    found: State = {}
    for region in sorted(set(regions)):
        for kind, id, row in (
            *_machines(account, region),
            *_disks(account, region),
            *_balancers(account, region),
            *_network(account, region),
            *_copies(account, region),
            *_alarms(account, region),
        ):
            found[kind, id] = {**row, "region": region}
    for row in account.client("s3", "us-east-1").list_buckets()["Buckets"]:
        found["bucket", row["Name"]] = {"name": row["Name"]}
    iam = account.client("iam", "us-east-1")
    for row in iam.list_users()["Users"]:
        found["user", row["UserName"]] = {"name": row["UserName"]}
    for row in iam.list_roles()["Roles"]:
        if not row["Path"].startswith("/aws-service-role/"):
            found["role", row["RoleName"]] = {"name": row["RoleName"]}
    return found


def changes(before: State, after: State) -> list[Change]:
    """Everything that is otherwise."""
    keys = sorted({*before, *after})
    return [
        Change(kind, id, before.get((kind, id)), after.get((kind, id)))
        for kind, id in keys
        if before.get((kind, id)) != after.get((kind, id))
    ]


_OF_TOOLS = ("aws:", "skywright:")
"""How tags begin by which the cloud and tools mark what they made."""
_Rows = list[tuple[str, str, dict[str, Any]]]


def _tags(row: Row, key: str = "Tags") -> dict[str, str]:
    tags = {tag["Key"]: tag["Value"] for tag in row.get(key) or []}
    return {key: value for key, value in tags.items() if not key.startswith(_OF_TOOLS)}


def named(row: Row, key: str = "Tags") -> dict[str, Any]:
    """The name of a thing and its other tags, without those by which tools mark what they made."""
    tags = _tags(row, key)
    return {"name": tags.pop("Name", ""), "tags": tags}


def _machines(account: Reader, region: str) -> _Rows:
    ec2 = account.client("ec2", region)
    found: _Rows = []
    for reservation in ec2.describe_instances()["Reservations"]:
        for row in reservation["Instances"]:
            if row["State"]["Name"] in ("terminated", "shutting-down"):
                continue
            id = row["InstanceId"]
            kept = ec2.describe_instance_attribute(InstanceId=id, Attribute="disableApiTermination")
            machine = {
                **named(row),
                "state": row["State"]["Name"],
                "type": row["InstanceType"],
                "image": row["ImageId"],
                "zone": row["Placement"]["AvailabilityZone"],
                "network": row.get("VpcId"),
                "subnet": row.get("SubnetId"),
                "groups": sorted(group["GroupId"] for group in row["SecurityGroups"]),
                "spot": row.get("InstanceLifecycle") == "spot",
                "monitored": row["Monitoring"]["State"] in ("enabled", "pending"),
                "protected": kept["DisableApiTermination"]["Value"],
                "root": row.get("RootDeviceName"),
                "profile": row.get("IamInstanceProfile", {}).get("Arn", ""),
                "public": bool(row.get("PublicIpAddress")) or row["State"]["Name"] != "running",
            }
            found.append(("vm", id, machine))
    for row in ec2.describe_addresses()["Addresses"]:
        found.append(("address", row["AllocationId"], {**named(row), "vm": row.get("InstanceId") or ""}))
    return found


def _disks(account: Reader, region: str) -> _Rows:
    found: _Rows = []
    for row in account.client("ec2", region).describe_volumes()["Volumes"]:
        held = (row.get("Attachments") or [{}])[0]
        disk = {
            **named(row),
            "size": row["Size"],
            "type": row["VolumeType"],
            "iops": row.get("Iops")
            if row["VolumeType"] in ("io1", "io2")
            else _beyond(3000, row.get("Iops")),
            "throughput": _beyond(125, row.get("Throughput")),
            "zone": row["AvailabilityZone"],
            "encrypted": bool(row.get("Encrypted")),
            "vm": held.get("InstanceId", ""),
            "device": held.get("Device", ""),
        }
        found.append(("disk", row["VolumeId"], disk))
    return found


def _beyond(included: int, figure: int | None) -> int | None:
    """What a gp3 disk has at its usual price says nothing, and other types have it by their size."""
    return None if figure is None or figure <= included else figure


def _balancers(account: Reader, region: str) -> _Rows:
    elbv2 = account.client("elbv2", region)
    found: _Rows = []
    for row in elbv2.describe_load_balancers()["LoadBalancers"]:
        arn = row["LoadBalancerArn"]
        listeners = elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
        balancer = {
            "name": row["LoadBalancerName"],
            "scheme": row["Scheme"],
            "type": row["Type"],
            "network": row["VpcId"],
            "groups": sorted(row.get("SecurityGroups") or []),
            "ports": sorted(listener["Port"] for listener in listeners),
            "forwards": sorted(
                arn for listener in listeners for action in listener["DefaultActions"] for arn in _to(action)
            ),
        }
        found.append(("lb", arn, balancer))
    for row in elbv2.describe_target_groups()["TargetGroups"]:
        arn = row["TargetGroupArn"]
        health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        targets = {
            item["Target"]["Id"] for item in health if item["TargetHealth"]["State"] not in ("draining",)
        }
        group = {
            "name": row["TargetGroupName"],
            "port": row.get("Port"),
            "path": row.get("HealthCheckPath"),
            "checked": _checked(row),
            "targets": sorted(targets),
        }
        found.append(("targets", arn, group))
    return found


def _to(action: Row) -> list[str]:
    """The target groups that an action sends to."""
    several = action.get("ForwardConfig", {}).get("TargetGroups") or []
    weighed = [one["TargetGroupArn"] for one in several if one.get("Weight", 1)]
    return weighed or [action[key] for key in ("TargetGroupArn",) if key in action]


def _checked(row: Row) -> str:
    """How a target group finds out whether a target is well, in words."""
    times = [row.get(f"{kind}ThresholdCount") for kind in ("Healthy", "Unhealthy")]
    every, port = row.get("HealthCheckIntervalSeconds"), row.get("HealthCheckPort")
    codes = row.get("Matcher", {}).get("HttpCode", "")
    return (
        f"{row.get('HealthCheckProtocol')} {codes} at {port}, each {every} s, {times[0]} or {times[1]} times"
    )


def _network(account: Reader, region: str) -> _Rows:
    ec2 = account.client("ec2", region)
    found: _Rows = []
    for row in ec2.describe_vpcs()["Vpcs"]:
        found.append(("network", row["VpcId"], {**named(row), "range": row["CidrBlock"]}))
    for row in ec2.describe_subnets()["Subnets"]:
        subnet = {**named(row), "network": row["VpcId"], "zone": row["AvailabilityZone"]}
        found.append(("subnet", row["SubnetId"], subnet))
    for row in ec2.describe_internet_gateways()["InternetGateways"]:
        held = sorted(item["VpcId"] for item in row.get("Attachments") or [])
        found.append(("gateway", row["InternetGatewayId"], {"networks": held}))
    for row in ec2.describe_security_groups()["SecurityGroups"]:
        rules = sorted(rule for item in row["IpPermissions"] for rule in _rules(item))
        group = {"name": row["GroupName"], "network": row["VpcId"], "rules": rules}
        found.append(("group", row["GroupId"], group))
    return found


def _rules(item: Row) -> list[tuple[int, int, str]]:
    first, last = item.get("FromPort", 0), item.get("ToPort", 65535)
    parts = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "PrefixListIds": "PrefixListId"}
    parts |= {"UserIdGroupPairs": "GroupId"}
    sources = [part[key] for name, key in parts.items() for part in item.get(name) or []]
    protocol = "" if item["IpProtocol"] in ("tcp", "-1") else f"{item['IpProtocol']} "
    return [(first, last, protocol + source) for source in sources]


def _copies(account: Reader, region: str) -> _Rows:
    ec2 = account.client("ec2", region)
    found: _Rows = []
    for row in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]:
        found.append(("snapshot", row["SnapshotId"], {**named(row), "disk": row["VolumeId"]}))
    for row in ec2.describe_images(Owners=["self"])["Images"]:
        copies = [mapping.get("Ebs", {}).get("SnapshotId") for mapping in row["BlockDeviceMappings"]]
        image = {"name": row["Name"], "vm": row.get("SourceInstanceId"), "snapshots": copies}
        found.append(("image", row["ImageId"], image))
    return found


def _alarms(account: Reader, region: str) -> _Rows:
    rows = account.client("cloudwatch", region).describe_alarms()["MetricAlarms"]
    return [
        (
            "alarm",
            f"{region} {row['AlarmName']}",
            {
                "name": row["AlarmName"],
                "metric": row["MetricName"],
                "vms": sorted(part["Value"] for part in row["Dimensions"]),
                "threshold": row["Threshold"],
                "operator": row["ComparisonOperator"],
                "statistic": row.get("Statistic") or row.get("ExtendedStatistic"),
                "period": row.get("Period"),
                "periods": row["EvaluationPeriods"],
                "actions": sorted(row.get("AlarmActions") or []),
                "enabled": row["ActionsEnabled"],
            },
        )
        for row in rows
    ]


def of_kind(state: State, kind: str) -> dict[str, Row]:
    """The rows of a kind by identifier."""
    return {id: row for (of, id), row in state.items() if of == kind}
