"""What a run's calls account for: what it made, and whether anything else changed meanwhile."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from typing import Any

from skywright.clouds.base import Cloud
from skywright.journal.calls import calls
from skywright.journal.chain import Journal
from skywright.model.call import Call, Trace
from skywright.model.resource import Inventory, Resource
from skywright.model.run import Status
from skywright.model.values import texts
from skywright.model.verdict import Decision
from skywright.state.passing import ends, settled, without_address
from skywright.state.runs import Run


def performed(trace: Trace) -> Trace:
    """The calls that reached the target, without those of the rehearsal and of mere looking."""
    return tuple(call for call in trace if call.principal.kind in ("perform", "guest"))


def writes(trace: Trace) -> Trace:
    """The changes that the cloud accepted, each once, in order."""
    done = (call for call in performed(trace) if call.effect.mutates and call.outcome is not None)
    return tuple(call for call in done if call.outcome and call.outcome.ok and not call.outcome.replayed)


def outcome_of(trace: Trace, cloud: Cloud) -> dict[str, Any]:
    """Resources made or changed, and the tally of calls, as a run's papers keep them."""
    touched: dict[str, tuple[str, str]] = {}
    for call in writes(trace):
        for id, type in (
            *cloud.effects.made(call),
            *cloud.effects.touched(call.operation, call.arguments),
        ):
            touched.setdefault(id, (type, call.region))
    mine = performed(trace)
    return {
        "resources": [[id, type, region] for id, (type, region) in touched.items()],
        "calls": {
            "read": sum(1 for call in mine if call.outcome and not call.effect.mutates),
            "write": len(writes(trace)),
            "refused": sum(1 for call in mine if call.verdict.decision is not Decision.ALLOW),
        },
    }


def outcome_of_run(journal: Journal, run: Run, cloud: Cloud) -> dict[str, Any]:
    """`outcome_of` for a run that has ended, however it has: what it took back itself is not left."""
    outcome = outcome_of(calls(journal, run.id), cloud)
    if run.status is Status.ROLLED_BACK:
        return {**outcome, "resources": []}
    back = writes(calls(journal, rollback_of(run.id)))
    taken = {id for call in back for id, _ in cloud.effects.touched(call.operation, call.arguments)}
    return {**outcome, "resources": [row for row in outcome["resources"] if row[0] not in taken]}


def rollback_of(run: str) -> str:
    """The name under which a run's rollback acts, so that undo never takes it for a part of the run."""
    return f"{run}-rollback"


@dataclass(frozen=True, slots=True)
class Accounted:
    """What changed between two inventories.

    Attributes:
        own: ids of what a run's calls explain.
        strange: what they do not, a sentence each.
    """

    own: frozenset[str]
    strange: tuple[str, ...]


def account_for(before: Inventory, after: Inventory, trace: Trace) -> Accounted:
    """What changed between two inventories, and whether the run's calls explain it.

    A resource is explained if its id occurs in a change's arguments or result, or if it
    hangs, directly or not, on a changed one that is: an instance brings its disk and its
    interface. So is what is fastened to one that is, if only its public address is another: a machine
    that stops gives it back. What is merely named, as the network that an instance goes into,
    explains nothing else that is in it. A machine that was made before and boots meanwhile has not
    changed, and one that was ending may be gone, with what hangs on it.
    """
    both = {**before, **after}
    changed = {id: both[id] for id in both if _settled(before, id) != _settled(after, id)}
    named = {text for call in writes(trace) for text in named_by(call)}
    own = _with_what_hangs(named & changed.keys(), changed, before, after)
    own |= {
        id for id in changed.keys() & before.keys() & after.keys() if _follows(before[id], after[id], own)
    }
    ended = {id for id in changed if id not in after and ends(before[id])}
    strange = changed.keys() - own - _with_what_hangs(ended, changed, before, after)
    sentences = tuple(sorted(_describe(both[id], before, after) for id in strange))
    return Accounted(own, sentences)


def _settled(inventory: Inventory, id: str) -> object:
    one = inventory.get(id)
    return one and (replace(one, properties={}), settled(one.properties))


def _follows(before: Resource, after: Resource, own: Set[str]) -> bool:
    """Whether it is fastened to a thing of the run's, and only its public address is another."""
    fastened = before.properties.get("Attachment")
    if fastened is None or own.isdisjoint(texts(fastened)):
        return False
    one, other = (replace(each, properties={}) for each in (before, after))
    same = without_address(settled(before.properties)) == without_address(settled(after.properties))
    return one == other and same


def _with_what_hangs(
    known: Set[str], changed: Inventory, before: Inventory, after: Inventory
) -> frozenset[str]:
    known, grown = frozenset(known), True
    while grown:
        hanging = {id for id in changed if known & (needed(before, id) | needed(after, id))}
        held = {
            id for one in known for id in changed[one].depends_on if (id in before) != (id in after)
        } & changed.keys()
        grown = not hanging | held <= known
        known |= hanging | held
    return known


def needed(inventory: Inventory, id: str) -> frozenset[str]:
    """What a thing hangs on; nothing if it is not there."""
    return frozenset(inventory[id].depends_on) if id in inventory else frozenset()


def _describe(resource: Resource, before: Inventory, after: Inventory) -> str:
    what = "is new" if resource.id not in before else "is gone" if resource.id not in after else "changed"
    return f"{resource.type} {resource.id} {what}"


def named_by(call: Call) -> Iterator[str]:
    """Every string that a call was given or that came of it; ids are among them."""
    yield from texts(call.arguments)
    if call.outcome is not None:
        yield from texts(call.outcome.result)
