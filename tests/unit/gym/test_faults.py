"""What is set goes wrong for stock boto3, in the cloud's own words, where and when it was set."""

import pickle
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from tests.conftest import Gym, GymAccount, Refused

REGION = "eu-west-1"


@pytest.fixture
def account(gym: Gym) -> GymAccount:
    return gym.fresh_account()


def fault(gym: Gym, account: GymAccount, **asked: Any) -> str:
    return gym.ask("POST", f"/accounts/{account.name}/faults", asked)["id"]


def faults(gym: Gym, account: GymAccount) -> list[dict[str, Any]]:
    return gym.ask("GET", f"/accounts/{account.name}/faults")["faults"]


def error_of(call: Any, **arguments: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    told = refused.value.response
    return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]


CALLS = {
    "ec2": "describe_vpcs",
    "elbv2": "describe_load_balancers",
    "iam": "list_roles",
    "ssm": "describe_parameters",
    "cloudwatch": "describe_alarms",
    "s3": "list_buckets",
}
THROTTLED = {
    "ec2": ("RequestLimitExceeded", 503),
    "elbv2": ("Throttling", 400),
    "iam": ("Throttling", 400),
    "ssm": ("ThrottlingException", 400),
    "cloudwatch": ("Throttling", 400),
    "s3": ("SlowDown", 503),
}
EXPIRED = {
    "ec2": ("RequestExpired", 400),
    "elbv2": ("ExpiredToken", 403),
    "iam": ("ExpiredToken", 403),
    "ssm": ("ExpiredTokenException", 400),
    "cloudwatch": ("ExpiredToken", 403),
    "s3": ("ExpiredToken", 400),
}


@pytest.mark.parametrize("service", CALLS)
def test_each_protocol_has_its_own_words(gym: Gym, account: GymAccount, service: str) -> None:
    call = getattr(account.client(service), CALLS[service])
    fault(gym, account, kind="throttle", service=service)
    assert error_of(call) == THROTTLED[service]
    fault(gym, account, kind="server-error")
    code, status = error_of(call)
    assert code.startswith("Internal") and status == 500
    fault(gym, account, kind="server-error", code="ServiceUnavailable")
    code, status = error_of(call)
    assert code.startswith("ServiceUnavailable") and status == 503
    fault(gym, account, kind="expired-credentials", times=1)
    assert error_of(call) == EXPIRED[service]
    call()
    assert faults(gym, account) == []


def test_default_retries_get_through_a_little_throttling(gym: Gym, account: GymAccount) -> None:
    for service in ("ec2", "elbv2", "ssm"):
        fault(gym, account, kind="throttle", service=service, times=2)
        client = account.client(service, retries={})
        told = getattr(client, CALLS[service])()
        assert told["ResponseMetadata"]["RetryAttempts"] == 2


def test_a_rate_is_a_bucket_of_tokens(gym: Gym, account: GymAccount) -> None:
    fault(gym, account, kind="throttle", operation="ec2:Describe*", rate_per_second=0.01, burst=3)
    ec2 = account.client("ec2")
    for _ in range(3):
        ec2.describe_vpcs()
    assert error_of(ec2.describe_subnets) == ("RequestLimitExceeded", 503)
    ec2.create_vpc(CidrBlock="10.0.0.0/16")


def outcomes(account: GymAccount, calls: int) -> str:
    ec2, said = account.client("ec2"), ""
    for _ in range(calls):
        try:
            ec2.describe_vpcs()
            said += "."
        except ClientError:
            said += "x"
    return said


def test_chance_follows_from_the_seed_and_goes_on_in_a_fork(gym: Gym) -> None:
    one, two, other = gym.fresh_account(), gym.fresh_account(), gym.fresh_account()
    for account, seed in ((one, 7), (two, 7), (other, 8)):
        fault(gym, account, kind="server-error", operation="ec2:DescribeVpcs", probability=0.5, seed=seed)
    begun = outcomes(one, 15)
    fork = gym.fork(one)
    rest = outcomes(one, 15)
    assert rest == outcomes(fork, 15)
    assert begun + rest == outcomes(two, 30) != outcomes(other, 30)
    assert 5 < (begun + rest).count("x") < 25
    (told,) = faults(gym, one)
    assert (told["seen"], told["met"]) == (30, (begun + rest).count("x"))


