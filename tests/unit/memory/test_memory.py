"""Memory as it is kept, trusted, and carried from home to home."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.unit.memory.test_generalise import WEB_1, known, make, step

from skywright.clouds.aws.cloud import aws
from skywright.clouds.base import Cloud
from skywright.errors import Malformed, NotFound
from skywright.memory.entry import HALF_LIFE_SECONDS, Evidence, Kept, Outcome, Present
from skywright.memory.likeness import nearest
from skywright.memory.store import Memory
from skywright.memory.transfer import exported, imported
from skywright.model.run import Request, Status
from skywright.state.runs import Run, Runs

ONE = known("Create a VM named web-9", make("web-9"))
NOW = Present(1e9, "api-1", "policies-1")


def said(run: str, outcome: Outcome = "worked", age: float = 0.0, **more: Any) -> Evidence:
    return Evidence(
        run, NOW.at - age, outcome, **{"target": "gym", "api": "api-1", "policies": "policies-1", **more}
    )


def test_what_is_kept_comes_back_whole_and_once(database: sa.Engine) -> None:
    memory = Memory(database)
    for _ in range(2):
        memory.keep(ONE, said("r-1"))
    memory.note(ONE.id, said("r-2", "failed"))
    assert memory.get(ONE.id).entry == ONE
    assert {one.run: one.outcome for one in memory.get(ONE.id).evidence} == {"r-1": "worked", "r-2": "failed"}
    assert memory.alike("aws", ONE.shape) == memory.all() and memory.alike("aws", "delete vm") == ()


def test_what_is_forgotten_is_gone_with_all_that_came_of_it(database: sa.Engine) -> None:
    memory = Memory(database)
    memory.keep(ONE, said("r-1"))
    with pytest.raises(NotFound, match="m-none"):
        memory.forget([ONE.id, "m-none"])
    memory.forget([ONE.id])
    memory.keep(ONE)
    assert memory.get(ONE.id).evidence == ()


def test_a_run_and_what_it_left_are_written_both_or_neither(tmp_path: Path, database: sa.Engine) -> None:
    runs, memory = Runs(database, tmp_path), Memory(database)
    runs.create(Run("r-1", 0.0, Status.RUNNING, "confirm", Request("x"), {}))

    def cut_off(connection: sa.Connection) -> None:
        memory.keep(ONE, said("r-1"), connection)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.conclude("r-1", cut_off, status=Status.SUCCEEDED)
    assert runs.get("r-1").status is Status.RUNNING and memory.all() == ()
    runs.conclude(
        "r-1", lambda connection: memory.keep(ONE, said("r-1"), connection), status=Status.SUCCEEDED
    )
    assert runs.get("r-1").status is Status.SUCCEEDED and len(memory.all()) == 1


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        ((), "unproven"),
        ((said("a"),), "proven"),
        ((said("a"), said("b", "failed")), "failing"),
        ((said("a"), said("b", "did not fit")), "proven"),
        ((said("a"), said("b", "did not fit"), said("c", "did not fit")), "failing"),
        ((said("a"), said("b"), said("c"), said("d", "failed")), "proven"),
        ((said("a"), said("b", "failed", age=5 * HALF_LIFE_SECONDS)), "proven"),
        ((said("a", age=3 * HALF_LIFE_SECONDS),), "failing"),
        ((said("a", api="api-0"),), "outdated"),
        ((said("a", policies="policies-0"),), "outdated"),
        ((said("a", policies="policies-0"), said("b")), "proven"),
        ((said("a", "failed"),), "failing"),
    ],
)
def test_trust_is_earned_here_and_decays(evidence: tuple[Evidence, ...], state: str) -> None:
    assert Kept(ONE, evidence).state(NOW) == state


def test_what_is_near_is_found_without_the_same_words() -> None:
    stop = known("Stop the VM web-1", step("stop", "StopInstances", InstanceIds=[WEB_1]))
    found = nearest("launch another machine", (Kept(stop), Kept(ONE)))
    assert [kept.entry.id for kept in found] == [ONE.id, stop.id]


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cloud]:
    return {"aws": aws(tmp_path_factory.mktemp("docs"))}


def test_a_file_brings_the_same_program_and_no_trust(clouds: dict[str, Cloud]) -> None:
    text = json.dumps(exported([Kept(ONE, (said("r-1"),))]))
    (entry,) = imported(text, "theirs.json", clouds)
    assert entry == replace(ONE, origin="theirs.json")
    assert Kept(entry).state(NOW) == "unproven"


def changed(**values: Any) -> str:
    file = exported([Kept(ONE)])
    file["entries"][0] |= values
    return json.dumps(file)


SLOT = {"parameter": "name", "mention": 0, "means": "text", "type": ""}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "'skywright_memory' is not there"),
        ('{"skywright_memory": 2, "entries": []}', "no memory of form 1"),
        ('{"skywright_memory": 1, "entries": [7]}', "entry 1: it is no object"),
        (changed(program=None), "'program' is not there or no text"),
        (changed(cloud="moon"), "there is no cloud 'moon'"),
        (changed(program="steps: ["), "entry 1"),
        (changed(program=ONE.program.replace("RunInstances", "RunNothing")), "RunNothing"),
        (changed(slots=[7]), "'slots' is not a list of objects"),
        (changed(slots=[{**SLOT, "mention": True}]), "'slots' is not a list of objects"),
        (changed(slots=[{**SLOT, "mention": 9}]), "its request has no value for parameter 'name'"),
        (changed(slots=[{**SLOT, "means": "anything"}]), "is no parameter that takes 'web-9'"),
        (changed(slots=[{**SLOT, "parameter": "x"}]), "'x' is no parameter that takes 'web-9'"),
        (changed(request="Create a VM named web-8"), "parameter 'name' is not 'web-8'"),
        (changed(request="Create a VM named web-9 password=hunter2"), "it holds a secret"),
        (changed(request="named ;a in " * 2000), "its request is longer than 2000 characters"),
        (changed(region="us-east-1\ud800"), "'region' is not there or no text"),
    ],
)
def test_a_bad_file_is_one_sentence(text: str, says: str, clouds: dict[str, Cloud]) -> None:
    with pytest.raises(Malformed) as caught:
        imported(text, "theirs.json", clouds)
    assert says in str(caught.value) and "\n" not in str(caught.value)
