"""A closer look at an account, for the tasks that say in rows of their own what is to come of them.

Adds kinds (buckets, users, databases, routes) and properties to what `state` reads: also what follows from
several things together, such as what a machine admits by all its groups. Judges nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from skywright_bench.oracles import global_things, network
from skywright_bench.oracles.network import Rows
from skywright_bench.oracles.reader import Once, Reader
from skywright_bench.oracles.state import Row, State, look, named, of_kind

PROPERTIES: Mapping[str, frozenset[str]] = {
    kind: frozenset(["id", "name", "tags", "region", *properties.split()])
    for kind, properties in {
        "vm": "state type image zone network subnet groups spot monitored protected root public admits "
        "checks key profile",
        "address": "vm ip used",
        "disk": "size type iops throughput zone encrypted vm device",
        "lb": "scheme type network groups ports forwards paths protected zones",
        "targets": "port path checked targets at healthy sick",
        "network": "range",
        "subnet": "network zone internet gives_addresses filters",
        "gateway": "networks",
        "nat": "subnet state",
        "routes": "network main subnets default routes",
        "group": "network rules egress open used",
        "snapshot": "disk size encrypted public shared description orphan",
        "image": "vm snapshots public",
        "alarm": "metric vms threshold operator statistic period periods actions enabled",
        "database": "type size public encrypted zones protected backup_days engine state groups",
        "log": "days made",
        "scaling": "least most size policies forwards suspended",
        "bucket": "public blocked policy grants versioned encryption days objects content",
        "user": "groups policies allows admin console mfa keys",
        "key": "user active",
        "role": "allows trust",
        "key_pair": "print",
        "peering": "networks",
        "endpoint": "network service",
    }.items()
}
"""What there is to be said of each kind of thing."""
PASSING = frozenset({"checks", "healthy", "sick", "used", "orphan", "keys", "open"})
"""Properties that change by themselves, or with other things that are looked at: no change of their own."""


def look_closely(account: Reader, regions: Iterable[str]) -> State:
    """Everything in these regions, and what belongs to none."""
    account, places = Once(account), sorted(set(regions))
    found = look(account, places)
    for region in places:
        here: State = {key: row for key, row in found.items() if row.get("region") == region}
        for kind, id, more in (
            *network.look(account, region, here),
            *_balancers(account, region, here),
            *_copies(account, region, here),
            *_databases(account, region),
            *_logs(account, region),
            *_scalings(account, region),
        ):
            here[kind, id] = {**here.get((kind, id), {}), **more, "region": region}
        for id, more in _machines(account, region, here):
            here["vm", id] = {**here["vm", id], **more}
        found |= here
    found |= global_things.look(account)
    return {(kind, id): {"id": id, "name": "", "tags": {}, **row} for (kind, id), row in found.items()}


def _machines(account: Reader, region: str, here: State) -> list[tuple[str, dict[str, Any]]]:
    ec2 = account.client("ec2", region)
    checks = {
        row["InstanceId"]: "ok"
        if {row["InstanceStatus"]["Status"], row["SystemStatus"]["Status"]} == {"ok"}
        else "impaired"
        if "impaired" in (row["InstanceStatus"]["Status"], row["SystemStatus"]["Status"])
        else "none"
        for row in ec2.describe_instance_status(IncludeAllInstances=True)["InstanceStatuses"]
    }
    keys = {
        row["InstanceId"]: row.get("KeyName") or ""
        for reservation in ec2.describe_instances()["Reservations"]
        for row in reservation["Instances"]
    }
    found: list[tuple[str, dict[str, Any]]] = []
    for id, row in of_kind(here, "vm").items():
        rules = {rule for group in row["groups"] for rule in here["group", group]["rules"]}
        more = {"admits": sorted(rules), "checks": checks.get(id, "none"), "key": keys.get(id, "")}
        found.append((id, more))
    return found


def _balancers(account: Reader, region: str, here: State) -> Rows:
    elbv2 = account.client("elbv2", region)
    found: Rows = []
    for row in elbv2.describe_load_balancers()["LoadBalancers"]:
        arn = row["LoadBalancerArn"]
        kept = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        protected = any(
            one["Key"] == "deletion_protection.enabled" and one["Value"] == "true" for one in kept
        )
        zones = sorted(zone["ZoneName"] for zone in row["AvailabilityZones"])
        paths = sorted(_paths(elbv2, arn))
        found.append(("lb", arn, {"protected": protected, "zones": zones, "paths": paths}))
    for arn in of_kind(here, "targets"):
        health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        by_state = {item["Target"]["Id"]: item["TargetHealth"]["State"] for item in health}
        group = {
            "at": sorted(
                {
                    item["Target"]["Port"]
                    for item in health
                    if item["Target"]["Id"] in here["targets", arn]["targets"]
                }
            ),
            "healthy": sorted(id for id, state in by_state.items() if state == "healthy"),
            "sick": sorted(id for id, state in by_state.items() if state in ("unhealthy", "unused")),
        }
        found.append(("targets", arn, group))
    return found


def _paths(elbv2: Any, balancer: str) -> list[str]:
    """What a load balancer does otherwise than by its listeners' defaults, in words."""
    return [
        f"{listener['Port']}: {_conditions(rule)} {', '.join(action['Type'] for action in rule['Actions'])}"
        for listener in elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
        for rule in elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        if not rule["IsDefault"]
    ]


