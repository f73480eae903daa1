"""An agent that writes calls and reads answers: what it may write, what it gets to read."""

import json
from typing import Any

import pytest

from skywright_gym.env import ApiEnv, Drawn, Goal, Slot
from skywright_gym.env.wording import MOST_OBSERVATION, written

MICRO = "t3.micro"


def call(operation: str, service: str = "ec2", **arguments: Any) -> str:
    return json.dumps({"service": service, "operation": operation, "arguments": arguments})


def test_a_task_from_its_words_to_its_end() -> None:
    env = ApiEnv(slots=1)
    told, info = env.reset(seed=0, options={"drawn": Drawn((Slot(MICRO),), Goal((Slot("t3.small"),)))})
    first = json.loads(told)
    assert first["task"] == info["task"]
    assert "a t3.small machine web-1 (tag Name) is running" in first["task"]
    result = json.loads(env.step(call("DescribeInstances"))[0])["result"]
    id = result["Reservations"][0]["Instances"][0]["InstanceId"]
    ends: list[bool] = []
    for action in (
        call("StopInstances", InstanceIds=[id]),
        '{"wait": 5}',
        call("ModifyInstanceAttribute", InstanceId=id, InstanceType={"Value": "t3.small"}),
        call("StartInstances", InstanceIds=[id]),
        '{"wait": 5}',
    ):
        answer, _, terminated, truncated, info = env.step(action)
        assert "error" not in json.loads(answer), answer
        ends.append(terminated or truncated)
    assert ends == [False, False, False, False, True]
    assert info["achieved"]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("", "MalformedAction"),
        ("stop web-1", "MalformedAction"),
        ("[]", "MalformedAction"),
        ("[" * 5000, "MalformedAction"),
        (" " * 9000, "MalformedAction"),
        ("{}", "MalformedAction"),
        ('{"service": "ec2"}', "MalformedAction"),
        ('{"service": "ec2", "operation": "DescribeVpcs", "arguments": []}', "MalformedAction"),
        ('{"service": "ec2", "operation": "DescribeVpcs", "account": "1"}', "MalformedAction"),
        ('{"wait": -1}', "MalformedAction"),
        ('{"wait": NaN}', "MalformedAction"),
        ('{"wait": true}', "MalformedAction"),
        (call("DescribeVpcs", "../ec2"), "NoSuchService"),
        (call("describe_vpcs"), "NoSuchOperation"),
        (call("meta"), "NoSuchOperation"),
        ('{"service": "ec2", "operation": "DescribeVpcs", "region": "mars-1"}', "NoSuchRegion"),
        (call("DescribeVpcs", VpcIds="vpc-1"), "InvalidArguments"),
        (call("DescribeVpcs", Nothing=1), "InvalidArguments"),
        (call("DescribeInstances", InstanceIds=["i-0123456789abcdef0"]), "InvalidInstanceID.NotFound"),
        (call("DescribeFleets", "appstream", Names=[1]), "InvalidArguments"),
        (call("GetWorkflow", "omics", id="1"), "UnsupportedOperation"),
    ],
)
def test_a_mistake_is_an_observation(action: str, code: str) -> None:
    env = ApiEnv()
    env.reset(seed=0)
    observation, reward, terminated, truncated, info = env.step(action)
    error = json.loads(observation)["error"]
    assert error["code"] == info["error"] == code
    assert error["message"]
    assert env.observation_space.contains(observation)
    assert reward < 0 and not terminated and not truncated


def test_text_that_is_not_ascii_and_bytes_come_through() -> None:
    env = ApiEnv()
    env.reset(seed=0)
    env.step(call("PutParameter", "ssm", Name="/p", Value="grün ✓", Type="String"))
    observation, *_ = env.step(call("GetParameter", "ssm", Name="/p"))
    assert env.observation_space.contains(observation)
    assert json.loads(observation)["result"]["Parameter"]["Value"] == "grün ✓"
    where = {"LocationConstraint": "eu-west-1"}
    env.step(call("CreateBucket", "s3", Bucket="bucket", CreateBucketConfiguration=where))
    env.step(call("PutObject", "s3", Bucket="bucket", Key="k", Body="text"))
    answer, *_ = env.step(call("GetObject", "s3", Bucket="bucket", Key="k"))
    assert json.loads(answer)["result"]["Body"] == "dGV4dA=="


def test_a_long_answer_is_cut_and_says_so() -> None:
    env = ApiEnv()
    env.reset(seed=0)
    observation, *_ = env.step(call("DescribeImages", Owners=["amazon"]))
    assert len(observation) <= MOST_OBSERVATION
    images = json.loads(observation)["result"]["Images"]
    assert images[0]["ImageId"].startswith("ami-")
    assert images[-1].startswith("and ") and images[-1].endswith(" more")
    assert json.loads(written({"result": "x" * 20_000}))["error"]["code"] == "AnswerTooLong"


def test_machines_elsewhere_are_seen_too() -> None:
    env = ApiEnv(slots=1)
    env.reset(seed=0, options={"drawn": Drawn((Slot(MICRO),), Goal((None,)))})
    made = json.dumps(
        {
            "service": "ec2",
            "operation": "CreateVolume",
            "arguments": {"AvailabilityZone": "us-east-1a", "Size": 1},
            "region": "us-east-1",
        }
    )
    *_, info = env.step(made)
    assert "something that the task does not name has changed" in info["missing"]


def test_an_agent_can_ask_what_the_account_costs() -> None:
    env = ApiEnv(slots=1)
    env.reset(seed=0, options={"drawn": Drawn((Slot(MICRO),), Goal((Slot(MICRO, "stopped"),)))})
    env.step('{"wait": 3600}')
    account = env.unwrapped.account
    bill = account.bill()
    year = int(bill["until"][:4])
    asked = {"TimePeriod": {"Start": f"{year - 1}-01-01", "End": f"{year + 1}-01-01"}}
    told = env.step(
        call("GetCostAndUsage", "ce", Granularity="MONTHLY", Metrics=["UNBLENDED_COST"], **asked)
    )[0]
    months = json.loads(told)["result"]["ResultsByTime"]
    usd = sum(float(month["Total"]["UnblendedCost"]["Amount"]) for month in months)
    # The call itself takes a second.
    assert usd == pytest.approx(bill["usd"], rel=0.01) and usd > 0.01
    assert account.bill(3600)["usd"] == pytest.approx(bill["usd_hour"], rel=0.05)
