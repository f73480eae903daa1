"""What a run leaves in memory, and what it does not."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from skywright.clouds.aws.catalogue import Catalogue
from skywright.engine.remember import confirmed, ended, reasons
from skywright.journal.redact import STRUCK
from skywright.memory.entry import Entry, Evidence
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.model.run import Request, Status
from skywright.state.runs import Run

MAKES = Program("x", (Step("topic", Operation("sns", "CreateTopic"), arguments={"Name": "alerts-1"}),))


class House:
    """Parts of which only what memory needs is there, and what was written."""

    def __init__(self) -> None:
        self.written: list[Evidence] = []
        self.said: list[str] = []
        entry = Entry("m-1", "aws", "us-east-1", "x", "x", "")
        self.memory = SimpleNamespace(
            get=lambda id: SimpleNamespace(entry=entry),
            note=lambda id, evidence, connection: self.written.append(evidence),
        )
        self.circumstances = SimpleNamespace(
            present=lambda entry, catalogue: SimpleNamespace(api="a", policies="p")
        )
        self.progress = SimpleNamespace(say=self.said.append)

    def cloud(self, run: Run) -> Any:
        del run
        return SimpleNamespace(catalogue=Catalogue())

    def clock(self) -> float:
        return 12.0


def run(
    status: Status = Status.RUNNING,
    stage: str = "confirm",
    words: str = "Create a topic named alerts-1",
    answers: dict[str, str] | None = None,
    **papers: object,
) -> Run:
    return Run("r-1", 10.0, status, stage, Request(words, answers=answers or {}), papers)


def left(house: House, of: Run, program: Program = MAKES, strange: tuple[str, ...] = ()) -> list[Evidence]:
    confirmed(of, program, {}, strange, house)(None)  # type: ignore[arg-type]
    return house.written


@pytest.mark.parametrize("paper", ["as_written", "undoes", "alternatives", "preferred", "proposed"])
def test_a_program_that_the_words_alone_do_not_lead_to_is_not_remembered(paper: str) -> None:
    house = House()
    assert left(house, run(**{paper: [1]})) == [] and house.said == []


def test_what_was_answered_and_what_something_strange_came_with_is_not_remembered() -> None:
    house = House()
    assert left(house, run(answers={"how_many": "three"})) == []
    assert left(house, run(), strange=("ec2:volume vol-1 is new",)) == []
    assert house.said == []


@pytest.mark.parametrize(
    ("words", "does", "arguments"),
    [
        ("Create a topic with api_key=sesame-77", "sns:CreateTopic", {"Name": "x"}),
        (
            "Create a topic",
            "sns:CreateTopic",
            {"Name": "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"},
        ),
        ("Set parameter db-1 to 'open sesame'", "ssm:PutParameter", {"Name": "db-1", "Value": "open sesame"}),
        ("Set parameter db-1 to 'open sesame'", "ssm:PutParameter", {"Name": "db-1", "Value": "${said}"}),
        ("Set parameter db-1", "ssm:PutParameter", {"Name": "db-1", "Value": STRUCK}),
    ],
)
def test_a_secret_is_not_remembered(words: str, does: str, arguments: dict[str, str]) -> None:
    house = House()
    said = Parameter("said", "string", "open sesame")
    program = Program("x", (Step("one", Operation.parse(does), arguments=arguments),), parameters=(said,))
    assert left(house, run(words=words), program) == []
    assert house.said == ["not remembered: it holds a secret"]


def test_what_was_recalled_is_counted_and_not_learnt_anew() -> None:
    (one,) = left(House(), run(recalled=["m-1", True], steps=1, modality="cli"))
    assert (one.run, one.outcome, one.modality, one.seconds) == ("r-1", "worked", "cli", 2.0)


@pytest.mark.parametrize(
    ("status", "stage", "outcome"),
    [
        (Status.FAILED, "confirm", ["failed"]),
        (Status.ROLLED_BACK, "roll back", ["failed"]),
        (Status.FAILED, "explore", ["failed"]),
        (Status.FAILED, "understand", []),
        (Status.REFUSED, "prove", []),
        (Status.CANCELLED, "approve", []),
        (Status.SUCCEEDED, "confirm", []),
    ],
)
def test_a_failure_of_what_was_recalled_counts_against_it(
    status: Status, stage: str, outcome: list[str]
) -> None:
    house, connection = House(), Connection.__new__(Connection)
    ended(run(status, stage, recalled=["m-1", True]), house)(connection)  # type: ignore[arg-type]
    assert [one.outcome for one in house.written] == outcome


def test_what_has_not_worked_here_is_asked_for() -> None:
    assert reasons(run()) == reasons(run(recalled=None)) == reasons(run(recalled=["m-1", True])) == ()
    (reason,) = reasons(run(recalled=["m-1", False]))
    assert "m-1" in reason and "has not worked here yet" in reason
