"""Drift taken back: a program that makes things as they are meant to be, and what is expected after it.

Owns the joining of the ways back to one program, and the comparison at its end; how a thing is made as it
was is the cloud's knowledge. The program goes through the stages of any other.
"""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from skywright.clouds.base import Cloud
from skywright.clouds.restoring import Departure, Return
from skywright.engine.account import account_for, writes
from skywright.engine.adapt import present
from skywright.engine.fresh import STALE
from skywright.engine.look import kept_inventory, look_again
from skywright.engine.parts import Parts
from skywright.engine.undo import named_anew, waiting_together, without_secrets
from skywright.errors import Refused
from skywright.journal.calls import calls
from skywright.model.operation import Undoability
from skywright.model.program import Program, Step
from skywright.model.resource import Inventory, Resource, Survey
from skywright.model.target import Target
from skywright.model.values import Value, with_texts
from skywright.program.interpret import answer
from skywright.state.drift import MISSING, UNMANAGED, Difference, compare, told
from skywright.state.inventories import text_of
from skywright.state.runs import Run

CAME_BACK = "came_back_as"
"""Under this the program answers what came back under another identifier."""


@dataclass(frozen=True, slots=True)
class Reverting:
    """The way from how things are to how they are meant to be.

    Attributes:
        lost: what does not come back, a sentence each.
        reverted: (id, field) of what it is about.
        with_others: ids of what comes back, or goes, with others of these.
        meant: by id, how each of these was meant to be when this was made (`_meant`).
    """

    program: Program
    lost: tuple[str, ...]
    reverted: tuple[tuple[str, str], ...]
    with_others: tuple[str, ...]
    meant: Mapping[str, str]

    def papers(self) -> dict[str, object]:
        """What the run has to know beyond the program."""
        return {
            "reverts": [list(one) for one in self.reverted],
            "with_others": list(self.with_others),
            "meant": dict(self.meant),
            "advisories": [["irreversible", sentence] for sentence in self.lost],
        }


def reverting(parts: Parts, target: Target, differences: Sequence[Difference], cloud: Cloud) -> Reverting:
    """The program that takes the differences back, made from what is meant to be there and what is.

    Raises:
        Refused: Somebody settled one of them, or looked again and it is over, since they were found.
    """
    expected, there = parts.expectations.of(target.name), parts.inventories.at(target.name)
    meant = {id: one.resource for id, one in expected.items()}
    over = [one.id for one in differences if not _is_still(one, meant, there)]
    if over:
        raise Refused(STALE, f"{over[0]} is no more what it was a moment ago; nothing was done, ask again")
    found = cloud.retracing.returns(tuple(_departures(differences, meant, there)), there)
    names = (f"restore_{number}" for number in itertools.count(1))
    groups: list[list[Step]] = []
    renames: dict[str, str] = {}
    came_back: dict[str, str] = {}
    lost: list[str] = []
    for one in found:
        way = without_secrets(one.way)
        if way.undoability in (Undoability.NONE, Undoability.LOSSY):
            lost.append(f"{_named(one.of)}: {way.reason}")
        steps = [_with_new_names(step, renames) for step in named_anew(way, names, one.of.region)]
        new = _new_names(one, steps)
        renames |= new
        # By what made it: results of reads are not kept.
        came_back = {**new, **came_back}
        groups.append(steps)
    steps = tuple(waiting_together([group for group in groups if group]))
    program = Program(
        name=f"revert-{target.name}",
        steps=steps,
        cloud=cloud.name,
        region=steps[0].region if steps else "",
        answer={CAME_BACK: came_back} if came_back else {},
        source=f"drift of {target.name}",
    )
    told_of = {one.of.id for one in found}
    hopeless = told_of - {one.of.id for one in found if one.way.undoability is not Undoability.NONE}
    return Reverting(
        program,
        tuple(dict.fromkeys(lost)),
        tuple((one.id, one.field) for one in differences if one.id not in hopeless),
        tuple(dict.fromkeys(one.id for one in differences if not one.field and one.id not in told_of)),
        _meant(parts, target.name, {one.id for one in differences}),
    )


def insist_on_meant(run: Run, parts: Parts) -> None:
    """See that all of it is meant to be as it was when the way back was made; of other runs nothing is asked.

    Somebody may have adopted it since, or another run may have made it on purpose.

    Raises:
        Refused: Something is not.
    """
    meant: Mapping[str, str] = run.papers.get("meant", {})
    now = _meant(parts, run.request.target, meant)
    other = [id for id, digest in meant.items() if now[id] != digest]
    if other:
        says = f"{', '.join(other)} is not meant to be any more what it was when this was asked for"
        raise Refused(STALE, f"{says}; nothing was done, ask again")


