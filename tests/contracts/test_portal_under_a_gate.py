"""A browser under the gate: the portal signed in at a gate's address with a session's credential."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.page import Page

from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.effects import Effects
from skywright.gate.replies import Replies
from skywright.gate.server import Configuration, Gate
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.journal.chain import Journal
from skywright.model.target import Credential, Upstream
from skywright.model.verdict import Principal

REGION = "eu-west-1"


@pytest.fixture
def account(gym: Any) -> Any:
    fresh = gym.fresh_account()
    yield fresh
    gym.delete(fresh)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/gate.db")
    journal = Journal.open(engine, tmp_path / "keys", time.time)
    deciders = (Privileges.load(tmp_path / "policy"), Policies.load(tmp_path / "policy"))
    gate = Gate.start(
        Configuration(
            catalogue=Catalogue(),
            effects=Effects(),
            deciders=deciders,
            journal=journal,
            replies=Replies(engine, journal),
            clock=time.time,
            new_id=lambda: secrets.token_hex(8),
        )
    )
    yield gate
    gate.close()


@pytest.fixture
def session(gate: Gate, account: Any) -> Iterator[Credential]:
    cloud = Upstream(Credential(account.access_key_id, account.secret_access_key), account.endpoint, REGION)
    who = Principal("run", "guest", "", "web", "test")
    with gate.session(who, cloud, lifetime_seconds=600) as credential:
        yield credential


@pytest.fixture
def page(gym: Any, gate: Gate, session: Credential, account: Any) -> Page:
    page = Page(gym.ask("GET", "/status")["portal"])
    key, secret = session.access_key_id, session.secret_access_key
    answer = page.sign_in(key, secret, endpoint=gate.endpoint, region=REGION)
    assert answer.status == 200, answer.body
    assert answer.json["account"]["id"] == account.account_id
    return page


def test_what_is_allowed_is_done_in_the_account(page: Page, account: Any) -> None:
    ec2 = account.client("ec2", REGION)
    image = ec2.describe_images(
        Owners=["amazon"],
        Filters=[
            {"Name": "name", "Values": ["al2023-ami-2*"]},
            {"Name": "architecture", "Values": ["x86_64"]},
        ],
    )["Images"][0]["ImageId"]
    ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=2, MaxCount=2)
    seen = page.call("ec2:DescribeInstances", REGION).json["Reservations"]
    assert [each["InstanceType"] for each in seen[0]["Instances"]] == ["t3.micro"] * 2
    for operation in ("elbv2:DescribeLoadBalancers", "cloudwatch:DescribeAlarms", "health:DescribeEvents"):
        answer = page.call(operation, REGION)
        assert answer.status == 200, answer.body
    vpc = page.call("ec2:CreateVpc", REGION, CidrBlock="10.9.0.0/16").json["Vpc"]["VpcId"]
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.9.0.0/16"


def test_what_a_policy_forbids_is_refused_in_its_own_words(page: Page, account: Any) -> None:
    ec2 = account.client("ec2", REGION)
    group = ec2.create_security_group(GroupName="g", Description="g")["GroupId"]
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    answer = page.call("ec2:AuthorizeSecurityGroupIngress", REGION, GroupId=group, IpPermissions=[ssh])
    assert answer.status == 403
    assert answer.error == {
        "code": "SkywrightRefused",
        "message": "ec2:AuthorizeSecurityGroupIngress: it opens port 22 (SSH) to 0.0.0.0/0"
        " (rule network.public-ssh)",
        "operation": "ec2:AuthorizeSecurityGroupIngress",
    }
    assert page.cookies
    assert not ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]


def test_the_end_of_the_gates_session_is_the_end_of_the_pages(
    page: Page, gate: Gate, session: Credential
) -> None:
    gate.revoke(session)
    answer = page.call("ec2:DescribeVpcs", REGION)
    assert (answer.status, answer.error["code"]) == (401, "SkywrightRefused")
    assert not page.cookies
