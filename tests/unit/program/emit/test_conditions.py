"""A waiter as one condition says what the waiter says, of any answer."""

import itertools
from typing import Any

import jmespath
import pytest

from skywright.clouds.aws.catalogue import Catalogue
from skywright.model.operation import Operation
from skywright.program import wait
from skywright.program.emit.conditions import condition, truth
from skywright.program.references import BadReference

CATALOGUE = Catalogue()


def states(name: str) -> list[Any]:
    some = (
        ["pending", "running", "stopping", "terminated"]
        if name != "volume_available"
        else ["creating", "available", "deleted"]
    )
    return [list(pair) for size in (0, 1, 2) for pair in itertools.product(some, repeat=size)]


def verdict(query: str, result: Any) -> str:
    found = jmespath.search(query, result)
    if found == "failed":
        return "failure"
    return "success" if found not in (None, False, "", [], {}) else "retry"


@pytest.mark.parametrize("name", ["instance_running", "instance_terminated", "volume_available"])
def test_conditions_agree_with_acceptors(name: str) -> None:
    waiter = CATALOGUE.waiter(Operation("ec2", name))
    wanted = condition(waiter)
    assert wanted is not None
    for found in states(name):
        if name == "volume_available":
            result: Any = {"Volumes": [{"State": state} for state in found]}
        else:
            result = {"Reservations": [{"Instances": [{"State": {"Name": state}} for state in found]}]}
        expected = wait.state(waiter.acceptors, wait.Answer(result)) or "retry"
        assert verdict(wanted.query, result) == expected, found
    assert verdict(wanted.query, {}) == "retry"


def test_error_codes_are_told_apart() -> None:
    wanted = condition(CATALOGUE.waiter(Operation("elbv2", "load_balancers_deleted")))
    assert wanted is not None
    assert wanted.good == ("LoadBalancerNotFound",)
    running = condition(CATALOGUE.waiter(Operation("ec2", "instance_running")))
    assert running is not None
    assert running.again == ("InvalidInstanceID.NotFound",)


def test_a_waiter_on_bare_statuses_has_no_condition() -> None:
    assert condition(CATALOGUE.waiter(Operation("s3", "bucket_exists"))) is None


@pytest.mark.parametrize("expression", ["A.B", "A == 'x'", "A || B", "!A", "length(A)"])
@pytest.mark.parametrize("result", [{}, {"A": "x"}, {"A": []}, {"A": {"B": False}}, {"A": [0]}])
def test_truth_is_plain_true_or_false(expression: str, result: Any) -> None:
    try:
        expected = wait.holds(expression, result)
    except BadReference:
        return
    assert jmespath.search(truth(expression), result) is expected
