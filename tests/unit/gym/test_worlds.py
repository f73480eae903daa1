"""Accounts are worlds of their own; a fork is the same world, at another address, from then on apart."""

import base64
import subprocess
import threading
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from tests.conftest import Refused


def ids(client) -> set[str]:
    return {v["VpcId"] for v in client.describe_vpcs()["Vpcs"]}


def test_accounts_differ_in_number_keys_address_and_content(gym):
    one, two = gym.fresh_account(), gym.fresh_account()
    assert len({one.account_id, two.account_id}) == 2
    assert one.endpoint != two.endpoint and one.access_key_id != two.access_key_id
    one.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert len(ids(one.client("ec2"))) == 2
    assert len(ids(two.client("ec2"))) == 1


def test_a_bucket_name_is_free_in_every_world(gym):
    one, two = gym.fresh_account(), gym.fresh_account()
    for account in (one, two):
        account.client("s3", "us-east-1").create_bucket(Bucket="the-bucket")
    one.client("s3", "us-east-1").put_object(Bucket="the-bucket", Key="k", Body=b"1")
    assert two.client("s3", "us-east-1").list_objects_v2(Bucket="the-bucket")["KeyCount"] == 0
    fork = gym.fork(one)
    assert fork.client("s3", "us-east-1").get_object(Bucket="the-bucket", Key="k")["Body"].read() == b"1"


def furnish(account) -> dict[str, str]:
    ec2, elb = account.client("ec2"), account.client("elbv2")
    image = ec2.describe_images(
        Owners=["amazon"],
        Filters=[{"Name": "architecture", "Values": ["x86_64"]}, {"Name": "name", "Values": ["al2023*"]}],
    )["Images"][0]["ImageId"]
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2]
    instance = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"][
        0
    ]
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
    account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    account.client("ssm").put_parameter(Name="/p", Value="v", Type="String")
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="a", MetricName="m", Namespace="n", EvaluationPeriods=1, Period=60, Threshold=1,
        Statistic="Average", ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    return {"instance": instance["InstanceId"], "balancer": balancer["LoadBalancerArn"], "image": image}


