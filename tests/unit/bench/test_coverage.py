"""The page of what is known of operations says what is so, and it is enough."""

import pytest
from bench import coverage

from skywright.clouds.aws import inverse
from skywright.clouds.aws.effect_names import effect
from skywright.model.operation import Undoability

QUICK = ("elbv2", "ebs", "autoscaling", "cloudwatch", "s3", "lambda", "dynamodb", "sqs", "sns", "route53")


@pytest.mark.parametrize("service", QUICK)
def test_the_page_is_true(service: str) -> None:
    assert coverage.row(service).line() in coverage.PAGE.read_text().splitlines()


@pytest.mark.slow
def test_the_effects_of_nearly_all_that_matters_are_known() -> None:
    rows = [coverage.row(service) for service in coverage.CORE]
    # What a function does that is invoked is not in the call; that is 3 of Lambda's 53.
    assert all(row.known / row.mutating >= (0.94 if row.service == "lambda" else 0.95) for row in rows)
    for row in rows:
        for operation in coverage.operations(row.service):
            way = inverse.undoability(operation)
            assert way.reason or way.undoability is Undoability.EXACT, operation
            assert not effect(operation).mutates or way.steps == (), operation