def test_a_lost_answer_was_carried_out_and_a_lost_request_was_not(gym: Gym, account: GymAccount) -> None:
    ec2 = account.client("ec2")
    fault(gym, account, kind="lost-answer", operation="ec2:CreateVpc")
    with pytest.raises(ConnectionClosedError):
        ec2.create_vpc(CidrBlock="10.1.0.0/16")
    fault(gym, account, kind="lost-request", operation="ec2:CreateVpc")
    with pytest.raises(ConnectionClosedError):
        ec2.create_vpc(CidrBlock="10.2.0.0/16")
    assert sorted(v["CidrBlock"] for v in ec2.describe_vpcs()["Vpcs"]) == ["10.1.0.0/16", "172.31.0.0/16"]


def test_a_launch_whose_answer_was_lost_is_not_made_twice_by_boto3(gym: Gym, account: GymAccount) -> None:
    fault(gym, account, kind="lost-answer", operation="ec2:RunInstances")
    ec2 = account.client("ec2", retries={})
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    told = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    assert told["ResponseMetadata"]["RetryAttempts"] == 1
    assert len(ec2.describe_instances()["Reservations"]) == 1


def test_reads_lag_behind_changes(gym: Gym, account: GymAccount) -> None:
    ec2 = account.client("ec2")
    fault(gym, account, kind="stale-reads", seconds=3, operation="ec2:Describe*")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    assert error_of(ec2.describe_vpcs, VpcIds=[vpc]) == ("InvalidVpcID.NotFound", 400)
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "a", "Value": "b"}])
    fork = gym.fork(account).client("ec2")
    assert error_of(fork.describe_vpcs, VpcIds=[vpc]) == ("InvalidVpcID.NotFound", 400)
    deadline = time.monotonic() + 30
    while True:
        try:
            seen = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
            break
        except ClientError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    time.sleep(3.1)
    seen = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert seen[0]["Tags"] == [{"Key": "a", "Value": "b"}]
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"], "it is gone, but seen"


def test_changes_too_may_not_find_what_was_just_made(gym: Gym, account: GymAccount) -> None:
    ec2 = account.client("ec2")
    set_fault = fault(gym, account, kind="stale-reads", seconds=60, changes_too=True)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    tags = {"Resources": [vpc], "Tags": [{"Key": "a", "Value": "b"}]}
    assert error_of(ec2.create_tags, **tags)[0] == "InvalidVpcID.NotFound"
    gym.ask("DELETE", f"/accounts/{account.name}/faults/{set_fault}")
    ec2.create_tags(**tags)
    assert len(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]) == 1


def test_a_region_goes_out_and_comes_back(gym: Gym, account: GymAccount) -> None:
    clients = {service: account.client(service) for service in CALLS}  # before, since to make one takes long
    made = fault(gym, account, kind="region-outage", region=REGION)
    for service, call in CALLS.items():
        assert error_of(getattr(clients[service], call))[1] == 503
    account.client("ec2", "us-east-1").describe_vpcs()
    gym.ask("DELETE", f"/accounts/{account.name}/faults/{made}")
    clients["ec2"].describe_vpcs()
    fault(gym, account, kind="region-outage", region=REGION, for_seconds=0.2)
    time.sleep(0.3)
    clients["ec2"].describe_vpcs()
    assert faults(gym, account) == []


def test_no_room_is_an_error_of_the_server_over_the_wire(gym: Gym, account: GymAccount) -> None:
    fault(gym, account, kind="capacity", zone=f"{REGION}a", machines=2)
    ec2 = account.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    asked = {"ImageId": image, "InstanceType": "t3.micro", "Placement": {"AvailabilityZone": f"{REGION}a"}}
    assert len(ec2.run_instances(**asked, MinCount=1, MaxCount=5)["Instances"]) == 2
    code = error_of(ec2.run_instances, **asked, MinCount=1, MaxCount=1)
    assert code == ("InsufficientInstanceCapacity", 500)


