"""Runs as they are kept: what was asked, how far it came, and what came of it.

Owns the table of runs and the lock that says which process drives a run. Programs and
reports are kept as text; what they mean is not known here.
"""

import fcntl
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from skywright.errors import NotFound, Usage
from skywright.model.run import Autonomy, Request, Status

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


class Runs:
    """All runs of a home."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        _metadata.create_all(engine)
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
        """Write down how far a run has come, and what a stage made."""
        run = self.get(id)
        run = replace(
            run, status=status or run.status, stage=stage or run.stage, papers={**run.papers, **papers}
        )
        with self._engine.begin() as connection:
            connection.execute(_runs.update().where(_runs.c.id == id).values(**_row(run)))
        return run

    def answer(self, id: str, answers: Mapping[str, str]) -> Run:
        """Write down the answers to a run's questions; it goes on as if they had been in the request."""
        run = self.get(id)
        request = replace(run.request, answers={**run.request.answers, **answers})
        papers = {name: paper for name, paper in run.papers.items() if name != "questions"}
        papers["round"] = int(papers.get("round", 0)) + 1
        run = replace(run, status=Status.RUNNING, request=request, papers=papers)
        with self._engine.begin() as connection:
            connection.execute(_runs.update().where(_runs.c.id == id).values(**_row(run)))
        return run

    def folder(self, id: str) -> Path:
        """The run's own folder, made if it is not there."""
        folder = self._folder / id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    @contextmanager
    def drive(self, id: str) -> Generator[None]:
        """Hold the right to drive a run. The system gives it back when the process dies, however it dies.

        Raises:
            Usage: Another process drives it.
        """
        handle = os.open(self.folder(id) / "driver.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Usage(f"run {id} is being carried out by another process") from error
            yield
        finally:
            os.close(handle)

    def driven(self, id: str) -> bool:
        """Whether a living process drives the run."""
        try:
            with self.drive(id):
                return False
        except Usage:
            return True


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
