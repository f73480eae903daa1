"""Stages as durable steps: whatever kills the process, a run goes on from the stage that it was in.

Owns all that is known of the workflow engine underneath (DBOS; see docs/decisions/). A
stage that was cut off is run again from its start, so every stage has to bear that; the
ones that change the cloud do, since the gate answers a step that is done from its record.
"""

import fcntl
import itertools
import json
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dbos import DBOS, Serializer, SetWorkflowID

Stage = Callable[[str], str]
"""Takes a run's id; gives `go` for the next stage, or anything else to end there."""

GO = "go"

_GOES_ON = frozenset({"PENDING", "ENQUEUED", "DELAYED", "SUCCESS"})
"""The states of a workflow that has ended well or that can still do so."""

_TICK_SECONDS = 0.05
_PATIENCE_SECONDS = 60.0


class Json(Serializer):
    """Arguments and results as JSON: the default, pickle, would run code that the database holds."""

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            data = {"error": f"{type(data).__name__}: {data}"}
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        read = json.loads(serialized_data)
        return RuntimeError(read["error"]) if isinstance(read, dict) and "error" in read else read

    def name(self) -> str:
        return "skywright_json"


class Workflows:
    """The workflows of one process, which drives one run.

    Executor and version have the run's name in the database: so starting up recovers what this
    run left behind, and no process ever takes the work of a run that another one drives out of
    the queue that recovery goes through.
    """

    def __init__(self, workflows: Mapping[str, tuple[tuple[str, Stage], ...]]) -> None:
        self._bodies = {name: _workflow(name, stages) for name, stages in workflows.items()}

    def run(self, name: str, run: str, round: int) -> str:
        """Carry out a workflow for a run, or go on with it where a former process stopped.

        Args:
            round: a new one starts from the first stage; the same one goes on.

        Returns:
            What the last stage gave.
        """
        with SetWorkflowID(_unbroken(f"{run}.{name}.{round}")):
            handle = DBOS.start_workflow(self._bodies[name], run)
        return str(handle.get_result(polling_interval_sec=_TICK_SECONDS))


@contextmanager
def opened(
    url: str, run: str, workflows: Mapping[str, tuple[tuple[str, Stage], ...]]
) -> Generator[Workflows]:
    """The durable engine for one run, over the database of that address."""
    prefer_wal(url)
    DBOS(
        config={
            "name": "skywright",
            "system_database_url": url,
            "db_engine_kwargs": patience(url),
            "executor_id": run,
            "application_version": run,
            # Closing waits for this one to come round.
            "notification_listener_polling_interval_sec": _TICK_SECONDS,
            "enable_otlp": False,
            "log_level": "ERROR",
            "serializer": Json(),
        }
    )
    registered = Workflows(workflows)
    with one_at_a_time(url):
        DBOS.launch()
    try:
        yield registered
    finally:
        DBOS.destroy(destroy_registry=True)


def _unbroken(id: str) -> str:
    """The id, or the next like it if that workflow crashed: its result would be that crash for ever."""
    for again in itertools.count():
        candidate = f"{id}+{again}" if again else id
        status = DBOS.get_workflow_status(candidate)
        if status is None or status.status in _GOES_ON:
            return candidate
    raise AssertionError("counting has no end")


def _workflow(name: str, stages: tuple[tuple[str, Stage], ...]) -> Callable[[str], str]:
    def body(run: str) -> str:
        outcome = GO
        for stage_name, stage in stages:
            outcome = DBOS.run_step({"name": stage_name}, stage, run)
            if outcome != GO:
                break
        return outcome

    return DBOS.workflow(name=name)(body)


def patience(url: str) -> dict[str, Any]:
    """What the engine's own engine is made with: on SQLite, to wait for others longer than the usual 5 s.

    Several processes may be at the file for the first time at once, and each makes it what it has to be.
    """
    return {"connect_args": {"timeout": _PATIENCE_SECONDS}} if url.startswith("sqlite") else {}


@contextmanager
def one_at_a_time(url: str) -> Generator[None]:
    """Nobody else who asks for it is inside: two that make the engine's tables at once fail on SQLite."""
    file = sqlalchemy.make_url(url).database
    if not url.startswith("sqlite") or not file:
        yield
        return
    held = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def prefer_wal(url: str) -> None:
    """The engine opens SQLite with a rollback journal, in which a reader can block the writer."""
    if url.startswith("sqlite"):
        database = sqlalchemy.create_engine(url, **patience(url))
        with database.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        database.dispose()
