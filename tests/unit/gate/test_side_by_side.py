"""Two agents at two gates of one account: each reads, and appends to what it read, without losing the
other's.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.unit.gate.conftest import World

from skywright.clouds.aws.cloud import aws
from skywright.engine.histories import judge
from skywright.model.lease import Claim, Mode
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.state.database import open_database
from skywright.state.holding import Holding
from skywright.state.leases import Leases


def program(disks: list[str], letter: str) -> Program:
    reads = [
        Step(f"now{at}", Operation("ec2", "DescribeTags"), arguments={"Filters": _log_of(disk)})
        for at, disk in enumerate(disks)
    ]
    writes = [
        Step(f"add{at}", Operation("ec2", "CreateTags"), arguments={
            "Resources": [disk], "Tags": [{"Key": "log", "Value": f"${{now{at}.Tags[0].Value}}{letter}"}]
        })
        for at, disk in enumerate(disks)
    ]  # fmt: skip
    return Program(letter, (*reads, *writes), region="eu-west-1")


def append(world: World, leases: Leases, disks: list[str], letter: str) -> None:
    """One run: its leases, its program, and its leases given back."""
    held = Holding(
        leases, Claim("gym:a", letter, "", {}), lambda kind, body, run: _note(world, kind, body, run)
    )
    wanted = dict.fromkeys(disks, Mode.WRITE)
    blocked = held.try_take(wanted)
    while blocked is not None:
        time.sleep(0.02)
        blocked = held.try_take(wanted, blocked.ticket)
    credential = world.mint("perform", letter, program(disks, letter), leases=held)
    ec2 = world.client(credential, "ec2")
    logs = [ec2.describe_tags(Filters=_log_of(disk))["Tags"][0]["Value"] for disk in disks]
    for disk, log in zip(disks, logs, strict=True):
        ec2.create_tags(Resources=[disk], Tags=[{"Key": "log", "Value": log + letter}])
    world.gate.revoke(credential)
    held.release()


def test_no_update_is_lost_and_nobody_waits_for_ever(world: World, tmp_path: Path) -> None:
    ec2 = world.behind("ec2")
    logs = {"ResourceType": "volume", "Tags": [{"Key": "log", "Value": "-"}]}
    disks = [
        ec2.create_volume(Size=1, AvailabilityZone="eu-west-1a", TagSpecifications=[logs])["VolumeId"]
        for _ in range(2)
    ]
    database = open_database(tmp_path / "leases.db")
    leases = Leases(database)

    def agent(letters: str, order: list[str]) -> None:
        for letter in letters:
            append(world, leases, order, letter)

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(agent, "ab", disks), pool.submit(agent, "yz", disks[::-1])]
        for each in working:
            each.result(60)
    for disk in disks:
        assert sorted(ec2.describe_tags(Filters=_log_of(disk))["Tags"][0]["Value"]) == sorted("-abyz")
    judgement = judge(world.journal, aws(), ["test"])
    assert (judgement.changes, judgement.found) == (8, ())
    assert leases.held("gym:a") == ((), ())
    database.dispose()


def _note(world: World, kind: str, body: Any, run: str) -> None:
    world.journal.append(kind, body, run)


def _log_of(disk: str) -> list[dict[str, Any]]:
    return [{"Name": "resource-id", "Values": [disk]}, {"Name": "key", "Values": ["log"]}]
