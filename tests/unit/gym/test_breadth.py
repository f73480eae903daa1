"""A sample of the documentation's commands against the gym; `python -m bench breadth` runs them all."""

from typing import Any

import pytest
from bench.breadth.examples import of_service
from bench.breadth.running import Runner

# The CLI's parser of EC2 alone takes seconds to be made.
pytestmark = pytest.mark.slow

SAMPLE = {
    "ec2": [
        "create-instance-event-window",
        "create-placement-group",
        "describe-availability-zones",
        "describe-id-format",
        "describe-ipams",
        "describe-prefix-lists",
        "describe-vpc-endpoint-services",
        "enable-snapshot-block-public-access",
        "get-default-credit-specification",
    ],
    "elbv2": ["describe-account-limits", "describe-load-balancers"],
    "autoscaling": ["describe-account-limits", "describe-adjustment-types", "describe-tags"],
    "cloudwatch": ["describe-anomaly-detectors", "put-metric-alarm"],
}


@pytest.fixture(scope="module")
def runner(gym: Any) -> Runner:
    return Runner(gym)


@pytest.mark.parametrize(("service", "pages"), SAMPLE.items(), ids=SAMPLE)
def test_documented_commands_are_answered_in_the_documented_shape(
    runner: Runner, service: str, pages: list[str]
) -> None:
    outcomes = [runner.run(example) for page in pages for example in of_service(service, page)]
    ran = [one for one in outcomes if one.kind not in ("needs a resource", "unfit")]
    assert len(ran) >= len(pages)
    assert [one for one in ran if one.kind != "succeeds"] == []


def test_what_is_not_implemented_says_so(runner: Runner) -> None:
    (outcome,) = (
        runner.run(example) for example in of_service("ec2", "enable-ipam-organization-admin-account")
    )
    assert outcome.kind == "not implemented"