def _conditions(rule: Row) -> str:
    return " and ".join(f"{one['Field']} {one.get('Values') or ''}" for one in rule["Conditions"])


def _copies(account: Reader, region: str, here: State) -> Rows:
    ec2 = account.client("ec2", region)
    found: Rows = []
    for row in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]:
        asked = {"SnapshotId": row["SnapshotId"], "Attribute": "createVolumePermission"}
        allowed = ec2.describe_snapshot_attribute(**asked)["CreateVolumePermissions"]
        snapshot = {
            "size": row["VolumeSize"],
            "encrypted": bool(row.get("Encrypted")),
            "public": any(one.get("Group") == "all" for one in allowed),
            "shared": sorted(one["UserId"] for one in allowed if "UserId" in one),
            "description": row.get("Description") or "",
            "orphan": ("disk", row["VolumeId"]) not in here,
        }
        found.append(("snapshot", row["SnapshotId"], snapshot))
    for row in ec2.describe_images(Owners=["self"])["Images"]:
        found.append(
            ("image", row["ImageId"], {"tags": named(row)["tags"], "public": bool(row.get("Public"))})
        )
    return found


def _databases(account: Reader, region: str) -> Rows:
    rows = account.client("rds", region).describe_db_instances()["DBInstances"]
    return [
        (
            "database",
            row["DBInstanceIdentifier"],
            {
                "name": row["DBInstanceIdentifier"],
                "tags": named(row, "TagList")["tags"],
                "type": row["DBInstanceClass"],
                "size": row["AllocatedStorage"],
                "public": bool(row.get("PubliclyAccessible")),
                "encrypted": bool(row.get("StorageEncrypted")),
                "zones": 2 if row.get("MultiAZ") else 1,
                "protected": bool(row.get("DeletionProtection")),
                "backup_days": row.get("BackupRetentionPeriod"),
                "engine": row["Engine"],
                "state": row["DBInstanceStatus"],
                "groups": sorted(one["VpcSecurityGroupId"] for one in row.get("VpcSecurityGroups") or []),
            },
        )
        for row in rows
    ]


def _logs(account: Reader, region: str) -> Rows:
    rows = account.client("logs", region).describe_log_groups()["logGroups"]
    return [
        (
            "log",
            row["logGroupName"],
            {
                "name": row["logGroupName"],
                "days": row.get("retentionInDays"),
                "made": row["creationTime"],
            },
        )
        for row in rows
    ]


def _scalings(account: Reader, region: str) -> Rows:
    """Auto Scaling groups, with what they go by in words: `CPUUtilization at 50`."""
    client = account.client("autoscaling", region)
    rows = client.describe_auto_scaling_groups()["AutoScalingGroups"]
    policies = client.describe_policies()["ScalingPolicies"] if rows else []
    return [
        (
            "scaling",
            f"{region} {row['AutoScalingGroupName']}",
            {
                "name": row["AutoScalingGroupName"],
                "tags": named(row)["tags"],
                "least": row["MinSize"],
                "most": row["MaxSize"],
                "size": row["DesiredCapacity"],
                "policies": sorted(_policy(one) for one in policies if _is_of(one, row)),
                "forwards": sorted(row.get("TargetGroupARNs") or []),
                "suspended": sorted(one["ProcessName"] for one in row.get("SuspendedProcesses") or []),
            },
        )
        for row in rows
    ]


def _is_of(policy: Row, group: Row) -> bool:
    return policy["AutoScalingGroupName"] == group["AutoScalingGroupName"]


def _policy(row: Row) -> str:
    tracked = row.get("TargetTrackingConfiguration")
    if not tracked:
        return f"{row['PolicyType']} {row['PolicyName']}"
    usual = tracked.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType", "")
    own = tracked.get("CustomizedMetricSpecification", {}).get("MetricName", "")
    return f"{usual.removeprefix('ASGAverage') or own} at {tracked['TargetValue']:g}"
