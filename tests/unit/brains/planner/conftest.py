"""The planner over the models of a few services, in an account that is told, not run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from skywright.brains.base import Context
from skywright.brains.planner.planner import plan
from skywright.clouds.aws.cloud import aws
from skywright.clouds.aws.docs.search import Documentation
from skywright.clouds.base import Cloud
from skywright.errors import CloudFailed
from skywright.model.advice import Plan, Understanding
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value
from skywright.program.check import check

SERVICES = (
    "sqs",
    "sns",
    "logs",
    "kinesis",
    "iam",
    "dynamodb",
    "ec2",
    "ecr",
    "ecr-public",
    "kafka",
    "secretsmanager",
)
ARN = "arn:aws:sns:us-east-1:123456789012:"


class Account:
    """What is there, by the operation that tells it; whatever else is asked, it is not told."""

    def __init__(self, cloud: Cloud, there: Mapping[str, Mapping[str, Value]]) -> None:
        self.cloud = cloud
        self._there = there

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        if str(operation) not in self._there:
            raise CloudFailed(str(operation), "AccessDenied", "not told")
        return dict(self._there[str(operation)])

    def understand(self, words: str, **answers: str) -> Understanding | None:
        return plan(words, Context(self.cloud, self, "us-east-1", answers))

    def plan(self, words: str, **answers: str) -> Plan:
        found = self.understand(words, **answers)
        assert isinstance(found, Plan), f"{words!r}: {found}"
        assert not check(found.program, self.cloud.catalogue), words
        return found

    def steps(self, words: str, **answers: str) -> list[tuple[str, dict[str, Any]]]:
        """Each step's operation or waiter with its arguments, parameters written in."""
        program = self.plan(words, **answers).program
        values = program.values()
        return [
            (
                str(step.operation or step.waiter),
                {name: values.get(str(value)[2:-1], value) for name, value in step.arguments.items()},
            )
            for step in program.steps
        ]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    return replace(aws(), documentation=Documentation(tmp_path_factory.mktemp("docs"), SERVICES))


@pytest.fixture(scope="session")
def account(cloud: Cloud) -> Account:
    there: dict[str, dict[str, Value]] = {
        "sns:ListTopics": {"Topics": [{"TopicArn": f"{ARN}pages"}, {"TopicArn": f"{ARN}news"}]},
        "sqs:ListQueues": {"QueueUrls": ["https://sqs.us-east-1.amazonaws.com/123456789012/legacy"]},
        "iam:ListUsers": {
            "Users": [{"UserName": "bob", "UserId": "AIDA1", "Arn": "arn:aws:iam::1:user/bob"}]
        },
        "iam:ListGroups": {"Groups": [{"GroupName": "admins", "GroupId": "AGPA1"}]},
        "iam:ListPolicies": {
            "Policies": [{"PolicyName": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
        },
        "dynamodb:ListTables": {"TableNames": []},
        "logs:DescribeLogGroups": {"logGroups": [{"logGroupName": "/app/web"}]},
    }
    return Account(cloud, there)
