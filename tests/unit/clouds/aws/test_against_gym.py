"""There and back in the gym, whose machines take a moment for everything, as real ones do."""

from typing import Any

import pytest
from tests.unit.clouds.aws.conftest import Account

_REGION = "eu-west-1"


@pytest.fixture
def account(gym: Any) -> Account:
    made = gym.fresh_account()
    return Account(made.endpoint, _REGION, made.access_key_id, made.secret_access_key)


def _image(account: Account) -> str:
    name = [{"Name": "name", "Values": ["al2023-ami-*x86_64*", "amzn2-ami-hvm*"]}]
    images = (
        account.read("ec2:DescribeImages", Filters=name)["Images"]
        or account.read("ec2:DescribeImages")["Images"]
    )
    return next(image["ImageId"] for image in images if image.get("Architecture") == "x86_64")


@pytest.mark.slow
def test_machines(account: Account) -> None:
    before = account.inventory()
    call = account.do(
        "ec2:RunInstances", ImageId=_image(account), MinCount=2, MaxCount=2, InstanceType="t3.micro"
    )
    made = dict(account.effects.made(call))
    assert sorted(set(made.values())) >= ["ec2:instance"]
    assert account.inventory() != before
    account.undo(call)
    assert account.inventory() == before


@pytest.mark.slow
def test_spot_requests(account: Account) -> None:
    before = account.inventory()
    specification = {"ImageId": _image(account), "InstanceType": "t3.micro"}
    call = account.do("ec2:RequestSpotInstances", InstanceCount=1, LaunchSpecification=specification)
    id = call.outcome.result["SpotInstanceRequests"][0]["SpotInstanceRequestId"]  # type: ignore[union-attr,index,call-overload]
    account.wait("ec2:spot_instance_request_fulfilled", {"SpotInstanceRequestIds": [id]})
    machines = account.read("ec2:DescribeInstances")["Reservations"]
    account.undo(call)
    ids = [machine["InstanceId"] for each in machines for machine in each["Instances"]]
    assert ids
    account.wait("ec2:instance_terminated", {"InstanceIds": ids})
    assert account.inventory() == before


@pytest.mark.slow
def test_an_image_goes_with_its_snapshots(account: Account) -> None:
    run = account.do(
        "ec2:RunInstances", ImageId=_image(account), MinCount=1, MaxCount=1, InstanceType="t3.micro"
    )
    instance = run.outcome.result["Instances"][0]["InstanceId"]  # type: ignore[union-attr,index,call-overload]
    account.wait("ec2:instance_running", {"InstanceIds": [instance]})
    before = account.inventory()
    call = account.do("ec2:CreateImage", InstanceId=instance, Name="copy", NoReboot=True)
    account.undo(call)
    assert sorted(account.inventory()) == sorted(before)
