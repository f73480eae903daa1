"""Looking at a target: in a session that may only read, and what was seen kept with the run."""

import json
from contextlib import ExitStack
from typing import Any

from skywright.clouds.calling import Caller
from skywright.engine import evidence
from skywright.engine.evidence import regions_of
from skywright.engine.inventory import take_in
from skywright.engine.parts import Parts, principal
from skywright.engine.patient import Patient
from skywright.errors import Unavailable
from skywright.model.program import Program
from skywright.model.resource import Inventory, resource_of, row_of
from skywright.model.target import Upstream
from skywright.program.expand import instances
from skywright.state.runs import Run

_SESSION_SECONDS = 3600.0
_BEFORE, _AFTER = "inventory before", "left behind"


def reader(run: Run, parts: Parts, upstream: Upstream, sessions: ExitStack) -> Caller:
    """A caller that may look at the target and nothing else, until the sessions end."""
    session = parts.gate.session(principal(run, "reader"), upstream, lifetime_seconds=_SESSION_SECONDS)
    return Patient(parts.caller(parts.gate.endpoint, sessions.enter_context(session)), parts.pause)


def look_at(run: Run, parts: Parts, program: Program) -> Inventory:
    """The target's resources in the regions in which the program acts."""
    with ExitStack() as sessions:
        look = reader(run, parts, parts.accounts.reach(parts.target(run)), sessions)
        return parts.cloud(run).read_inventory(look, regions_of(program))


def look_again(run: Run, parts: Parts, program: Program) -> Inventory:
    """As `look_at`, after something was done: what is known of the target is what is there now.

    Raises:
        Unavailable: Something that a program relies on cannot be read any more.
    """
    target = parts.target(run)
    with ExitStack() as sessions:
        look = reader(run, parts, parts.accounts.reach(target), sessions)
        survey = parts.cloud(run).surveying.survey(look, regions_of(program))
    take_in(parts, target, survey)
    for needed in survey.lacking():
        raise Unavailable(needed.why)
    return survey.resources


def keep_inventory(run: Run, parts: Parts, inventory: Inventory) -> None:
    """Keep what was there before anything was done."""
    parts.runs.keep(run.id, _BEFORE, _text_of(inventory))


def kept_inventory(run: Run, parts: Parts) -> Inventory:
    """What `keep_inventory` kept."""
    text = parts.runs.kept(run.id, _BEFORE)
    if text is None:
        raise Unavailable(f"what run {run.id} saw before it acted was not kept")
    return _read(text)


def keep_left_behind(run: Run, parts: Parts, inventory: Inventory) -> None:
    """Keep how a run left what it changed."""
    parts.runs.keep(run.id, _AFTER, _text_of(inventory))


def left_behind(run: Run, parts: Parts) -> Inventory:
    """What `keep_left_behind` kept; nothing where it did not come so far."""
    return _read(parts.runs.kept(run.id, _AFTER) or "[]")


def _text_of(inventory: Inventory) -> str:
    return json.dumps([row_of(resource) for resource in inventory.values()])


def _read(text: str) -> Inventory:
    rows: list[dict[str, Any]] = json.loads(text)
    return {row["id"]: resource_of(row) for row in rows}


def named_in(program: Program) -> frozenset[str]:
    """Every string that the program gives as it stands; ids of what is there already are among them."""
    return evidence.named_in(instances(program))
