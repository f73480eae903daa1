"""A battle's processes: they share the trials, and one that dies loses none; on SQLite and on PostgreSQL."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.user import User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

AGENT = """
import json, pathlib, sys, time, boto3
folder = pathlib.Path(sys.argv[1])
with (folder / "calls").open("a") as calls:
    calls.write("x")
if (folder / "calls").read_text() == "xx":
    while not (folder / "killed").exists():  # who started this is killed meanwhile
        time.sleep(0.1)
    sys.exit(1)
found = boto3.client("ec2").describe_instances(Filters=[{"Name": "tag:Name", "Values": ["web-1"]}])
vms = [vm for reservation in found["Reservations"] for vm in reservation["Instances"]]
print(json.dumps({"vms": [{"id": vm["InstanceId"], "state": vm["State"]["Name"]} for vm in vms]}))
"""


def test_processes_share_a_battle_and_what_a_killed_one_was_at_is_taken_over(
    tmp_path: Path, database_url: str
) -> None:
    agent, prompts, calls = tmp_path / "agent.py", tmp_path / "prompts.jsonl", tmp_path / "calls"
    agent.write_text(AGENT)
    row = {"task": "vm-status", "cloud": "aws", "prompt": "state of web-1", "params": {"vms": ["web-1"]}}
    prompts.write_text(json.dumps(row))
    words = ["battle", "--tasks", "vm-status", "--modalities", "cli", "--prompts", str(prompts)]
    words += ["--trials", "3", "--workers", "1", "--database", database_url]
    words += ["--brain", f"command:{sys.executable} {agent} {tmp_path}"]
    one, other, out = User(tmp_path / "one"), User(tmp_path / "other"), tmp_path / "out.json"
    first = one.start(*words)
    second = None
    try:
        wait_for(lambda: calls.exists() and len(calls.read_text()) == 2)
        second = other.start(*words, "--json", str(out))
        wait_for(lambda: len(calls.read_text()) == 3)
        first.kill()
        assert second.wait(200) == 0
    finally:
        (tmp_path / "killed").touch()
        for process in (first, second):
            if process is not None:
                process.kill()
                process.wait()
        one.run("gym", "down", SKYWRIGHT_HOME=str(tmp_path / "one/battle/home"))
    trials: list[dict[str, Any]] = json.loads(out.read_text())["trials"]
    assert [trial["success"] for trial in trials] == [True] * 3, trials
    assert sorted(Counter(trial["worker"] for trial in trials).values()) == [1, 2]
    assert len(calls.read_text()) == 4


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 150
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
