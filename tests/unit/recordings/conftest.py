"""Recordings for the tests, and a client of whatever serves one."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from skywright.clouds.aws.cloud import aws
from skywright.clouds.calling import Catalogue
from skywright.model.call import CallError
from skywright.model.operation import Operation
from skywright.recordings.form import Exchange, Recording


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return aws().catalogue


def exchange(name: str, request: dict[str, Any], answer: Any, at: float = 0.0) -> Exchange:
    """`exchange("ec2:DescribeVpcs", {}, {"Vpcs": []})`; an answer that is a text is an error's code."""
    service, _, operation = name.partition(":")
    error = CallError(answer, "as the cloud said") if isinstance(answer, str) else None
    result = None if error else answer
    return Exchange(
        Operation(service, operation), "eu-west-1", at, request, 400 if error else 200, result, error, 0.1
    )


def recording(*exchanges: Exchange) -> Recording:
    return Recording("aws", "111122223333", "eu-west-1", "2026-11-28T00:00:00Z", exchanges)


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}),
    )
