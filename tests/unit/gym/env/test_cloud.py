"""What an action does to the account, what is seen of it, and how it is judged."""

from typing import Any

import numpy as np
import pytest

from skywright_gym.env import TASKS, Account, CloudEnv, Drawn, Goal, Origins, Slot, vector
from skywright_gym.env.account import ZONE, image
from skywright_gym.env.goal import judge
from skywright_gym.env.origins import Entropy, empty
from skywright_gym.env.sight import look

MICRO, SMALL = "t3.micro", "t3.small"
EMPTY = Drawn((None,), Goal((Slot(MICRO, "running", True, True),)))


def number(env: CloudEnv, words: str) -> int:
    return [str(action) for action in env.actions].index(words)


def do(env: CloudEnv, *words: str) -> Any:
    """Several actions by their words, all of which the cloud takes; what the last one came to."""
    told: Any = None
    for one in words:
        told = env.step(number(env, one))
        assert told[4]["error"] == "", (one, told[4]["message"])
    return told


def begun(drawn: Drawn, **options: Any) -> CloudEnv:
    env = CloudEnv(slots=len(drawn.start), **options)
    env.reset(seed=0, options={"drawn": drawn})
    return env


def test_states_are_seen_as_time_passes() -> None:
    env = begun(EMPTY)
    observation, *_ = do(env, f"launch web-1 {MICRO}")
    assert observation["slots"].tolist() == [[1, 1, 0, 0]]
    assert observation["wanted"].tolist() == [[2, 1, 4, 2]]
    observation, *_ = do(env, "create_disk web-1-data")
    assert observation["slots"].tolist() == [[2, 1, 2, 0]]
    observation, *_ = do(env, "attach_disk web-1-data", "monitor web-1")
    assert observation["slots"].tolist() == [[2, 1, 4, 2]]
    assert observation["seconds"].tolist() == [4]
    assert env.step(0)[2]


def test_the_way_back_is_there_too() -> None:
    slot = Slot(MICRO, "running", True, True)
    env = begun(Drawn((slot,), Goal((None,))))
    do(env, "unmonitor web-1", "stop web-1", "wait", f"resize web-1 {SMALL}", "start web-1", "wait")
    machine = look(env.account).machine("web-1")
    assert machine is not None
    assert (machine.size, machine.state, machine.monitoring) == (SMALL, "running", "disabled")
    _, _, terminated, _, _ = do(
        env, "detach_disk web-1-data", "delete_disk web-1-data", "terminate web-1", "wait"
    )
    assert terminated


def test_a_refusal_is_seen_and_costs_no_more_than_that() -> None:
    env = begun(EMPTY)
    do(env, f"launch web-1 {MICRO}")
    observation, _, terminated, truncated, info = env.step(number(env, "stop web-1"))
    assert (info["error"], observation["refused"]) == ("IncorrectInstanceState", 1)
    assert "not in a state" in info["message"]
    assert not terminated and not truncated
    observation, reward, _, _, info = env.step(number(env, "attach_disk web-1-data"))
    assert (info["error"], observation["refused"]) == ("SlotEmpty", 1)
    assert -0.05 < reward < 0
    assert env.step(number(env, f"launch web-1 {MICRO}"))[4]["error"] == "SlotTaken"


@pytest.mark.parametrize("action", [-1, 10_000, np.int64(99)])
def test_a_number_that_is_no_action_is_refused(action: Any) -> None:
    observation, _, terminated, truncated, info = begun(EMPTY).step(action)
    assert (observation["refused"], info["error"]) == (1, "NoSuchAction")
    assert not terminated and not truncated


@pytest.mark.slow
def test_what_the_mask_admits_is_hardly_ever_refused() -> None:
    """It is a glance, not a promise; but here nothing else goes on in the account."""
    env, random = CloudEnv(), np.random.default_rng(0)
    _, info = env.reset(seed=0)
    refused = 0
    for _ in range(300):
        action = int(random.choice(np.flatnonzero(info["action_mask"])))
        _, _, terminated, truncated, info = env.step(action)
        refused += bool(info["error"])
        if terminated or truncated:
            _, info = env.reset()
    assert refused <= 6


def test_what_is_looked_at_is_what_the_api_tells() -> None:
    env = begun(
        Drawn((Slot(MICRO, "stopped", True), Slot(SMALL, "running", False, True)), Goal((None, None)))
    )
    sight = look(env.account)
    reservations = env.account.call("ec2", "DescribeInstances", {})["Reservations"]
    told = [
        (
            i["InstanceId"],
            i["Tags"][0]["Value"],
            i["State"]["Name"],
            i["InstanceType"],
            i["Monitoring"]["State"],
        )
        for r in reservations
        for i in r["Instances"]
    ]
    assert told == [(m.id, m.name, m.state, m.size, m.monitoring) for m in sight.machines]
    disks = env.account.call("ec2", "DescribeVolumes", {})["Volumes"]
    (data,) = [disk for disk in disks if disk.get("Tags")]
    (seen,) = sight.disks
    assert (seen.id, seen.name, seen.size_gb) == (data["VolumeId"], "web-1-data", data["Size"])
    assert (seen.machine, seen.state) == (
        data["Attachments"][0]["InstanceId"],
        data["Attachments"][0]["State"],
    )