def seen(account) -> list:
    ec2 = account.client("ec2")
    return [
        sorted(
            (i["InstanceId"], i["PrivateIpAddress"], i["ImageId"])
            for r in ec2.describe_instances()["Reservations"]
            for i in r["Instances"]
        ),
        [b["LoadBalancerArn"] for b in account.client("elbv2").describe_load_balancers()["LoadBalancers"]],
        account.client("iam").get_role(RoleName="r")["Role"]["Arn"],
        account.client("ssm").get_parameter(Name="/p")["Parameter"]["Value"],
        [a["AlarmArn"] for a in account.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        account.client("sts").get_caller_identity()["Account"],
    ]


def test_a_fork_is_equal_and_then_apart(gym):
    origin = gym.fresh_account()
    made = furnish(origin)
    fork = gym.fork(origin)
    assert fork.account_id == origin.account_id
    assert fork.endpoint != origin.endpoint and fork.access_key_id != origin.access_key_id
    assert seen(fork) == seen(origin)
    before = seen(origin)
    fork.client("ec2").terminate_instances(InstanceIds=[made["instance"]])
    fork.client("elbv2").delete_load_balancer(LoadBalancerArn=made["balancer"])
    taken = fork.client("ec2").run_instances(
        ImageId=made["image"], InstanceType="t3.micro", MinCount=3, MaxCount=3
    )["Instances"]
    assert not {i["PrivateIpAddress"] for i in taken} & {before[0][0][1]}
    assert seen(origin) == before


def test_a_fork_of_a_fork(gym):
    origin = gym.fresh_account()
    vpc = origin.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    assert vpc in ids(gym.fork(gym.fork(origin)).client("ec2"))


def test_reset_and_snapshots(gym):
    account = gym.fresh_account()
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    kept = gym.ask("POST", f"/accounts/{account.name}/snapshots", {"name": "with-vpc"})
    assert kept["name"] == "with-vpc" and kept["bytes"] > 0
    again = gym.reset(account)
    assert again == account
    assert vpc not in ids(ec2)
    gym.ask("POST", f"/accounts/{account.name}/restore", {"snapshot": "with-vpc"})
    assert vpc in ids(ec2)


def test_forks_under_way_see_whole_requests_only(gym):
    """A machine has its disk and its interface in every fork, however many are being made meanwhile."""
    origin = gym.fresh_account()
    ec2 = origin.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    done = threading.Event()

    def work():
        while not done.is_set():
            ec2.run_instances(ImageId=image, InstanceType="t2.micro", MinCount=5, MaxCount=5)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        forks = [gym.fork(origin) for _ in range(8)]
    finally:
        done.set()
        worker.join()
    for fork in forks:
        client = fork.client("ec2")
        instances = [i for r in client.describe_instances()["Reservations"] for i in r["Instances"]]
        assert len(instances) % 5 == 0
        assert len(client.describe_volumes()["Volumes"]) == len(instances)
        assert len(client.describe_network_interfaces()["NetworkInterfaces"]) == len(instances)
        gym.delete(fork)


def test_services_that_hold_what_does_not_pickle(gym):
    origin = gym.fresh_account()
    queue = origin.client("sqs").create_queue(QueueName="q")["QueueUrl"].rpartition("/")[2]
    key = origin.client("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"][
        "KeyId"
    ]
    secret = origin.client("secretsmanager").create_secret(Name="s", SecretString="x")["ARN"]
    origin.client("dynamodb").create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    fork = gym.fork(origin)
    assert [u.rpartition("/")[2] for u in fork.client("sqs").list_queues()["QueueUrls"]] == [queue]
    signed = origin.client("kms").sign(KeyId=key, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")
    checked = fork.client("kms").verify(
        KeyId=key, Message=b"m", SigningAlgorithm="ECDSA_SHA_256", Signature=signed["Signature"]
    )
    assert checked["SignatureValid"]
    assert fork.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] == "x"
    assert fork.client("dynamodb").list_tables()["TableNames"] == ["t"]


def test_keys_made_inside_a_world_work_there_and_only_there(gym):
    account = gym.fresh_account()
    iam = account.client("iam")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    user = type(account)("", account.endpoint, key["AccessKeyId"], key["SecretAccessKey"], account.account_id)
    assert user.client("sts").get_caller_identity()["Arn"].endswith(":user/u")
    iam.update_access_key(UserName="u", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        user.client("sts").get_caller_identity()


def test_stock_images_are_everybodys_and_nobodys_to_change(gym):
    one, two = gym.fresh_account(), gym.fresh_account()
    ec2 = one.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]
    same = two.client("ec2").describe_images(ImageIds=[image["ImageId"]])["Images"][0]
    assert same == image
    for attempt in (
        lambda: ec2.deregister_image(ImageId=image["ImageId"]),
        lambda: ec2.modify_image_attribute(
            ImageId=image["ImageId"], LaunchPermission={"Add": [{"UserId": one.account_id}]}
        ),
        lambda: ec2.delete_snapshot(SnapshotId=image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]),
    ):
        with pytest.raises(ClientError) as refused:
            attempt()
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    assert two.client("ec2").describe_images(ImageIds=[image["ImageId"]])["Images"][0] == image


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/accounts", {"name": "../x"}, 400),
        ("POST", "/accounts", {"name": 3}, 400),
        ("POST", "/accounts", {"name": "default"}, 400),
        ("POST", "/accounts/nobody/fork", {}, 404),
        ("POST", "/accounts/default/restore", {"snapshot": "none"}, 404),
        ("POST", "/accounts/default/faults", {"kind": "flood"}, 400),
        ("DELETE", "/accounts/default/faults/fault-99", None, 404),
        ("GET", "/nothing", None, 404),
    ],
)
def test_what_control_refuses_it_refuses_in_a_sentence(gym, method, path, body, status):
    with pytest.raises(Refused) as refused:
        gym.ask(method, path, body)
    assert refused.value.status == status and refused.value.sentence


