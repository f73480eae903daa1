"""A run that takes another back: whether it may, with which program, and what it would take away besides.

How a single call is taken back, and in which order calls are, is `undo`'s.
"""

from collections.abc import Iterator

from skywright.engine.bound import settled_way_back
from skywright.engine.look import kept_inventory, left_behind
from skywright.engine.parts import Parts
from skywright.engine.undo import WayBackOf
from skywright.engine.undoable import check_undoable
from skywright.errors import Refused, Usage
from skywright.model.advice import Advisory, Concern
from skywright.model.resource import Inventory
from skywright.program.text import dump
from skywright.state.drift import fields, short
from skywright.state.runs import Run


def undoing(undone: Run, parts: Parts) -> WayBackOf:
    """The way back from a run, as it is now; says what does not come back.

    Raises:
        Usage: There is nothing to take back.
        Refused: Nothing of it can be taken back, or it is not known whether a call happened.
    """
    way_back = settled_way_back(undone, parts, f"undo of {undone.id}")
    left = way_back.left()
    if not way_back.program.steps and not left:
        raise Usage(f"run {undone.id} changed nothing; there is nothing to undo")
    for lost in left:
        parts.progress.say(f"cannot be undone: {lost}")
    if not way_back.program.steps:
        raise Refused("irreversible", f"nothing of run {undone.id} can be undone: {'; '.join(left)}")
    return way_back


def advisories_of(way_back: WayBackOf) -> list[list[str]]:
    """What an undo's papers have of what does not come back."""
    return [[Concern.IRREVERSIBLE.value, lost] for lost in way_back.left()]


def plan_undo(run: Run, parts: Parts) -> Run:
    """The draft of an undo that was overtaken, made anew from what there is to take back by now."""
    undone = parts.runs.get(str(run.papers["undoes"]))
    check_undoable(undone, parts.runs)
    way_back = undoing(undone, parts)
    return parts.runs.note(run.id, draft=dump(way_back.program), advisories=advisories_of(way_back))


def lost_besides(run: Run, now: Inventory, parts: Parts) -> tuple[Advisory, ...]:
    """What others made of that which an undo sets back, since the run that it takes back; else nothing."""
    if "undoes" not in run.papers:
        return ()
    undone = parts.runs.get(str(run.papers["undoes"]))
    left = left_behind(undone, parts)
    before = kept_inventory(undone, parts) if left else {}
    return tuple(
        Advisory(Concern.DATA_LOSS, sentence)
        for id in sorted(before.keys() & left.keys() & now.keys())
        for sentence in _overwritten(id, before, left, now)
    )


def _overwritten(id: str, before: Inventory, left: Inventory, now: Inventory) -> Iterator[str]:
    was, after, present = (each[id].properties for each in (before, left, now))
    changed = {field for field, _, _ in fields(was, after)}
    for field, then, since in fields(after, present):
        if field in changed:
            yield (
                f"{now[id].type} {id}: {field} is {short(since)}, not {short(then)} as the run left it; "
                "what was made of it since may be lost"
            )