def bystander(account: Account) -> None:
    account.call(
        "ec2",
        "RunInstances",
        {
            "ImageId": image(),
            "InstanceType": MICRO,
            "MinCount": 1,
            "MaxCount": 1,
            "Placement": {"AvailabilityZone": ZONE},
        },
    )


def test_nothing_else_may_change() -> None:
    origins = Origins(bystander)
    env = begun(Drawn((Slot(MICRO),), Goal((None,))), origins=origins)
    other = next(one for one in look(env.account).machines if not one.name)
    env.account.call("ec2", "StopInstances", {"InstanceIds": [other.id]})
    observation, _, terminated, _, info = do(env, "terminate web-1", "wait")
    assert observation["others"].tolist() == [1, 0]
    assert not terminated
    assert info["missing"] == ["something that the task does not name has changed"]
    env.account.call("ec2", "StartInstances", {"InstanceIds": [other.id]})
    assert do(env, "wait")[2]


def test_as_cheap_as_possible() -> None:
    """Four gigabytes are had by two small machines, and for less by one of medium size."""
    least = Slot("t3.medium").usd_hour
    drawn = Drawn((None, None), Goal(("any", "any"), 4, least))
    dear = begun(drawn)
    _, _, terminated, _, info = do(dear, f"launch web-1 {SMALL}", f"launch web-2 {SMALL}", "wait")
    assert not terminated
    assert len(info["missing"]) == 1 and "USD an hour" in info["missing"][0]
    assert do(begun(drawn), "launch web-2 t3.medium", "wait")[2]
    assert do(begun(drawn, origins=Origins(bystander)), "launch web-2 t3.medium", "wait")[2]


@pytest.mark.parametrize("task", TASKS)
def test_no_task_is_achieved_when_it_is_drawn_and_each_can_be(task: str) -> None:
    random, origins = np.random.default_rng(3), Origins(seed=0)
    for number_of in range(8):
        drawn = TASKS[task](random, 2, (MICRO, SMALL))
        before = look(origins.fork(Entropy(0, number_of), drawn.start))
        assert not judge(drawn.goal, before, before).achieved
        if drawn.goal.memory_gb == 0:
            slots = tuple(slot if isinstance(slot, Slot) else None for slot in drawn.goal.slots)
            after = look(origins.fork(Entropy(0, number_of), slots))
            assert judge(drawn.goal, after, after).achieved


def test_a_hundred_forks_are_independent() -> None:
    drawn = Drawn((Slot(MICRO),), Goal((None,)))
    envs = vector(100, task=lambda _random, _slots, _sizes: drawn, slots=1)
    envs.reset(seed=0)
    accounts = [env.account for env in envs.envs]
    ids = {look(account).machines[0].id for account in accounts}
    assert len(ids) == 1
    odd = number(envs.envs[0], "stop web-1")
    observations, *_ = envs.step(np.array([odd if place % 2 else 0 for place in range(100)]))
    assert observations["slots"].shape == (100, 1, 4)
    assert observations["slots"][:, 0, 0].tolist() == [2, 3] * 50
    made = [
        account.call("ec2", "CreateVolume", {"AvailabilityZone": ZONE, "Size": 1})["VolumeId"]
        for account in accounts
    ]
    assert len(set(made)) == 100
    assert [len(look(account).disks) for account in accounts] == [1] * 100
    envs.close()


def test_an_environment_among_others_is_what_it_is_alone() -> None:
    origins = Origins(seed=0)
    envs = vector(4, origins, task="launch", slots=1)
    together, _ = envs.reset(seed=10)
    alone = CloudEnv("launch", slots=1, origins=origins)
    observation, _ = alone.reset(seed=12)
    for action in (2, 3, 4, 0):
        assert observation["slots"].tolist() == together["slots"][2].tolist()
        together, *_ = envs.step(np.array([1, 0, action, 5]))
        observation, *_ = alone.step(action)
    ids = [[one.id for one in look(env.account).machines] for env in (envs.envs[2], alone)]
    assert ids[0] == ids[1] != []


def test_accounts_are_the_seeds() -> None:
    one, again, other = empty(1), empty(1), empty(2)
    vpcs = [account.call("ec2", "DescribeVpcs", {})["Vpcs"][0]["VpcId"] for account in (one, again, other)]
    assert vpcs[0] == vpcs[1] != vpcs[2]
    assert one.now() == again.now() != other.now()
    assert one.world.account_id == again.world.account_id != other.world.account_id
