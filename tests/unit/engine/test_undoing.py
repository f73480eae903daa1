"""An undo that another was quicker than is planned from what is there by then, and says what it loses."""

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine
from tests.unit.engine.test_undo import CLOUD, DISK

from skywright.engine.look import keep_inventory, keep_left_behind
from skywright.engine.overtaken import plan_again
from skywright.engine.prepare import understand
from skywright.engine.undoing import lost_besides
from skywright.errors import Usage
from skywright.journal.calls import note_intent, note_outcome
from skywright.journal.chain import Journal
from skywright.model.resource import Inventory, Resource
from skywright.model.run import Request, Status
from skywright.program.text import load
from skywright.state.runs import Run, Runs


@pytest.fixture
def parts(database: Engine, tmp_path: Path) -> Any:
    """The run r made a disk, and another undoes it."""
    journal, runs = Journal.open(database, tmp_path / "keys", time.time), Runs(database, tmp_path / "runs")
    runs.create(Run("r", 0.0, Status.SUCCEEDED, "confirm", Request("make a disk"), {}))
    planned = {"undoes": "r", "as_written": True, "draft": "what was to be undone then", "read_at": 1}
    overtaken = {"rule": "proof-stale", "agreed": True, "error": "run s has changed vol-1; nothing was done"}
    runs.create(Run("u", 1.0, Status.REFUSED, "survey", Request("undo r"), {**planned, **overtaken}))
    note_intent(journal, replace(DISK, outcome=None))
    note_outcome(journal, DISK)
    return SimpleNamespace(
        runs=runs,
        journal=journal,
        cloud=lambda _: CLOUD,
        progress=SimpleNamespace(say=lambda _: None),
        record=lambda run, what, **body: journal.append(f"run.{what}", body, run.id),
        target=lambda _: SimpleNamespace(realm="gym:a"),
        holdings=SimpleNamespace(store=SimpleNamespace(number=lambda _: 7)),
    )


def test_it_is_planned_from_what_there_is_to_take_back_now(parts: Any) -> None:
    again = understand(plan_again(parts.runs.get("u"), parts), parts)
    assert again.status is Status.RUNNING and again.papers["read_at"] == 7 and "agreed" not in again.papers
    (step,) = (one for one in load(again.papers["draft"]).steps if one.operation)
    assert (str(step.operation), step.arguments) == ("ec2:DeleteVolume", {"VolumeId": "vol-1"})


def test_what_another_has_undone_meanwhile_is_not_undone_again(parts: Any) -> None:
    parts.runs.note("r", undone_by="another")
    with pytest.raises(Usage, match="undone already, by run another"):
        understand(plan_again(parts.runs.get("u"), parts), parts)


def disk(**tags: str) -> Inventory:
    rows = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"vol-1": Resource("vol-1", "ec2:volume", "us-east-1", properties={"Tags": rows})}


@pytest.mark.parametrize(
    ("now", "lost"),
    [
        (disk(log="ab", owner="x"), ["Tags.log is ab, not a as the run left it"]),
        (disk(log="a", owner="y"), []),
        (disk(log="a"), []),
        ({}, []),
    ],
)
def test_what_was_made_since_of_what_it_sets_back_is_said(
    parts: Any, now: Inventory, lost: list[str]
) -> None:
    undone, undo = parts.runs.get("r"), parts.runs.get("u")
    assert lost_besides(undo, now, parts) == ()
    keep_inventory(undone, parts, disk(log="", owner="x"))
    keep_left_behind(undone, parts, disk(log="a", owner="x"))
    said = [advisory.text for advisory in lost_besides(undo, now, parts)]
    assert [sentence.partition(": ")[2].partition(";")[0] for sentence in said] == lost
    assert lost_besides(undone, now, parts) == ()
