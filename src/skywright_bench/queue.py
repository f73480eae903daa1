"""The queue of a battle: every process that fights it takes trials out of it, until none is left.

Owns all that the battle knows of the durable engine (DBOS): where trials wait, whose they are, and what
came of them. The database is a file of SQLite's, or a PostgreSQL that machines share. Whatever dies loses
nothing: a trial whose process is gone is put back, by that process when it comes again or by another that
has seen no sign of life of it for a while.
"""

import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, SetWorkflowID
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError

from skywright.engine.durable import Json, one_at_a_time, patience, prefer_wal
from skywright.errors import Unavailable

Row = Mapping[str, Any]
"""What came of a trial, as JSON."""

DEAD_SECONDS = 20.0
"""A process that has shown no sign of life for so long is taken for dead."""

_BEAT_SECONDS = 2.0
_LOOK_SECONDS = 0.2
_ENDED = ["SUCCESS", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_MOST_DEATHS = 3
_MOST_COLLISIONS = 5

_tables = sa.MetaData()
_rounds = sa.Table(
    "skywright_battle_rounds",
    _tables,
    sa.Column("battle", sa.String(64), primary_key=True),
    sa.Column("over", sa.Integer, nullable=False),
)
"""How often a battle was fought to its end."""
_beats = sa.Table(
    "skywright_battle_beats",
    _tables,
    sa.Column("executor", sa.String(64), primary_key=True),
    sa.Column("battle", sa.String(64), nullable=False),
    sa.Column("beats", sa.Integer, nullable=False),
)
"""Signs of life: a number that goes up. Whoever looks measures by their own clock."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the queue is, and who takes from it.

    Attributes:
        url: of the database, as SQLAlchemy writes it.
        version: of what fights; processes of different versions leave each other's trials alone.
        executor: this process's name, the same when it comes again; no two that live share one.
        workers: how many trials this process fights side by side.
    """

    url: str
    version: str
    executor: str
    workers: int


@dataclass
class Queue:
    """One battle's queue, as one process has it."""

    name: str
    _database: sa.Engine
    _executor: str
    _fight: Callable[[str], str]
    _seen: dict[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])
    _beaten: float = 0.0

    def put(self, trials: Sequence[str]) -> None:
        """Have these fought, each once, whoever else puts them too."""
        crashed = DBOS.list_workflows(
            workflow_id_prefix=f"{self.name}/", status="ERROR", load_input=False, load_output=False
        )
        DBOS.delete_workflows([one.workflow_id for one in crashed])
        for trial in trials:
            with SetWorkflowID(f"{self.name}/{trial}"):
                DBOS.enqueue_workflow(self.name, self._fight, trial)

    def ended(self, known: Collection[str]) -> Iterator[tuple[str, Row | None]]:
        """What came of the trials that have ended since, by their names; None: its processes died of it.

        Raises:
            RuntimeError: There is a bug in what fights.
        """
        rows = DBOS.list_workflows(
            workflow_id_prefix=f"{self.name}/", status=_ENDED, load_input=False, load_output=False
        )
        for row in rows:
            trial = row.workflow_id.removeprefix(f"{self.name}/")
            if trial in known:
                continue
            if row.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
                yield trial, None
            else:
                yield trial, DBOS.retrieve_workflow(row.workflow_id).get_result()

    def wait(self) -> None:
        """Let a moment pass; show a sign of life, and put back what the dead have left."""
        time.sleep(_LOOK_SECONDS)
        if time.monotonic() - self._beaten < _BEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        with self._database.begin() as connection:
            mine = _beats.c.executor == self._executor
            connection.execute(sa.update(_beats).where(mine).values(beats=_beats.c.beats + 1))
            here = sa.select(_beats).where(_beats.c.battle == self.name)
            beats = {row.executor: row.beats for row in connection.execute(here)}
        alive = {executor for executor, count in beats.items() if self._lives(executor, count)}
        if self._executor == min(
            alive, default=self._executor
        ):  # one is enough, and two could put the same trial back twice
            self._put_back(alive)

    def _lives(self, executor: str, beats: int) -> bool:
        last, since = self._seen.get(executor, (-1, 0.0))
        if beats != last:
            self._seen[executor] = beats, time.monotonic()
            return True
        return time.monotonic() - since < DEAD_SECONDS

    def _put_back(self, alive: Collection[str]) -> None:
        under_way = DBOS.list_workflows(
            workflow_id_prefix=f"{self.name}/", status="PENDING", load_input=False, load_output=False
        )
        for one in under_way:
            if one.executor_id not in alive:
                DBOS.resume_workflow(one.workflow_id, queue_name=self.name)

    def finish(self) -> None:
        """The battle is over, and what came of it is kept elsewhere: who fights it again begins anew."""
        battle, _, round = self.name.rpartition(".")
        with self._database.begin() as connection:
            connection.execute(
                sa.update(_rounds).where(_rounds.c.battle == battle).values(over=int(round) + 1)
            )


