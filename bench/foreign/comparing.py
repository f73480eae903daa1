"""What is there in an account, so that two accounts can be compared: up to ids, and to what moves by itself.

Owns what is read and what moves. Reads by plain boto3 and knows nothing of Skywright.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from bench._same import up_to_ids

_STATES = ["pending", "running", "stopping", "stopped"]
_READS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "ec2": {
        **{name: {} for name in (
            "DescribeVpcs", "DescribeSubnets", "DescribeVolumes", "DescribeSecurityGroups",
            "DescribeAddresses", "DescribeInternetGateways", "DescribeRouteTables", "DescribeKeyPairs",
            "DescribeLaunchTemplates", "DescribeNatGateways", "DescribeNetworkAcls", "DescribeDhcpOptions",
            "DescribePlacementGroups",
        )},
        "DescribeInstances": {"Filters": [{"Name": "instance-state-name", "Values": _STATES}]},
        "DescribeSnapshots": {"OwnerIds": ["self"]},
        "DescribeImages": {"Owners": ["self"]},
    },
    "elbv2": {"DescribeLoadBalancers": {}, "DescribeTargetGroups": {}},
    "autoscaling": {"DescribeAutoScalingGroups": {}, "DescribeLaunchConfigurations": {}},
    "s3": {"ListBuckets": {}},
    "sqs": {"ListQueues": {}},
    "sns": {"ListTopics": {}, "ListSubscriptions": {}},
    "dynamodb": {"ListTables": {}},
    "cloudwatch": {"DescribeAlarms": {}, "ListDashboards": {}},
    "ssm": {"DescribeParameters": {}},
    "logs": {"DescribeLogGroups": {}},
}  # fmt: skip
"""What is read of an account."""

_OF_EACH: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "elbv2:DescribeLoadBalancers": (("DescribeListeners", "LoadBalancerArn", "LoadBalancerArn"),),
    "elbv2:DescribeTargetGroups": (("DescribeTargetHealth", "TargetGroupArn", "TargetGroupArn"),),
    "s3:ListBuckets": tuple(
        (name, "Name", "Bucket")
        for name in ("GetBucketVersioning", "GetBucketTagging", "GetBucketEncryption", "ListObjectsV2")
    ),
    "sqs:ListQueues": (("ListQueueTags", "", "QueueUrl"),),
    "dynamodb:ListTables": (("DescribeTable", "", "TableName"), ("Scan", "", "TableName")),
}
"""What is read of each thing listed: the operation, the member that names the thing, the argument for it."""

_MOVES = re.compile(
    r".*(Time|Date|Timestamp|Token|Reason|Modified|MacAddress|Dns|DNS|ETag|CreateDate|Progress|Count|Fingerprint)"
    r".*|(AvailabilityZone(Id|s)?|ZoneName|OwnerId|KeyMaterial)"
)
_OWN_TAG = "skywright:"
_ADDRESS = re.compile(r"\b\d+[.-]\d+[.-]\d+[.-]\d+\b(?!/)|\b(?:[0-9a-f]{1,4}:){2,}:?/\d+")
_ACCOUNT = re.compile(r"\b\d{12}\b")


def inventory(client: Any) -> Counter[str]:
    """What is there, each thing as a text in which every id stands for all that is said of it.

    Args:
        client: makes a boto3 client of a service.
    """
    things = [each for service in _READS for each in _described(client(service), service)]
    texts = [json.dumps(_still(thing), sort_keys=True, default=str) for thing in things]
    texts = [_ACCOUNT.sub("ACCOUNT", _ADDRESS.sub("IP", text)) for text in texts]
    return up_to_ids(texts)


def _described(client: Any, service: str) -> Iterator[Any]:
    for name, arguments in _READS[service].items():
        for listed in _read(client, name, arguments).values():
            for thing in listed if isinstance(listed, list) else ():
                yield {name: thing}
                for more, member, argument in _OF_EACH.get(f"{service}:{name}", ()):
                    id = thing[member] if member else thing
                    yield {more: id, "told": _read(client, more, {argument: id})}


def _read(client: Any, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer = getattr(client, xform_name(name))(**arguments)
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def _still(value: Any) -> Any:
    """Without what changes by itself or is the cloud's to choose, and the tags that Skywright adds."""
    if isinstance(value, Mapping):
        kept = {key: _still(inner) for key, inner in value.items() if not _MOVES.fullmatch(key)}
        return {key: inner for key, inner in kept.items() if inner != []}
    if isinstance(value, list):
        return [_still(inner) for inner in value if not _is_own_tag(inner)]
    return value


def _is_own_tag(value: Any) -> bool:
    return isinstance(value, Mapping) and str(value.get("Key", "")).startswith(_OWN_TAG)
