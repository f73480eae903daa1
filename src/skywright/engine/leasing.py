"""Which leases a program needs, and a run's having them before it acts.

Owns what counts as needed: to write what its steps change, and what goes with what they destroy; to read
what they name besides, and all that any of these needs. What is made on the way the gate leases as it
appears, and what only shows on the way when it is written.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from skywright.clouds.base import Cloud
from skywright.clouds.future import Breach, Future, Planned
from skywright.engine.fresh import STALE
from skywright.engine.look import kept_inventory, named_in
from skywright.engine.parts import Parts
from skywright.engine.place import seconds_left
from skywright.errors import Refused
from skywright.model.lease import Mode, Wanted
from skywright.model.operation import Effect
from skywright.model.program import Program
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value
from skywright.program.expand import instances
from skywright.program.foresee import carry_out
from skywright.state.graph import Graph, dependents, graph
from skywright.state.holding import Holding
from skywright.state.runs import Run

_MOST_SECONDS: Final = 300.0
"""How long a run waits for others, if its deadline does not come before."""

_LOOK_SECONDS: Final = 0.2
_PURPOSE: Final = 100
"""So many letters of a request are shown to others."""


def hold(run: Run, parts: Parts, wanted: Wanted) -> Holding:
    """Have this process hold leases for the run; waits for others who have them.

    Raises:
        Refused: They were not to be had in time, or one was lost to another while the run stood still.
        Unavailable: The deadline has passed.
    """
    realm = parts.target(run).realm
    if run.papers.get("realm") != realm:
        parts.runs.note(run.id, realm=realm)
    holding = parts.holdings.of(realm, run.id, purpose_of(run))
    patience = min(_MOST_SECONDS, seconds_left(run, parts))
    until = parts.clock() + patience
    blocked = holding.try_take(wanted)
    told = ""
    while blocked is not None:
        if blocked.hopeless:
            raise Refused("lease-deadlock", f"{blocked.says}, and waits for what this run has")
        if parts.clock() >= until:
            holding.leave(blocked.ticket)
            raise Refused("lease-held", f"{blocked.says}; waited for {patience:.0f} s")
        if blocked.says != told:
            told = blocked.says
            parts.progress.say(f"waiting: {told}")
        parts.pause(_LOOK_SECONDS)
        blocked = holding.try_take(wanted, blocked.ticket)
    return holding


def wanted_of(run: Run, parts: Parts, program: Program) -> Wanted:
    """The leases that a program needs at the run's target, as that was seen last."""
    return wanted_by(program, kept_inventory(run, parts), parts.cloud(run))


def purpose_of(run: Run) -> str:
    """What others are told that a run's leases are for; of a guest its name alone: its arguments may be
    secret.
    """
    given = run.request.words.split()
    words = " ".join(given[:1] if run.request.modality == "guest" else given)
    return words if len(words) <= _PURPOSE else f"{words[: _PURPOSE - 1]}…"


def leases_number(run: Run, parts: Parts) -> int:
    """The number by which it can be told later whose leases ended after this moment."""
    return parts.holdings.store.number(parts.target(run).realm)


def insist_on_what_was_read(run: Run, parts: Parts, wanted: Wanted) -> bool:
    """See that nothing that the run is to change was changed by another since the run began to read.

    What the program says of a thing may have been worked out from what the thing was: ten more than now.

    Returns:
        Whether all else that the run relies on was in nobody's hands since its proof looked at it.

    Raises:
        Refused: Something was.
    """
    read, proven = (int(run.papers.get(paper, 0)) for paper in ("read_at", "proven_after"))
    changing = [id for id, mode in wanted.items() if mode is Mode.WRITE]
    for id, other in _written_by_others(run, parts, changing, read).items():
        raise Refused(
            STALE, f"since this run read it, run {other} has changed {id}; nothing was done, ask again"
        )
    return not _written_by_others(run, parts, wanted, proven)


def _written_by_others(run: Run, parts: Parts, resources: Collection[str], number: int) -> Mapping[str, str]:
    realm = parts.target(run).realm
    return parts.holdings.store.written_since(realm, resources, number, run.id)


def wanted_by(program: Program, inventory: Inventory, cloud: Cloud) -> Wanted:
    """The leases that a program needs, as far as that can be told before."""
    watch = _Watch(cloud, cloud.future(inventory) if cloud.future is not None else None)
    carry_out(instances(program), watch)
    literal = named_in(program)
    known = graph(inventory, cloud.surveying.containers, cloud.surveying.parts)
    # What else a step names are things that are not made yet, under the names that the future gives them.
    there = inventory.keys() | literal
    changed = watch.changed & there
    changed |= set(_going_with(watch.destroyed & inventory.keys(), known, cloud.surveying.parts))
    named = (watch.named & there) | (literal & inventory.keys())
    needed = set(_needed_by(changed | named, inventory))
    return dict.fromkeys(named | needed, Mode.READ) | dict.fromkeys(changed, Mode.WRITE)


def _going_with(destroyed: Iterable[str], known: Graph, parts: Sequence[str]) -> Iterable[str]:
    """What ends with what is destroyed, or cannot be without it: its own parts, and all that needs it."""
    for id in destroyed:
        yield from dependents(known, id)
        for needed in known.inventory[id].depends_on:
            one = known.inventory.get(needed)
            if one is not None and one.type in parts and len(known.needed_by[needed]) == 1:
                yield needed


def _needed_by(ids: Iterable[str], inventory: Inventory) -> Iterable[str]:
    """Everything that these need, directly or not."""
    waiting, seen = set(ids), set[str]()
    while waiting:
        seen |= waiting
        needed = {each for id in waiting if id in inventory for each in inventory[id].depends_on}
        waiting = (needed & inventory.keys()) - seen
        yield from waiting


class _Watch:
    """A future that notes what its steps concern."""

    def __init__(self, cloud: Cloud, inner: Future | None) -> None:
        self._cloud = cloud
        self._inner = inner
        self.changed: set[str] = set()
        self.named: set[str] = set()
        self.destroyed: set[str] = set()

    def step(self, step: Planned) -> Value:
        if not step.waits:
            effects = self._cloud.effects
            changed, named = effects.concerned(step.operation, step.arguments)
            self.changed |= changed
            self.named |= named
            if effects.effect(step.operation) is Effect.DESTROY:
                self.destroyed |= changed
        return self._inner.step(step) if self._inner is not None else None

    def end(self) -> tuple[Sequence[Breach], Sequence[tuple[str, Resource]]]:
        return ((), ()) if self._inner is None else self._inner.end()
