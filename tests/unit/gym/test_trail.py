"""The event history: every change of an account, by whom and with what, and nothing of who only looks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.conftest import Gym


def events(trail: Any, **asked: Any) -> list[dict[str, Any]]:
    return [one for page in trail.get_paginator("lookup_events").paginate(**asked) for one in page["Events"]]


def by_name(id: str) -> dict[str, Any]:
    return {"LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": id}]}


def test_changes_are_found_by_what_they_name_the_newest_first(gym: Gym) -> None:
    account = gym.fresh_account()
    ec2, trail = account.client("ec2"), account.client("cloudtrail")
    disk = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    ec2.create_tags(Resources=[disk], Tags=[{"Key": "team", "Value": "a"}])
    ec2.describe_volumes()
    with pytest.raises(ClientError):
        ec2.delete_volume(VolumeId="vol-0123456789abcdef0")
    found = events(trail, **by_name(disk))
    assert [(one["EventName"], one["Username"], one["ReadOnly"]) for one in found] == [
        ("CreateTags", "root", "false"),
        ("CreateVolume", "root", "false"),
    ]
    record = json.loads(found[0]["CloudTrailEvent"])
    assert record["eventSource"] == "ec2.amazonaws.com" and record["userAgent"].startswith("Boto3/")
    assert {"ResourceName": disk} in found[0]["Resources"]
    later = datetime.now(UTC) + timedelta(hours=1)
    assert not events(trail, StartTime=later) and len(events(trail, EndTime=later)) == 2


def test_a_user_is_named_and_other_protocols_are_kept_too(gym: Gym) -> None:
    account = gym.fresh_account()
    iam = account.client("iam", "us-east-1")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    theirs = type(account)(
        account.name, account.endpoint, key["AccessKeyId"], key["SecretAccessKey"], account.account_id
    )
    theirs.client("sqs").create_queue(QueueName="orders")
    theirs.client("cloudwatch").delete_alarms(AlarmNames=["busy-alarm"])
    found = {one["EventName"]: one["Username"] for one in events(account.client("cloudtrail"))}
    assert found == {
        "CreateUser": "root",
        "CreateAccessKey": "root",
        "CreateQueue": "ann",
        "DeleteAlarms": "ann",
    }


def test_a_fork_has_its_origin_s_history(gym: Gym) -> None:
    account = gym.fresh_account()
    account.client("ec2").allocate_address(Domain="vpc")
    copy = gym.fork(account)
    assert [one["EventName"] for one in events(copy.client("cloudtrail"))] == ["AllocateAddress"]