@contextmanager
def opened(place: Place, battle: str, fight: Callable[[str], Row]) -> Generator[Queue]:
    """The queue of a battle; this process takes trials out of it as long as the block lasts.

    Args:
        battle: a name that whoever fights the same battle finds too.
        fight: carries out the trial of a name; what it raises is a bug.

    Raises:
        Unavailable: The database cannot be had.
    """
    url = sa.make_url(place.url)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    database = sa.create_engine(url, **patience(place.url))
    try:
        try:
            if url.drivername.startswith("sqlite"):
                prefer_wal(place.url)
            over = _entered(database, battle, place.executor)
        except SQLAlchemyError as error:
            shown = url.render_as_string(hide_password=True)
            raise Unavailable(f"the database {shown} cannot be had: {_sentence(error)}") from error
        with _engine(place, f"{battle}.{over}", fight) as taken:
            queue = Queue(f"{battle}.{over}", database, place.executor, taken)
            _forget(battle, over)
            yield queue
    finally:
        database.dispose()


@contextmanager
def _engine(place: Place, name: str, fight: Callable[[str], Row]) -> Generator[Callable[[str], Any]]:
    """The durable engine, which takes from the queue of that name."""
    DBOS(
        config={
            "name": "skywright-battle",
            "system_database_url": place.url,
            "db_engine_kwargs": patience(place.url),
            "executor_id": place.executor,
            "application_version": place.version,
            "max_executor_threads": place.workers + 2,
            "notification_listener_polling_interval_sec": _LOOK_SECONDS,
            "enable_otlp": False,
            "log_level": "ERROR",
            "serializer": Json(),
        }
    )

    def trial(id: str) -> Any:
        return DBOS.run_step({"name": "fight"}, fight, id)

    registered = DBOS.workflow(name="trial", max_recovery_attempts=_MOST_DEATHS)(trial)
    DBOS.listen_queues([name])
    with one_at_a_time(place.url):
        DBOS.launch()
    try:
        DBOS.register_queue(
            name,
            worker_concurrency=place.workers,
            polling_interval_sec=_LOOK_SECONDS,
            on_conflict="always_update",
        )
        yield registered
    finally:
        DBOS.destroy(destroy_registry=True)


def _entered(database: sa.Engine, battle: str, executor: str) -> int:
    """How often the battle has been fought; this process is among those that fight it now."""
    for _ in range(_MOST_COLLISIONS):
        try:
            _tables.create_all(database)
            with database.begin() as connection:
                over = connection.execute(
                    sa.select(_rounds.c.over).where(_rounds.c.battle == battle)
                ).scalar()
                if over is None:
                    connection.execute(sa.insert(_rounds).values(battle=battle, over=0))
                connection.execute(sa.delete(_beats).where(_beats.c.executor == executor))
                connection.execute(
                    sa.insert(_beats).values(executor=executor, battle=f"{battle}.{over or 0}", beats=0)
                )
        except (IntegrityError, ProgrammingError):
            continue  # another process has just made the same table or row
        return over or 0
    raise Unavailable("the database cannot be written: others keep getting in the way")


def _forget(battle: str, over: int) -> None:
    """Delete all rounds but this one and the last, at which somebody may still be looking."""
    for round in range(over - 1):
        old = DBOS.list_workflows(
            workflow_id_prefix=f"{battle}.{round}/", load_input=False, load_output=False
        )
        DBOS.delete_workflows([one.workflow_id for one in old])


def _sentence(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


def stand_still() -> None:
    """Never go on: what is being fought in this thread has no end that may be written down."""
    threading.Event().wait()
