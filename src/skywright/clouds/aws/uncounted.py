"""Steps of which nobody here knows what they cost. Owns what is known to be free; counts nothing.

Against a budget such a step must not pass for one that costs nothing. Traffic, requests and what is stored
are left out of every estimate (`counting`), so what costs only those is free here. Source of what is free:
the services' pricing pages as of November 2026, from memory; whoever doubts a row takes it out, and is asked.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from skywright.clouds.aws import effect_names
from skywright.clouds.aws.counting import COUNTERS
from skywright.clouds.aws.template import has_reference
from skywright.model.operation import Effect, Operation
from skywright.model.values import Value

_FREE: Final = re.compile(
    r"""ec2:(Create(
            (Default)?Vpc|VpcPeeringConnection|(Default)?Subnet|SubnetCidrReservation|SecurityGroup|Route(Table)?
            |(EgressOnly)?InternetGateway|DhcpOptions|NetworkAcl(Entry)?|NetworkInterface(Permission)?|KeyPair
            |LaunchTemplate(Version)?|PlacementGroup|ManagedPrefixList|Image|Snapshots?|InstanceEventWindow|FlowLogs
            |CustomerGateway|VpnGateway|VpnConnectionRoute|TransitGateway(Route(Table)?)?|InstanceConnectEndpoint
            |TrafficMirrorFilter(Rule)?|ReplaceRootVolumeTask)
        |ImportKeyPair|RegisterImage|Copy(Image|Snapshot)|RestoreManagedPrefixListVersion|Restore\w+FromRecycleBin)
    |elbv2:Create(Listener|Rule|TargetGroup)
    |elb:Create(LoadBalancer(Listeners|Policy)|\w+StickinessPolicy)
    |autoscaling:CreateLaunchConfiguration
    |(logs|sns|sqs|s3|events|ssm|ecr|lambda|service-quotas):\w+
    |dynamodb:CreateBackup
    |(rds|elasticache):(Create|Copy)\w*(Snapshot|ParameterGroup|OptionGroup|SubnetGroup|SecurityGroup|User(Group)?)
    |rds:CreateEventSubscription
    |efs:Create(FileSystem|MountTarget|AccessPoint)
    |ecs:(CreateCluster|CreateCapacityProvider|RegisterTaskDefinition)
    """,
    re.VERBOSE,
)
_DEARER: Final = frozenset(
    {
        *(
            "ec2:StartInstances",
            "ec2:ModifyFleet",
            "ec2:ModifySpotFleetRequest",
            "ec2:EnableFastSnapshotRestores",
        ),
        *("ec2:ModifyCapacityReservation", "ec2:ModifyCapacityReservationFleet", "ec2:EnableFastLaunch"),
        *("autoscaling:SetDesiredCapacity", "autoscaling:PutWarmPool", "autoscaling:ExecutePolicy"),
        *(
            "rds:ModifyDBCluster",
            "rds:StartDBInstance",
            "rds:StartDBCluster",
            "rds:ModifyCurrentDBClusterCapacity",
        ),
        *("elasticache:IncreaseReplicaCount", "elasticache:ModifyCacheCluster"),
        *("elasticache:ModifyReplicationGroup", "elasticache:ModifyReplicationGroupShardConfiguration"),
        *(
            "elasticache:ModifyServerlessCache",
            "lambda:PutProvisionedConcurrencyConfig",
            "efs:UpdateFileSystem",
        ),
    }
)
"""Changes of what is there that may cost more from then on."""

_DECIDES: Final = re.compile(
    r"InstanceType|DBInstanceClass|CacheNodeType|(Max|Instance|\w*Target)(Count|Capacity)|(Max|Desired)(Size|Capacity)"
    r"|(Volume)?Size|VolumeType|Iops|Throughput|AllocatedStorage|MultiAZ|NumCache(Nodes|Clusters)|\w+CapacityUnits"
)
"""Members that what it costs depends on."""

_MACHINES: Final = frozenset(
    {"ec2:RunInstances", "ec2:RequestSpotInstances", "ec2:CreateFleet", "ec2:RequestSpotFleet"}
    | {"autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"}
)
_PROVISIONED: Final = "ProvisionedThroughputInMibps"


def why(operation: Operation, arguments: Mapping[str, Any]) -> str:
    """Why it is not known what a step costs; empty: it is.

    Args:
        arguments: with the program's values in place; references that are left are known only later.
    """
    name = str(operation)
    members = [*_members(arguments)]
    if name in COUNTERS:
        if any(_DECIDES.fullmatch(member) and has_reference(value) for member, value in members):
            return "what it costs depends on what is known only later"
        kinds = [value for member, value in members if member == "InstanceType"]
        sized = (
            name != "autoscaling:UpdateAutoScalingGroup" or {"MaxSize", "DesiredCapacity"} & arguments.keys()
        )
        if name in _MACHINES and sized and len({str(kind) for kind in kinds}) != 1:
            return "of which type its machines are is not known"
        return ""
    makes = effect_names.effect(operation) is Effect.CREATE and not _FREE.fullmatch(name)
    if makes or name in _DEARER or any(member == _PROVISIONED for member, _ in members):
        return f"nobody here knows what {name} costs"
    return ""


def _members(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, inner
            yield from _members(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _members(inner)
