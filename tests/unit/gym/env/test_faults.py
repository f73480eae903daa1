"""An account in the process has the same faults, on a clock that is moved by hand."""

import pytest

from skywright_gym.env.account import Account, Refused, fork
from skywright_gym.physics import faults
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World


@pytest.fixture
def account() -> Account:
    return Account(World("123456789012", Clock(scale=0)), "seed")


def test_what_gets_lost_is_told_as_a_closed_connection(account: Account) -> None:
    faults.add(account.world, {"kind": "lost-answer", "operation": "ec2:CreateVpc"})
    with pytest.raises(Refused) as refused:
        account.call("ec2", "CreateVpc", {"CidrBlock": "10.1.0.0/16"})
    assert refused.value.code == "ConnectionClosed"
    assert len(account.call("ec2", "DescribeVpcs", {})["Vpcs"]) == 2


def test_reads_lag_by_the_account_s_own_clock_and_in_forks(account: Account) -> None:
    faults.add(account.world, {"kind": "stale-reads", "seconds": 10})
    account.call("ec2", "CreateVpc", {"CidrBlock": "10.1.0.0/16"})
    account.wait(5)
    account.call("ec2", "CreateVpc", {"CidrBlock": "10.2.0.0/16"})
    for one in (account, fork(account.keep(), "other")):
        seen: list[int] = []
        for wait in (0, 5.5, 4, 1):
            one.wait(wait)
            seen.append(len(one.call("ec2", "DescribeVpcs", {})["Vpcs"]))
        assert seen == [1, 2, 2, 3]


def test_faults_are_scripted_on_that_clock(account: Account) -> None:
    outage = {"kind": "region-outage", "region": "eu-west-1", "after_seconds": 60, "for_seconds": 30}
    faults.add(account.world, outage)
    account.call("ec2", "DescribeVpcs", {})
    account.wait(60)
    with pytest.raises(Refused, match="ServiceUnavailable"):
        account.call("ec2", "DescribeVpcs", {})
    account.wait(30)
    account.call("ec2", "DescribeVpcs", {})
    assert not faults.are_set(account.world)
