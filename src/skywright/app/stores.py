"""What is kept from one command to the next: all that a command needs that only looks.

It is apart from the rest so that `skywright runs` need not wait for the gate, the engine and the
brains to be imported.
"""

import os
import pwd
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from sqlalchemy import Engine

from skywright.app.sandbox import Sandbox
from skywright.journal.chain import Journal
from skywright.memory.store import Memory
from skywright.state.database import open_database, open_shared, parse
from skywright.state.expectations import Expectations
from skywright.state.inventories import Inventories
from skywright.state.leases import Leases
from skywright.state.preferences import Preferences
from skywright.state.results import Results
from skywright.state.runs import Runs
from skywright.state.shelves import Shelves
from skywright.state.targets import Targets
from skywright.state.twins import Twins

_DATABASE: Final = "SKYWRIGHT_DATABASE"


@dataclass
class Stores(Sandbox):
    """The state of one home. Nothing is opened before it is asked for."""

    opened: ExitStack = field(default_factory=ExitStack, kw_only=True)

    def close(self) -> None:
        """Close what was opened. What the gym holds stays."""
        self.opened.close()

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.database, self.home.runs)

    @cached_property
    def targets(self) -> Targets:
        return Targets(self.database)

    @cached_property
    def preferences(self) -> Preferences:
        return Preferences(self.database, _user(), time.time)

    @cached_property
    def inventories(self) -> Inventories:
        return Inventories(self.database, time.time)

    @cached_property
    def twins(self) -> Twins:
        return Twins(self.database)

    @cached_property
    def shelves(self) -> Shelves:
        return Shelves(self.database, self.home.kept)

    @cached_property
    def expectations(self) -> Expectations:
        return Expectations(self.database, time.time)

    @cached_property
    def results(self) -> Results:
        return Results(self.database)

    @cached_property
    def leases(self) -> Leases:
        """In the database of all the rest, or in that which `SKYWRIGHT_LEASES` names."""
        url = self.environment.get("SKYWRIGHT_LEASES")
        return Leases(self._shared(url) if url else self.database)

    @cached_property
    def memory(self) -> Memory:
        """In the database of all the rest, or in that which `SKYWRIGHT_MEMORY` names."""
        url = self.environment.get("SKYWRIGHT_MEMORY")
        return Memory(self._shared(url) if url else self.database)

    @cached_property
    def journal(self) -> Journal:
        return Journal.open(self.database, self.home.keys, time.time)

    def _shared(self, url: str) -> Engine:
        shared = open_shared(url)
        self.opened.callback(shared.dispose)
        return shared

    @cached_property
    def database(self) -> Engine:
        """This home's own file, or what `SKYWRIGHT_DATABASE` names, for all machines that share it."""
        url = self.environment.get(_DATABASE)
        if url:
            return self._shared(url)
        engine = open_database(self.home.database)
        self.opened.callback(engine.dispose)
        return engine

    @property
    def engine_url(self) -> str:
        """Where the durable engine keeps its own tables: beside the runs, which go on from there."""
        url = self.environment.get(_DATABASE)
        return parse(url).render_as_string(hide_password=False) if url else self.home.engine_url


def _user() -> str:
    """Who uses this machine's account, as the system knows it: no environment can say otherwise."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