def test_selectors_and_times_of_the_clock(gym: Gym, account: GymAccount) -> None:
    ec2, us = account.client("ec2"), account.client("ec2", "us-east-1")
    fault(gym, account, kind="server-error", operation="*:Describe*", region="us-*", times=2)
    ec2.describe_vpcs()
    us.create_vpc(CidrBlock="10.0.0.0/16")
    assert [error_of(us.describe_vpcs)[1], error_of(us.describe_subnets)[1]] == [500, 500]
    us.describe_vpcs()
    fault(gym, account, kind="error", operation="ec2:*", code="Later", after_seconds=4, for_seconds=60)
    ec2.describe_vpcs()
    time.sleep(4.1)
    assert error_of(ec2.describe_vpcs) == error_of(ec2.describe_vpcs) == ("Later", 400)
    account.client("iam").list_roles()


def test_the_credentials_of_one_user_expire(gym: Gym, account: GymAccount) -> None:
    fault(gym, account, kind="expired-credentials", access_key_id=account.access_key_id)
    assert error_of(account.client("ec2").describe_vpcs)[0] == "RequestExpired"
    gym.ask("DELETE", f"/accounts/{account.name}/faults/{faults(gym, account)[0]['id']}")
    fault(gym, account, kind="expired-credentials", access_key_id="AKIASOMEBODYELSE")
    account.client("ec2").describe_vpcs()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "flood"}, "a fault's kind is one of health-event, error, throttle"),
        ({"kind": "throttle", "rate": 3}, "has no 'rate'; it has rate_per_second, burst"),
        ({"kind": "error", "code": "x"}, "a fault of kind error needs 'operation'"),
        ({"kind": "error", "operation": "RunInstances", "code": "x"}, "is like ec2:RunInstances"),
        ({"kind": "error", "operation": "ec2:*", "code": "x", "status": 200}, "is from 400 to 599"),
        (
            {"kind": "server-error", "probability": 2},
            "'probability' of a fault of kind server-error is from 0",
        ),
        (
            {"kind": "server-error", "times": True},
            "'times' of a fault of kind server-error is a whole number",
        ),
        ({"kind": "server-error", "times": 0}, "is 1 or more"),
        ({"kind": "server-error", "code": "Boom"}, "is one of InternalError, ServiceUnavailable"),
        ({"kind": "throttle", "burst": 3}, "needs a 'rate_per_second'"),
        ({"kind": "throttle", "rate_per_second": 3, "probability": 1}, "either"),
        ({"kind": "zone-outage", "zone": "eu-west-1a", "probability": 1}, "has no 'probability'"),
        ({"kind": "stale-reads"}, "needs 'seconds'"),
        ({"kind": "health-event", "service": "EC2", "code": "x", "entities": [1]}, "is a list of texts"),
    ],
)
def test_what_cannot_be_set_is_said_in_a_sentence(gym: Gym, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        gym.ask("POST", "/accounts/default/faults", asked)
    assert refused.value.status == 400 and words in refused.value.sentence


def test_the_kinds_are_told(gym: Gym) -> None:
    kinds = gym.ask("GET", "/fault-kinds")["kinds"]
    assert len({kind["kind"] for kind in kinds}) == len(kinds) >= 13
    for kind in kinds:
        assert kind["statement"].endswith(".")
        assert kind["provenance"].startswith(("specification: ", "recording: ", "assumption: "))
        assert all(field["says"] for field in kind["fields"])


def test_faults_are_kept_with_a_snapshot(gym: Gym, account: GymAccount) -> None:
    fault(gym, account, kind="throttle", times=5)
    gym.ask("POST", f"/accounts/{account.name}/snapshots", {"name": "s"})
    assert outcomes(account, 4) == "xxxx"
    gym.ask("POST", f"/accounts/{account.name}/restore", {"snapshot": "s"})
    assert outcomes(account, 6) == "xxxxx."


def test_what_an_earlier_version_kept_still_goes_wrong() -> None:
    from skywright_gym.physics import faults as physics
    from skywright_gym.world import World

    world = World("123456789012")
    kept = {"kind": "error", "operation": "ec2:DescribeVpcs", "code": "c", "message": "m", "status": 400}
    world.extras["faults"] = [{**kept, "times": 1, "id": "fault-1", "since": 0.0}]
    called = physics.Called("ec2:DescribeVpcs", REGION, "AKIA")
    assert pickle.dumps(world.extras)
    assert physics.met(world, "error", called) is not None
    assert not physics.are_set(world)
