"""Bound sessions: for an attempt, with its leases, and to find out what is in doubt before a way back."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import replace

from skywright.engine.adapt import present
from skywright.engine.evidence import changes_anything
from skywright.engine.leasing import hold, wanted_of
from skywright.engine.parts import Parts, principal
from skywright.engine.undo import WayBackOf, way_back_of
from skywright.journal.calls import calls
from skywright.model.program import Program
from skywright.model.target import Credential, Upstream
from skywright.state.holding import Holding
from skywright.state.runs import Run

_SESSION_SECONDS = 4 * 3600.0


@contextmanager
def bound_session(
    run: Run, parts: Parts, program: Program, name: str
) -> Generator[tuple[Credential, Upstream]]:
    """A session that lets this program through and nothing else, and where it leads.

    Args:
        name: under which it acts; what was done under that name before counts as done.

    Raises:
        Refused: The leases that the program needs cannot be had.
        Unavailable: The target cannot be reached.
    """
    changes = changes_anything(program, parts.cloud(run))
    leases = hold(run, parts, wanted_of(run, parts, program)) if changes else None
    with _session(run, parts, program, name, leases) as found:
        yield found


@contextmanager
def _session(
    run: Run, parts: Parts, program: Program, name: str, leases: Holding | None
) -> Generator[tuple[Credential, Upstream]]:
    who = replace(principal(run, "perform", str(run.papers["modality"])), run=name)
    upstream = parts.accounts.reach(parts.target(run))
    with parts.gate.session(
        who, upstream, lifetime_seconds=_SESSION_SECONDS, program=program, leases=leases
    ) as credential:
        yield credential, upstream


def settled_way_back(run: Run, parts: Parts, name: str) -> WayBackOf:
    """The way back from a run, after looking whether the calls happened whose outcome is not known.

    Raises:
        Refused, Unavailable: The target cannot be looked at.
    """
    way_back = way_back_of(calls(parts.journal, run.id), parts.cloud(run), name)
    if not way_back.in_doubt or "program" not in run.papers or "modality" not in run.papers:
        return way_back

    def contested(resources: Collection[str], fence: int) -> bool:
        store, realm = parts.holdings.store, parts.target(run).realm
        return bool(store.contested(realm, resources, fence, run.id))

    # It only looks, so it needs no leases.
    with _session(run, parts, present(run), run.id, None) as (credential, _):
        parts.gate.settle(credential, contested)
    return way_back_of(calls(parts.journal, run.id), parts.cloud(run), name)
