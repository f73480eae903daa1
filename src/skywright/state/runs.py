"""Runs as they are kept: what was asked, how far it came, and what came of it.

Owns the table of runs. Programs and reports are kept as text; what they mean is not known here.
"""

import json
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from skywright.errors import NotFound, Usage
from skywright.journal import tables
from skywright.model.run import Autonomy, Request, Status
from skywright.state import driving

_metadata = sa.MetaData()
_runs = sa.Table(
    "runs",
    _metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("papers", sa.Text, nullable=False),
)

_kept = sa.Table(
    "run_kept",
    _metadata,
    sa.Column("run", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it is kept.

    Attributes:
        stage: the stage that it is in, or that it ended in.
        papers: what the stages made, by name: `draft`, `program`, `certificate`, `report`, …; JSON.
    """

    id: str
    created: float
    status: Status
    stage: str
    request: Request
    papers: Mapping[str, Any]

    @property
    def brain(self) -> str:
        """The brain that it has; where that was left open, the one that was picked."""
        return str(self.papers.get("brain") or self.request.brain)


class Runs:
    """All runs of a home."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        tables.make(engine, _metadata)
        self._engine = engine
        self._folder = folder

    def create(self, run: Run) -> None:
        with self._engine.begin() as connection:
            connection.execute(_runs.insert().values(**_row(run)))

    def get(self, id: str) -> Run:
        """The run of that id.

        Raises:
            NotFound: There is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(_runs.select().where(_runs.c.id == id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no run '{id}'; skywright runs lists them")
        return _run(row)

    def all(self) -> tuple[Run, ...]:
        """All runs, the newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_runs.select().order_by(_runs.c.created.desc())).mappings()
            return tuple(_run(row) for row in rows)

    def note(
        self, id: str, *, status: Status | None = None, stage: str | None = None, **papers: object
    ) -> Run:
        """Write down how far a run has come, and what a stage made.

        Raises:
            NotFound: There is no such run.
        """
        return self._change(
            id,
            lambda run: replace(
                run, status=status or run.status, stage=stage or run.stage, papers={**run.papers, **papers}
            ),
        )

    def conclude(
        self, id: str, write: Callable[[Connection], None], *, status: Status | None = None, **papers: object
    ) -> Run:
        """As `note`, and what `write` writes besides: both or neither."""
        return self._change(
            id,
            lambda run: replace(run, status=status or run.status, papers={**run.papers, **papers}),
            write,
        )

    def answer(self, id: str, answers: Mapping[str, str], proposed: Sequence[object] = ()) -> Run:
        """Write down the answers to a run's questions; it goes on as if they had been in the request.

        The questions are kept until the answers are known to be of use (`ask_again`).

        Args:
            proposed: what the answers say that is always so; nothing follows from it here.

        Raises:
            Usage: It does not wait for an answer, or not any more.
        """

        def answered(run: Run) -> Run:
            if run.status is not Status.NEEDS_INPUT:
                raise Usage(f"run {id} does not wait for an answer; it is {run.status.value}")
            request = replace(run.request, answers={**run.request.answers, **answers})
            papers = {name: paper for name, paper in run.papers.items() if name not in ("questions", "error")}
            papers["asked"] = {"questions": run.papers.get("questions", []), "answered": sorted(answers)}
            papers["round"] = int(papers.get("round", 0)) + 1
            if proposed:
                papers["proposed_by_answers"] = [*papers.get("proposed_by_answers", []), *proposed]
            return replace(run, status=Status.RUNNING, request=request, papers=papers)

        return self._change(id, answered)

    def ask_again(self, id: str, why: str) -> Run:
        """Put the questions that were answered last once more, without those answers: they were of no use."""

        def asked(run: Run) -> Run:
            before: Mapping[str, Any] = run.papers["asked"]
            kept = {
                name: text for name, text in run.request.answers.items() if name not in before["answered"]
            }
            papers = {name: paper for name, paper in run.papers.items() if name != "asked"}
            papers |= {"questions": before["questions"], "error": why}
            return replace(
                run, status=Status.NEEDS_INPUT, request=replace(run.request, answers=kept), papers=papers
            )

        return self._change(id, asked)

    def begin_again(self, id: str, forget: Collection[str]) -> Run:
        """Let a run go through all its stages once more, without these papers."""

        def begun(run: Run) -> Run:
            papers = {name: paper for name, paper in run.papers.items() if name not in forget}
            counted = {name: int(papers.get(name, 0)) + 1 for name in ("round", "again", "begun_again")}
            return replace(run, status=Status.RUNNING, papers={**papers, **counted})

        return self._change(id, begun)

    def _change(
        self,
        id: str,
        change: Callable[[Run], Run],
        write: Callable[[Connection], None] = lambda _: None,
    ) -> Run:
        """Read, change and write in one transaction: two processes may note things of one run."""
        with self._engine.connect() as connection:
            tables.begin_writing(connection, f"run {id}")
            row = connection.execute(_runs.select().where(_runs.c.id == id)).mappings().first()
            if row is None:
                raise NotFound(f"there is no run '{id}'; skywright runs lists them")
            run = change(_run(row))
            connection.execute(_runs.update().where(_runs.c.id == id).values(**_row(run)))
            write(connection)
            connection.commit()
        return run

    def keep(self, id: str, name: str, text: str) -> None:
        """Keep something of a run that is too large for its papers, in place of any of that name."""
        with self._engine.begin() as connection:
            connection.execute(_kept.delete().where(_kept.c.run == id, _kept.c.name == name))
            connection.execute(_kept.insert().values(run=id, name=name, text=text))

    def kept(self, id: str, name: str) -> str | None:
        """What was kept of a run under that name; None: nothing was."""
        query = sa.select(_kept.c.text).where(_kept.c.run == id, _kept.c.name == name)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def folder(self, id: str) -> Path:
        """The run's own folder on this machine, made if it is not there."""
        folder = self._folder / id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    @contextmanager
    def drive(self, id: str) -> Generator[None]:
        """Hold the right to drive a run. The system gives it back when the process dies, however it dies.

        Raises:
            Usage: Another process drives it.
        """
        with driving.beside_no_process(self.folder(id), id), driving.beside_no_machine(self._engine, id):
            yield

    def driver(self, id: str) -> int | None:
        """The living process of this machine that drives the run; None: none does."""
        return driving.driver(self._folder / id)

    def driven(self, id: str) -> bool:
        """Whether a living process drives the run, on whichever machine."""
        return self.driver(id) is not None or driving.driven_elsewhere(self._engine, id)


def _row(run: Run) -> dict[str, object]:
    request = run.request
    asked = {name: getattr(request, name) for name in Request.__dataclass_fields__}
    return {
        "id": run.id,
        "created": run.created,
        "status": run.status.value,
        "stage": run.stage,
        "request": json.dumps(asked),
        "papers": json.dumps(run.papers),
    }


def _run(row: Mapping[Any, Any]) -> Run:
    asked = json.loads(row["request"])
    asked["autonomy"] = Autonomy(asked["autonomy"])
    return Run(
        row["id"],
        row["created"],
        Status(row["status"]),
        row["stage"],
        Request(**asked),
        json.loads(row["papers"]),
    )
