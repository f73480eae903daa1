"""Accounts in one mocked cloud, any number of them, and what is there in each, up to ids."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from bench._same import in_one_order, up_to_ids
from moto import mock_aws
from moto.core import responses
from moto.s3.models import s3_backends
from tests.unit.program.conftest import Boto

from skywright.clouds.aws.catalogue import Catalogue
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value

_STATES = ["pending", "running", "stopping", "stopped"]
_READS: dict[str, dict[str, dict[str, Any]]] = {
    "ec2": {
        **{name: {} for name in (
            "DescribeVpcs", "DescribeSubnets", "DescribeVolumes",
            "DescribeSecurityGroups", "DescribeAddresses", "DescribeInternetGateways", "DescribeRouteTables",
            "DescribeKeyPairs", "DescribeLaunchTemplates",
        )},
        "DescribeInstances": {"Filters": [{"Name": "instance-state-name", "Values": _STATES}]},
        "DescribeSnapshots": {"OwnerIds": ["self"]},
        "DescribeImages": {"Owners": ["self"]},
    },
    "elbv2": {"DescribeLoadBalancers": {}, "DescribeTargetGroups": {}},
    "s3": {"ListBuckets": {}},
    "iam": {"GetAccountAuthorizationDetails": {"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]}},
    "sqs": {"ListQueues": {}},
    "sns": {"ListTopics": {}, "ListSubscriptions": {}},
    "dynamodb": {"ListTables": {}},
    "cloudwatch": {"DescribeAlarms": {}},
    "ssm": {"DescribeParameters": {}},
    "logs": {"DescribeLogGroups": {}},
}  # fmt: skip
"""What is read of an account, of each service that was called."""

_OF_EACH: dict[str, tuple[tuple[str, str], ...]] = {
    "elbv2:DescribeLoadBalancers": (("DescribeListeners", "LoadBalancerArn"),),
    "elbv2:DescribeTargetGroups": (("DescribeTargetHealth", "TargetGroupArn"),),
    "s3:ListBuckets": (
        ("GetBucketVersioning", "Name"),
        ("GetBucketTagging", "Name"),
        ("ListObjectsV2", "Name"),
    ),
    "sqs:ListQueues": (("GetQueueAttributes", "QueueUrl"), ("ListQueueTags", "QueueUrl")),
    "dynamodb:ListTables": (("DescribeTable", "TableName"), ("Scan", "TableName")),
}
"""What is read of each thing listed, by the member that names it."""

_MOVES = re.compile(
    r".*(Time|Date|Timestamp|Token|Reason|Modified|MacAddress|Dns|DNS|ETag|CreateDate|Progress|Count).*"
)
_ADDRESS = re.compile(r"\b\d+[.-]\d+[.-]\d+[.-]\d+\b(?!/)")
_HANDED_OUT = frozenset(
    {"PrivateIpAddress", "PrivateIpAddresses", "PublicIp", "PublicIpAddress", "CarrierIp"}
)
_ASSOCIATIONS = frozenset({"AssociationId", "RouteTableAssociationId"})
_numbers = iter(range(100_000_000_001, 10**12))
_present = ["123456789012"]


class Account(Boto):
    """An account of its own in the mocked cloud; `inventory` is what is there."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(catalogue)
        self.number = str(next(_numbers))
        # The names of buckets are everybody's: another account could not make them again.
        s3_backends.bucket_accounts.clear()

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        if (operation.service, region) not in self._clients:
            client = boto3.client(operation.service, region, aws_access_key_id="k", aws_secret_access_key="s")
            self._clients[operation.service, region] = client
        events = self._clients[operation.service, region].meta.events
        events.register("before-call", _in_account, unique_id="account")
        _present[0] = self.number
        return super().call(operation, arguments, region)

    def inventory(self, services: Iterable[str] = ()) -> Counter[str]:
        """What is there in the services, or in all of them, with every id replaced by what has it."""
        services = sorted(services or _READS)
        return same_up_to_ids(
            [each for service in services for each in self._described(service)], self.number
        )

    def present(self) -> Counter[str]:
        """What is there, under its own ids; only associations may be others."""
        things = [each for service in sorted(_READS) for each in self._described(service)]
        return Counter(
            json.dumps(in_one_order(_still(thing, _ASSOCIATIONS)), sort_keys=True) for thing in things
        )

    def _described(self, service: str) -> Iterator[Any]:
        for name, arguments in _READS[service].items():
            answer = self._read(service, name, arguments)
            for listed in answer.values():
                for thing in listed if isinstance(listed, list) else ():
                    yield {name: thing}
                    for more, by in _OF_EACH.get(f"{service}:{name}", ()):
                        id = thing[by] if isinstance(thing, Mapping) else thing
                        asked = {"Bucket" if service == "s3" else by: id}
                        if more == "GetQueueAttributes":
                            asked["AttributeNames"] = ["All"]
                        yield {more: id, "told": self._read(service, more, asked)}

    def _read(self, service: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self.call(Operation(service, name), arguments, "eu-west-1")
        except CloudFailed as error:
            return {"error": error.code}


def _in_account(params: dict[str, Any], **_: Any) -> None:
    params["headers"]["X-moto-account-id"] = _present[0]


@pytest.fixture(scope="module")
def accounts(catalogue: Catalogue) -> Iterator[Any]:
    """Makes an empty account, however often it is asked for one."""
    with pytest.MonkeyPatch.context() as patch:
        # Loading moto's own images takes a second for each account.
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        # For each call moto looks through the methods of a class, which are the same every time.
        patch.setattr(responses, "method_names_from_class", cache(responses.method_names_from_class))
        with mock_aws():
            yield lambda: Account(catalogue)


def same_up_to_ids(things: list[Any], number: str) -> Counter[str]:
    """Things as texts in which each id is replaced by a digest of all that speaks of it."""
    texts = [
        _ADDRESS.sub("IP", json.dumps(_still(thing), sort_keys=True).replace(number, "ACCOUNT"))
        for thing in things
    ]
    return up_to_ids(texts)


def _still(value: Any, dropped: frozenset[str] = frozenset()) -> Any:
    """Without what changes by itself, and without addresses that the cloud hands out."""
    if isinstance(value, Mapping):
        return {
            key: "IP" if key in _HANDED_OUT and isinstance(inner, str) else _still(inner, dropped)
            for key, inner in value.items()
            if not _MOVES.fullmatch(key) and key not in dropped
        }
    return [_still(inner, dropped) for inner in value] if isinstance(value, list) else value
