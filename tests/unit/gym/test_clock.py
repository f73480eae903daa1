"""The time of an account over the control interface: shown, put on, run faster, stopped; and what it does."""

import math
from typing import Any

import pytest
from tests.conftest import Gym, GymAccount, Refused

from skywright_gym.physics import pace
from skywright_gym.physics.clock import Clock
from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

_NOON = 1_800_000_000.0


def _world() -> World:
    return World("123456789012", Clock(scale=0, epoch_seconds=_NOON))


def test_what_is_asked_is_done_whole_or_not_at_all() -> None:
    world = _world()
    told = pace.change(world, {"advance_seconds": 3600, "durations": "cloud"})
    assert (told["epoch_seconds"], told["speed"], told["durations"]) == (_NOON + 3600, 0, "cloud")
    assert told["now"] == "2027-01-15T09:00:00Z"
    with pytest.raises(Unfit):
        pace.change(world, {"advance_seconds": 1, "durations": "slow"})
    assert pace.told(world) == told
    assert pace.change(world, {"speed": 60})["speed"] == 60


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"advance_seconds": -1},
        {"advance_seconds": math.nan},
        {"advance_seconds": "1h"},
        {"speed": True},
        {"speed": 1e9},
        {"speed": None},
        {"durations": ["quick"]},
        {"hour": 3},
    ],
)
def test_what_cannot_be_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(Unfit, match="of a clock"):
        pace.change(_world(), asked)


def test_the_calendar_has_an_end() -> None:
    world = World("123456789012", Clock(scale=0, epoch_seconds=223_000_000_000))
    with pytest.raises(Unfit, match="calendar"):
        pace.change(world, {"advance_seconds": 1})


def _state(account: GymAccount, machine: str) -> str:
    found = account.client("ec2").describe_instances(InstanceIds=[machine])
    return found["Reservations"][0]["Instances"][0]["State"]["Name"]


def test_a_machine_boots_by_the_account_s_clock(gym: Gym) -> None:
    account = gym.fresh_account()
    path = f"/accounts/{account.name}/clock"
    gym.ask("POST", path, {"speed": 0, "durations": "cloud"})
    ec2 = account.client("ec2")
    image = ec2.describe_images(
        Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2*x86*"]}]
    )
    launched = ec2.run_instances(ImageId=image["Images"][0]["ImageId"], MinCount=1, MaxCount=1)
    machine = launched["Instances"][0]["InstanceId"]
    gym.ask("POST", path, {"advance_seconds": 4})
    assert _state(account, machine) == "pending"
    before = gym.ask("POST", path, {"advance_seconds": 1})
    assert _state(account, machine) == "running"
    fork = gym.fork(account)
    gym.ask("POST", path, {"advance_seconds": 86400})
    assert gym.ask("GET", path)["epoch_seconds"] == before["epoch_seconds"] + 86400
    assert gym.ask("GET", f"/accounts/{fork.name}/clock") == before
    group = ec2.create_security_group(GroupName="later", Description="later")["GroupId"]
    assert group
    with pytest.raises(Refused, match="400"):
        gym.ask("POST", path, {"speed": -1})
    with pytest.raises(Refused, match="404"):
        gym.ask("GET", "/accounts/nobody/clock")
