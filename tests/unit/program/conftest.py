"""A caller that is real boto3 on moto, and that records what it did as the gate would."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from skywright.clouds.aws.catalogue import Catalogue
from skywright.errors import CloudFailed
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value
from skywright.model.verdict import Decision, Principal, Verdict

EXPLORER = Principal(run="r", kind="explore", brain="test", modality="sdk", target="gym")


def plain(value: Any) -> Any:
    """What boto3 gives, as JSON."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, str | int | float | bool | None) else None


_CLIENTS: dict[tuple[str, str], Any] = {}
"""Making a client takes longer than anything done with it; they work in every mocked cloud."""


class Boto:
    """Calls operations with boto3; `trace` is what it called, and what came of it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.trace: list[Call] = []
        self._clients = _CLIENTS
        self.clock = 1000.0

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        key = (operation.service, region)
        if key not in self._clients:
            self._clients[key] = boto3.client(
                operation.service, region, aws_access_key_id="k", aws_secret_access_key="s"
            )
        client = self._clients[key]
        method = {client.meta.method_to_api_mapping[name]: name for name in client.meta.method_to_api_mapping}
        self.clock += 1.0
        try:
            result = plain(getattr(client, method[operation.name])(**arguments))
        except ClientError as problem:
            code, message = problem.response["Error"]["Code"], problem.response["Error"]["Message"]
            self._record(operation, arguments, region, Outcome(400, None, CallError(code, message), 0.1))
            raise CloudFailed(str(operation), code, message) from problem
        self._record(operation, arguments, region, Outcome(200, result, None, 0.1))
        return result

    def _record(self, operation: Operation, arguments: Arguments, region: str, outcome: Outcome) -> None:
        self.trace.append(
            Call(
                id=f"c{len(self.trace)}",
                principal=EXPLORER,
                operation=operation,
                effect=self.catalogue.signature(operation).effect,
                region=region,
                arguments=arguments,
                at=self.clock,
                verdict=Verdict(Decision.ALLOW, "test"),
                outcome=outcome,
            )
        )

    def __call__(self, operation: str, region: str = "eu-west-1", **arguments: Any) -> Any:
        """`aws("ec2:CreateVpc", CidrBlock=…)`."""
        return self.call(Operation.parse(operation), arguments, region)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue()


@contextmanager
def cloud(catalogue: Catalogue) -> Iterator[Boto]:
    """An empty AWS."""
    with mock_aws():
        yield Boto(catalogue)


@pytest.fixture
def empty_cloud() -> Any:
    return cloud


@pytest.fixture
def aws(catalogue: Catalogue) -> Iterator[Boto]:
    with cloud(catalogue) as boto:
        yield boto