def test_control_wants_its_token(gym):
    with pytest.raises(Refused) as refused:
        gym.ask("GET", "/status", token="guess")
    assert refused.value.status == 401


def test_health_events_by_boto3_and_by_aws(gym):
    account = gym.fresh_account()
    path = f"/accounts/{account.name}/faults"
    event = {
        "kind": "health-event",
        "service": "EC2",
        "region": "eu-west-1",
        "code": "AWS_EC2_OPERATIONAL_ISSUE",
        "status": "open",
        "text": "Some machines cannot be reached.",
    }
    fault = gym.ask("POST", path, event)["id"]
    health = account.client("health")
    told = health.describe_events(filter={"regions": ["eu-west-1"], "eventStatusCodes": ["open"]})["events"]
    assert [e["eventTypeCode"] for e in told] == ["AWS_EC2_OPERATIONAL_ISSUE"]
    details = health.describe_event_details(eventArns=[told[0]["arn"]])["successfulSet"][0]
    assert details["eventDescription"]["latestDescription"] == event["text"]
    assert health.describe_affected_entities(filter={"eventArns": [told[0]["arn"]]})["entities"] == []
    assert health.describe_events(filter={"services": ["RDS"]})["events"] == []
    assert len(gym.fork(account).client("health").describe_events()["events"]) == 1
    assert [f["id"] for f in gym.ask("GET", path)["faults"]] == [fault]
    gym.ask("DELETE", f"{path}/{fault}")
    assert health.describe_events()["events"] == []


def test_an_error_that_was_asked_for_comes_as_often_as_asked(gym):
    account = gym.fresh_account()
    fault = {"kind": "error", "operation": "ec2:DescribeVpcs", "code": "RequestLimitExceeded", "times": 2}
    gym.ask("POST", f"/accounts/{account.name}/faults", fault)
    ec2 = account.client("ec2")
    for _ in range(2):
        with pytest.raises(ClientError, match="RequestLimitExceeded"):
            ec2.describe_vpcs()
    assert ec2.describe_vpcs()["Vpcs"]


def test_an_answer_that_is_kept_back(gym):
    account = gym.fresh_account()
    fault = {"kind": "slow", "operation": "ec2:CreateVpc", "seconds": 2}
    gym.ask("POST", f"/accounts/{account.name}/faults", fault)
    impatient = account.client("ec2", read_timeout=0.5)
    with pytest.raises(ReadTimeoutError):
        impatient.create_vpc(CidrBlock="10.7.0.0/16")
    found = account.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.7.0.0/16"]}])
    assert len(found["Vpcs"]) == 1, "it was carried out though nobody heard of it"
    with pytest.raises(Refused, match="seconds"):
        gym.ask("POST", f"/accounts/{account.name}/faults", {**fault, "seconds": 0})


@pytest.mark.slow
def test_the_real_aws_command(gym):
    account = gym.fresh_account()
    aws = Path(__import__("sys").executable).with_name("aws")
    done = subprocess.run(
        [aws, "ec2", "create-vpc", "--cidr-block", "10.3.0.0/16", "--query", "Vpc.VpcId", "--output", "text"],
        env=account.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() in ids(account.client("ec2"))
    wrong = subprocess.run(
        [aws, "ec2", "describe-vpcs"],
        env=account.environment() | {"AWS_SECRET_ACCESS_KEY": base64.b64encode(b"x" * 30).decode()},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert wrong.returncode and "AuthFailure" in wrong.stderr


def test_a_seed_decides_whatever_is_drawn_and_a_fork_draws_other_things(gym):
    def vpc(account) -> str:
        return account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    one, two, other = (gym.fresh_account(seed=seed) for seed in ("7/one-vm", "7/one-vm", "8/one-vm"))
    ids(one.client("ec2")), ids(two.client("ec2"))
    ids(two.client("ec2"))  # who looks more often gets the same
    assert one.account_id == two.account_id != other.account_id
    assert vpc(one) == vpc(two) != vpc(other)
    fork = gym.fork(one)
    assert vpc(fork) != vpc(one)
    gym.reset(one), gym.reset(two)
    assert vpc(one) == vpc(two)
