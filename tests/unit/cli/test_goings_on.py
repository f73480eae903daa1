"""What `skywright gym load` says and does."""

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


def test_a_load_is_put_listed_and_ended(user: User, balancer: dict[str, Any]) -> None:
    put = user.run("gym", "load", "front", "--base", "5", "--noise", "0", "--seed", "3", "--json").json
    assert put["balancer"] == balancer["LoadBalancerArn"] and put["requests_second"] == 5
    assert user.run("gym", "load").out == "front: constant from 5 to 50, seed 3; 5 requests a second now\n"
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
