"""An account's bill over HTTP, by the control interface and by Cost Explorer, in forks and snapshots."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Gym, GymAccount, Refused

_DAY = 86400


def _bill(gym: Gym, account: GymAccount, query: str = "") -> dict[str, Any]:
    return gym.ask("GET", f"/accounts/{account.name}/bill{query}")


def _wait(gym: Gym, account: GymAccount, seconds: float) -> dict[str, Any]:
    return gym.ask("POST", f"/accounts/{account.name}/clock", {"advance_seconds": seconds})


def test_a_fork_has_the_history_and_then_its_own(gym: Gym) -> None:
    account = gym.fresh_account()
    began = gym.ask("POST", f"/accounts/{account.name}/clock", {"speed": 0})
    ec2 = account.client("ec2", "us-east-1")
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "red"}]}]
    disk = ec2.create_volume(
        Size=100, VolumeType="gp2", AvailabilityZone="us-east-1a", TagSpecifications=tags
    )["VolumeId"]
    _wait(gym, account, 2 * _DAY)
    gym.ask("POST", f"/accounts/{account.name}/snapshots", {"name": "then"})
    fork = gym.fork(account)
    ec2.delete_volume(VolumeId=disk)
    for one in (account, fork):
        _wait(gym, one, _DAY)
    told = _bill(gym, account)
    (line,) = told["lines"]
    assert (line["resource"], line["usage_type"], line["unit"]) == (disk, "EBS:VolumeUsage.gp2", "GB-Mo")
    # Two days of a month of 28 to 31, and nothing any more.
    assert 10 * 2 / 31 - 1e-6 <= told["usd"] <= 10 * 2 / 28 + 1e-6 and told["usd_hour"] == 0
    its = _bill(gym, fork)
    assert its["usd"] > told["usd"] * 1.4 and its["usd_hour"] > 0
    assert _bill(gym, fork, "?for_seconds=3600")["usd"] == pytest.approx(its["usd_hour"], rel=0.2)
    gym.ask("POST", f"/accounts/{account.name}/restore", {"snapshot": "then"})
    assert _bill(gym, account)["usd"] == pytest.approx(told["usd"])
    assert _bill(gym, gym.reset(account))["lines"] == []
    first = datetime.fromtimestamp(began["epoch_seconds"], UTC).date()
    found = fork.client("ce", "us-east-1").get_cost_and_usage(
        TimePeriod={"Start": str(first), "End": str(first + timedelta(days=4))},
        Granularity="DAILY",
        Metrics=["UnblendedCost"],
        GroupBy=[{"Type": "TAG", "Key": "team"}],
    )
    days = [group for row in found["ResultsByTime"] for group in row["Groups"]]
    assert {tuple(group["Keys"]) for group in days} == {("team$red",)}
    assert sum(float(group["Metrics"]["UnblendedCost"]["Amount"]) for group in days) == (
        pytest.approx(its["usd"])
    )


def test_the_bill_is_switched_off_and_on(gym: Gym) -> None:
    account = gym.fresh_account()
    path = f"/accounts/{account.name}/bill"
    assert gym.ask("POST", path, {"billed": False}) == {"billed": False}
    account.client("ec2").create_volume(Size=1, AvailabilityZone="eu-west-1a")
    _wait(gym, account, 60)
    told = _bill(gym, account)
    assert not told["billed"] and told["lines"] == []
    gym.ask("POST", path, {"billed": True})
    assert len(_bill(gym, account)["lines"]) == 1
    for wrong in ({"billed": 1}, {}):
        with pytest.raises(Refused, match="400"):
            gym.ask("POST", path, wrong)
    with pytest.raises(Refused, match="400"):
        _bill(gym, account, "?for_seconds=nan")


@pytest.mark.slow
def test_the_real_cli_asks_cost_explorer(gym: Gym) -> None:
    account = gym.fresh_account()
    account.client("ec2", "us-east-1").create_volume(
        Size=100, VolumeType="gp3", AvailabilityZone="us-east-1a"
    )
    now = _wait(gym, account, 3 * _DAY)["epoch_seconds"]
    day = datetime.fromtimestamp(now, UTC).date()
    period = f"Start={day - timedelta(days=3)},End={day + timedelta(days=1)}"
    aws = Path(sys.executable).with_name("aws")
    asked = [aws, "ce", "get-cost-and-usage", "--time-period", period, "--granularity", "MONTHLY"]
    asked += ["--metrics", "UnblendedCost", "UsageQuantity", "--group-by", "Type=DIMENSION,Key=SERVICE"]
    done = subprocess.run(
        asked, env=account.environment("us-east-1"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    groups = [group for row in json.loads(done.stdout)["ResultsByTime"] for group in row["Groups"]]
    assert {group["Keys"][0] for group in groups} == {"EC2 - Other"}
    spent = sum(float(group["Metrics"]["UnblendedCost"]["Amount"]) for group in groups)
    assert spent == pytest.approx(_bill(gym, account)["usd"], rel=0.01)
