"""What `skywright gym load`, `people` and `quotas` say and do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.user import Cloud, User


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    home: Path = tmp_path_factory.mktemp("home")
    someone = User(home)
    someone.run("gym", "up")
    yield someone
    someone.run("gym", "down")


@pytest.fixture(scope="module")
def cloud(user: User) -> Cloud:
    return Cloud("default", user.run("gym", "status", "--json").json["accounts"][0]["aws"])


@pytest.fixture(scope="module")
def balancer(cloud: Cloud) -> dict[str, Any]:
    subnets = [s["SubnetId"] for s in cloud.client("ec2").describe_subnets()["Subnets"][:2]]
    return cloud.client("elbv2").create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]


@pytest.mark.slow
def test_a_load_is_put_listed_and_ended(user: User, balancer: dict[str, Any]) -> None:
    put = user.run("gym", "load", "front", "--base", "5", "--noise", "0", "--seed", "3", "--json").json
    assert put["balancer"] == balancer["LoadBalancerArn"] and put["requests_second"] == 5
    assert user.run("gym", "load").out == "front: constant, 5, seed 3; 5 requests a second now\n"
    assert user.run("gym", "load", "front", "--off").out == "1 loads ended\n"
    assert user.run("gym", "load").out == "no loads\n"


def test_what_is_no_load(user: User, balancer: dict[str, Any]) -> None:
    for wrong, sentence in (
        (("back",), "there is no application load balancer 'back'; there are front"),
        (("front", "--shape", "weekly"), "one of constant, daily, flash-crowd, drift"),
        (("--base", "5"), "a load is set for a BALANCER"),
    ):
        refused = user.run("gym", "load", *wrong)
        assert refused.status == 2 and refused.in_one_sentence() and sentence in refused.err


def test_quotas_are_set_and_asked_for(user: User, cloud: Cloud) -> None:
    asked = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
    assert (
        "L-F678F1CE         7  vpc: VPCs per Region\n"
        in user.run("gym", "quotas", "--set", "L-F678F1CE=7").out
    )
    client = cloud.client("service-quotas")
    assert client.get_service_quota(**asked)["Quota"]["Value"] == 7
    user.run("gym", "quotas", "--grant-seconds", "0")
    client.request_service_quota_increase(**asked, DesiredValue=9)
    said = user.run("gym", "quotas", "--off").out
    assert said.endswith("asked for in us-east-1: APPROVED\nnone of them is enforced\n")
    refused = user.run("gym", "quotas", "--set", "L-F678F1CE")
    assert refused.status == 2 and refused.in_one_sentence() and "such as L-F678F1CE=10" in refused.err


@pytest.mark.slow
def test_people_come_and_go(user: User) -> None:
    said = user.run("gym", "people", "--seed", "7", "--every", "1h30m", "--kinds", "tag,stop").out
    assert said == "somebody does one of tag, stop every 5400 seconds\n"
    assert user.run("gym", "people", "--off", "--json").json == {"people": None, "log": []}
    assert user.run("gym", "people").out == "nobody changes anything by hand\n"
    for wrong, sentence in (
        (("--every", "often"), "'often' is no period"),
        (("--kinds", "sing"), "some of tag, rule, stop, resize, launch"),
        (("--off", "--seed", "1"), "not both"),
    ):
        refused = user.run("gym", "people", *wrong)
        assert refused.status == 2 and refused.in_one_sentence() and sentence in refused.err
