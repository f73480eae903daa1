"""A pick is made once for a run, and what it came to is what later picks are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.engine import asking
from skywright.engine.alarm import alarm
from skywright.engine.routing import note_result, ruled_out, with_modality
from skywright.errors import CloudFailed, Corrupt, Unavailable
from skywright.model.advice import Beyond, Plan
from skywright.model.result import OWN, Result
from skywright.model.run import Request, Status
from skywright.orchestrator.brains import Panel
from skywright.program.text import load
from skywright.state.database import open_database
from skywright.state.results import Results
from skywright.state.runs import Run, Runs
from skywright.state.shelves import Shelves

CLOUD = aws()
STOP = load(
    "skywright: 1\nname: stop\nregion: us-east-1\nsteps:\n"
    "- {id: s, do: 'ec2:StopInstances', with: {InstanceIds: [i-0aaaaaaaaaaaaaaa1]}}\n"
)


@dataclass
class Modality:
    faithful: bool = True
    hindered: str = ""
    held: Mapping[str, str] = field(default_factory=dict)

    def obstacle(self, program: object) -> str:
        return self.hindered

    def holds(self, folder: Path) -> Mapping[str, str]:
        return self.held


@dataclass
class Brain:
    said: Any
    asked: int = 0

    def understand(self, words: str, context: object) -> Any:
        self.asked += 1
        return self.said


@pytest.fixture
def parts(tmp_path: Path) -> Any:
    database = open_database(tmp_path / "skywright.db")
    return SimpleNamespace(
        runs=Runs(database, tmp_path / "runs"),
        results=Results(database),
        modalities={"cli": Modality(), "sdk": Modality(), "web": Modality(faithful=False)},
        cloud=lambda run: CLOUD,
        kept=tmp_path / "kept",
        shelves=Shelves(database, tmp_path / "kept"),
        clock=lambda: 100.0,
        record=lambda run, stage, **body: records.append((stage, body)),
        progress=SimpleNamespace(say=lambda line: None),
        records=(records := []),
        alarm=lambda event: alarms.append(event),
        alarms=(alarms := []),
    )


def begun(parts: Any, id: str = "r-1", papers: Mapping[str, object] | None = None, **request: Any) -> Run:
    run = Run(id, 100.0, Status.RUNNING, "explore", Request("stop web-1", **request), papers or {})
    parts.runs.create(run)
    return run


def test_the_same_run_goes_on_with_its_pick_whatever_was_learnt_meanwhile(parts: Any) -> None:
    first = with_modality(begun(parts), parts, STOP)
    picked = str(first.papers["modality"])
    parts.results.add(OWN, "r-0", [Result("builtin", picked, "update", "simple", "modality")] * 500)
    assert with_modality(parts.runs.get("r-1"), parts, STOP).papers["modality"] == picked
    assert [stage for stage, _ in parts.records] == ["routed"]
    other = with_modality(begun(parts, "r-2"), parts, STOP).papers["modality"]
    assert other == ({"cli", "sdk"} - {picked}).pop()


def test_a_killed_pick_is_drawn_the_same_again(parts: Any) -> None:
    picks = {
        with_modality(Run("r-1", 100.0, Status.RUNNING, "explore", Request("x"), {}), parts, STOP).papers[
            "modality"
        ]
        for _ in [begun(parts)] * 5
    }
    assert len(picks) == 1


def test_what_it_manages_a_modality_changes_itself(parts: Any) -> None:
    parts.modalities["web"].held = {"i-0aaaaaaaaaaaaaaa1": "terraform:x"}
    assert with_modality(begun(parts), parts, STOP).papers["modality"] == "web"


def test_a_program_that_is_performed_as_written_is_not_performed_otherwise(parts: Any) -> None:
    parts.modalities = {"web": Modality(faithful=False)}
    with pytest.raises(Unavailable, match="as it is written"):
        with_modality(begun(parts, papers={"as_written": True}), parts, STOP)


def test_what_fails_in_the_copy_is_ruled_out_and_another_is_picked(parts: Any) -> None:
    parts.modalities = {"web": Modality(faithful=False), "sdk": Modality(hindered="no")}
    run = with_modality(begun(parts), parts, STOP)
    assert run.papers["modality"] == "web"
    run = ruled_out(run, parts, CloudFailed("rehearsal", "RehearsalFailed", "no such button"))
    with pytest.raises(Unavailable, match="it failed in the copy"):
        with_modality(run, parts, STOP)


def test_what_another_modality_would_not_help_is_raised(parts: Any) -> None:
    asked = with_modality(begun(parts, modality="web"), parts, STOP)
    with pytest.raises(CloudFailed):
        ruled_out(asked, parts, CloudFailed("rehearsal", "RehearsalFailed", "x"))
    parts.modalities = {"web": Modality(faithful=False)}
    picked = with_modality(begun(parts, "r-2"), parts, STOP)
    with pytest.raises(Corrupt):
        ruled_out(picked, parts, Corrupt("damaged"))


def test_an_end_is_counted_once_and_undo_refusal_and_cancellation_are_not(parts: Any) -> None:
    papers = {"modality": "sdk", "complexity": {"kind": "update", "size": "simple"}, "took": 4.0, "steps": 1}
    for number, (status, extra) in enumerate(
        [
            (Status.SUCCEEDED, {}),
            (Status.REFUSED, {}),
            (Status.CANCELLED, {}),
            (Status.SUCCEEDED, {"undoes": "r"}),
        ]
    ):
        run = begun(parts, f"r-{number}", {**papers, **extra})
        run = parts.runs.note(run.id, status=status)
        note_result(run, parts)
        note_result(run, parts)
    (cell,) = parts.results.cells()
    assert (cell.trials, cell.by_brain, cell.by_modality, cell.seconds) == (1, 0, 0, 4.0)


def test_what_was_remembered_tells_nothing_of_a_brain(parts: Any) -> None:
    begun(parts, papers={"modality": "sdk", "recalled": ["m-1", True]}, brain="ollama:a")
    note_result(parts.runs.note("r-1", status=Status.SUCCEEDED), parts)
    (cell,) = parts.results.cells()
    assert (cell.brain, cell.modality) == ("", "sdk")


@pytest.mark.parametrize(
    ("stage", "modality", "fault"),
    [
        ("understand", "", "brain"),
        ("explore", "", "brain"),
        ("explore", "sdk", "brain"),
        ("explore", "web", "modality"),
        ("perform", "sdk", "modality"),
    ],
)
def test_whose_fault_it_was_shows_in_how_far_it_came(
    parts: Any, stage: str, modality: str, fault: str
) -> None:
    begun(parts, papers={"modality": modality})
    note_result(parts.runs.note("r-1", status=Status.FAILED, stage=stage), parts)
    (cell,) = parts.results.cells()
    assert (cell.by_brain, cell.by_modality) == ((1, 0) if fault == "brain" else (0, 1))


def test_brain_auto_keeps_its_pick_and_a_model_that_has_nothing_is_counted(parts: Any) -> None:
    brains = {
        "builtin": Brain(Beyond("no")),
        "ollama:a": Brain(Beyond("no")),
        "ollama:b": Brain(Plan(STOP, "s")),
    }
    parts.find_brain = brains.__getitem__
    parts.panel = lambda: Panel((("ollama:a", ""), ("ollama:b", "")))
    run = begun(parts, brain="auto")
    context: Any = SimpleNamespace(cloud=CLOUD, region="us-east-1", answers={})
    said = asking.understand(run, parts, context, ("us-east-1",))
    assert isinstance(said, Plan)
    papers = parts.runs.get("r-1").papers
    assert parts.runs.get("r-1").brain == "ollama:b"
    before = brains["ollama:a"].asked
    parts.results.add(OWN, "r-0", [Result("ollama:b", "", "", "", "brain")] * 500)
    asking.understand(parts.runs.get("r-1"), parts, context, ("us-east-1",))
    assert parts.runs.get("r-1").papers["picks"] == papers["picks"]
    assert brains["ollama:a"].asked == before * 2
    parts.results.forget()
    note_result(parts.runs.note("r-1", status=Status.SUCCEEDED, modality="sdk", spent={"usd": 0.5}), parts)
    counted = {cell.brain: (cell.by_brain, cell.usd) for cell in parts.results.cells()}
    assert counted["ollama:b"] == (0, 0.5) and counted.get("ollama:a", (1, 0.0)) == (1, 0.0)


def test_who_waits_for_a_person_is_told_of_once(parts: Any) -> None:
    begun(parts, papers={"approvals": ["it costs much"]})
    run = parts.runs.note("r-1", status=Status.NEEDS_APPROVAL)
    alarm(run, parts)
    alarm(parts.runs.get("r-1"), parts)
    (event,) = parts.alarms
    assert event["event"] == "run.needs_approval" and event["go_on"] == "skywright runs approve r-1"
    alarm(parts.runs.note("r-1", status=Status.SUCCEEDED), parts)
    assert len(parts.alarms) == 1
    alarm(parts.runs.note("r-1", status=Status.FAILED, error="it broke"), parts)
    assert parts.alarms[1]["why"] == "it broke"