def settle_reverted(run: Run, parts: Parts, after: Inventory, own: frozenset[str]) -> tuple[str, ...]:
    """Expect what was expected before drift was taken back, under the names that it has now.

    Returns:
        A sentence for each difference that was to be taken back and is there still.
    """
    target = run.request.target
    reverted = {(str(id), str(field)) for id, field in run.papers["reverts"]}
    expected = parts.expectations.of(target)
    renames = _came_back(run, parts)
    made = own - expected.keys() - {id for id, _ in reverted}
    replaced = {*renames, *(run.papers["with_others"] if renames else ())} & expected.keys()
    gone = {id: expected[id].resource for id in replaced}
    renames |= _brought(renames, gone, {id: after[id] for id in made if id in after})
    parts.expectations.settle(target, made | replaced, after, f"run {run.id}")
    parts.expectations.rename(target, renames, after)
    return tuple(_left(run, parts, reverted, renames, after))


def settle_half(run: Run, parts: Parts) -> None:
    """The same after a failure, as far as it came: what was made again is not made a second time.

    Raises:
        SkywrightError: It cannot be looked at.
    """
    after = look_again(run, parts, present(run))
    own = account_for(kept_inventory(run, parts), after, calls(parts.journal, run.id)).own
    settle_reverted(run, parts, after, own)


def _meant(parts: Parts, target: str, ids: Iterable[str]) -> Mapping[str, str]:
    """How each is meant to be, as a digest; empty if it is not meant to be there."""
    expected = parts.expectations.of(target)
    texts = {id: text_of(expected[id].resource) if id in expected else "" for id in ids}
    return {id: text and hashlib.sha256(text.encode()).hexdigest() for id, text in texts.items()}


def _came_back(run: Run, parts: Parts) -> dict[str, str]:
    """What came back under another identifier: the old one and the new."""
    done = writes(calls(parts.journal, run.id))
    results = {call.step: call.outcome.result for call in done if call.step and call.outcome}
    told = cast("Mapping[str, Any]", answer(present(run), results))
    return {old: new for old, new in told.get(CAME_BACK, {}).items() if isinstance(new, str)}


def _brought(renames: Mapping[str, str], gone: Inventory, made: Inventory) -> Mapping[str, str]:
    """What came with a thing that was made again, for what had gone with it: where it is one of its kind."""
    found: dict[str, str] = {}
    for old, new in renames.items():
        if old in gone and new in made:
            parts = [
                [one for id, one in there.items() if id in owner.depends_on]
                for owner, there in ((gone[old], gone), (made[new], made))
            ]
            for one in parts[0]:
                alike = [[each for each in side if each.type == one.type] for side in parts]
                if len(alike[0]) == len(alike[1]) == 1:
                    found.setdefault(one.id, alike[1][0].id)
    return {old: new for old, new in found.items() if old not in renames}


def _left(
    run: Run, parts: Parts, reverted: set[tuple[str, str]], renames: Mapping[str, str], after: Inventory
) -> Iterator[str]:
    target, follows = run.request.target, parts.cloud(run).retracing.follows
    expected = parts.expectations.of(target)
    everywhere = {(one.resource.type, one.resource.region) for one in expected.values()}
    survey = Survey(after, frozenset(everywhere))
    for one in compare(expected, survey, {}, run.created):
        was = {(one.id, one.field), *((old, one.field) for old, new in renames.items() if new == one.id)}
        if was & reverted and not follows(one.resource.type, one.field):
            yield told(one)


def _is_still(one: Difference, meant: Inventory, there: Inventory) -> bool:
    known = (one.id in meant) == (one.kind != UNMANAGED)
    return known and (one.kind == MISSING or one.id in there)


def _departures(differences: Sequence[Difference], meant: Inventory, there: Inventory) -> Iterator[Departure]:
    for id, ours in itertools.groupby(differences, lambda one: one.id):
        found = tuple(ours)
        if found[0].kind == MISSING:
            yield Departure(meant[id], None)
        elif found[0].kind == UNMANAGED:
            yield Departure(None, there[id])
        else:
            yield Departure(meant[id], there[id], tuple(one.field for one in found))


def _new_names(one: Return, steps: Sequence[Step]) -> Mapping[str, str]:
    last = next((step for step in reversed(steps) if step.operation is not None), None)
    return {} if last is None else {old: f"${{{last.id}.{path}}}" for old, path in one.renames.items()}


def _with_new_names(step: Step, renames: Mapping[str, str]) -> Step:
    """The step about what came back under another name, not about what is gone."""

    def change(text: str) -> Value:
        return renames.get(text, text)

    arguments = cast("Mapping[str, Value]", with_texts(step.arguments, change))
    return replace(step, arguments=arguments)


def _named(one: Resource) -> str:
    return f"{one.type} {one.name} ({one.id})" if one.name and one.name != one.id else f"{one.type} {one.id}"
