"""Stages as durable steps: whatever kills the process, a run goes on from the stage that it was in.

Owns all that is known of the workflow engine underneath (DBOS; see docs/decisions/). A
stage that was cut off is run again from its start, so every stage has to bear that; the
ones that change the cloud do, since the gate answers a step that is done from its record.
"""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dbos import DBOS, Serializer, SetWorkflowID

Stage = Callable[[str], str]
"""Takes a run's id; gives `go` for the next stage, or anything else to end there."""

GO = "go"


class _Json(Serializer):
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

    The executor's name in the database is the run's: so starting up recovers what this run
    left behind, and never touches a run that another process drives.
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
        with SetWorkflowID(f"{run}.{name}.{round}"):
            handle = DBOS.start_workflow(self._bodies[name], run)
        return str(handle.get_result(polling_interval_sec=0.05))


@contextmanager
def opened(
    url: str, run: str, workflows: Mapping[str, tuple[tuple[str, Stage], ...]]
) -> Generator[Workflows]:
    """The durable engine for one run, over the database of that address."""
    _prefer_wal(url)
    DBOS(
        config={
            "name": "skywright",
            "system_database_url": url,
            "executor_id": run,
            "application_version": "1",
            "enable_otlp": False,
            "log_level": "ERROR",
            "serializer": _Json(),
        }
    )
    registered = Workflows(workflows)
    DBOS.launch()
    try:
        yield registered
    finally:
        DBOS.destroy(destroy_registry=True)


def _workflow(name: str, stages: tuple[tuple[str, Stage], ...]) -> Callable[[str], str]:
    def body(run: str) -> str:
        outcome = GO
        for stage_name, stage in stages:
            outcome = DBOS.run_step({"name": stage_name}, stage, run)
            if outcome != GO:
                break
        return outcome

    return DBOS.workflow(name=name)(body)


def _prefer_wal(url: str) -> None:
    """The engine opens SQLite with a rollback journal, in which a reader can block the writer."""
    if url.startswith("sqlite"):
        database = sqlalchemy.create_engine(url)
        with database.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        database.dispose()
