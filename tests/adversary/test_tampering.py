"""Somebody without the signing key writes to the state folder, between one command and the next."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.gate.conftest import World, moto, world  # noqa: F401
from tests.user import User

from skywright.errors import Corrupt
from skywright.journal.calls import calls
from skywright.model.operation import Operation
from skywright.model.program import Program, Step

VPC = """
skywright: 1
name: net
region: eu-west-1
steps:
  - {id: vpc, do: ec2:CreateVpc, with: {CidrBlock: 10.0.0.0/16}}
"""
KEY = """
skywright: 1
name: key
region: eu-west-1
steps:
  - {id: key, do: ec2:CreateKeyPair, with: {KeyName: k1}}
"""


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    someone = User(tmp_path_factory.mktemp("home") / "h")
    yield someone
    someone.run("gym", "down")


def test_a_kept_answer_is_the_one_that_was_kept(world: World) -> None:  # noqa: F811
    step = Step("vpc", Operation("ec2", "CreateVpc"), arguments={"CidrBlock": "10.0.0.0/16"})
    program = Program("p", (step,), region="eu-west-1")
    made = world.client(world.mint("perform", "p", program), "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    again = world.client(world.mint("perform", "p", program), "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert again["Vpc"]["VpcId"] == made["Vpc"]["VpcId"]
    with sqlite3.connect(world.folder / "gate.db") as database:
        database.execute("UPDATE kept_answers SET body = CAST(replace(body, 'vpc-', 'vpc-0') AS BLOB)")
    with pytest.raises(Corrupt, match="step vpc of run p was tampered with"):
        world.mint("perform", "p", program)


def test_an_answer_is_kept_for_its_step_alone(world: World) -> None:  # noqa: F811
    step = Step("vpc", Operation("ec2", "CreateVpc"), arguments={"CidrBlock": "10.0.0.0/16"})
    program = Program("p", (step,), region="eu-west-1")
    world.client(world.mint("perform", "p", program), "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    with sqlite3.connect(world.folder / "gate.db") as database:
        database.execute("UPDATE kept_answers SET run = 'q'")
    with pytest.raises(Corrupt):
        world.mint("perform", "q", program)


def test_undo_reads_no_record_that_was_changed(world: World) -> None:  # noqa: F811
    ec2 = world.client(world.mint(run="r"), "ec2")
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    world.restart()
    with sqlite3.connect(world.folder / "gate.db") as database:
        database.execute("UPDATE journal SET body = replace(body, '10.0.0.0/16', '10.9.0.0/16')")
    with pytest.raises(Corrupt, match="tampered"):
        calls(world.journal, "r")


@pytest.mark.slow
def test_the_program_is_the_one_that_was_proven(user: User, tmp_path: Path) -> None:
    cloud = user.account()
    file = tmp_path / "net.yaml"
    file.write_text(VPC)
    options = ("--target", cloud.target, "--autonomy", "copilot", "--json")
    waiting = user.run("apply", str(file), *options)
    assert waiting.status == 3, waiting.err
    with sqlite3.connect(user.home / "skywright.db") as database:
        (papers,) = database.execute(
            "SELECT papers FROM runs WHERE id = ?", (waiting.json["run"],)
        ).fetchone()
        changed = json.loads(papers)
        changed["program"] = changed["program"].replace("10.0.0.0/16", "10.66.0.0/16")
        assert changed["program"] != json.loads(papers)["program"]
        database.execute(
            "UPDATE runs SET papers = ? WHERE id = ?", (json.dumps(changed), waiting.json["run"])
        )
    said = user.run("runs", "approve", waiting.json["run"], "--json")
    assert said.status == 4, said.err + said.out
    assert "not the one that a person was asked about" in said.json["error"]
    changed["agreed"] = True
    with sqlite3.connect(user.home / "skywright.db") as database:
        database.execute(
            "UPDATE runs SET papers = ?, status = 'running' WHERE id = ?",
            (json.dumps(changed), waiting.json["run"]),
        )
    said = user.run("runs", "resume", waiting.json["run"], "--json")
    assert said.status != 0, said.out
    cidrs = {vpc["CidrBlock"] for vpc in cloud.client("ec2", "eu-west-1").describe_vpcs()["Vpcs"]}
    assert not cidrs & {"10.66.0.0/16", "10.0.0.0/16"}


@pytest.mark.slow
@pytest.mark.parametrize("modality", ["cli", "sdk"])
def test_a_private_key_is_written_down_nowhere(user: User, tmp_path: Path, modality: str) -> None:
    cloud = user.account()
    file = tmp_path / "key.yaml"
    file.write_text(KEY)
    said = user.run("apply", str(file), "--target", cloud.target, "--yes", "--modality", modality, "--json")
    assert said.status == 0, said.err + said.out
    kept = [path for path in user.home.rglob("*") if path.is_file() and "gym" not in path.parts]
    assert kept
    for path in kept:
        text = path.read_bytes()
        own = path.parent.name == "keys" and path.name == "journal.key"
        assert own or b"PRIVATE KEY-----" not in text, path
    assert "PRIVATE KEY" not in said.out + said.err


@pytest.mark.slow
def test_others_may_read_nothing_of_it(user: User) -> None:
    user.run("runs")
    for path in (user.home, *user.home.glob("*")):
        assert not path.stat().st_mode & 0o077, path
