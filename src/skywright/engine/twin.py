"""A target's twin: an account of the gym in which everything that the target has is made again by a program.

Owns its making and its keeping up to date. The program is `clouds.base.Remaking`'s; what of it fails is told
with all that needs it.
"""

import re
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from skywright.clouds.base import Cloud
from skywright.clouds.calling import Caller
from skywright.clouds.restoring import Founded, Lacking, Remade, Remaking
from skywright.engine.inventory import refresh
from skywright.engine.parts import Parts
from skywright.errors import CloudFailed
from skywright.model.program import Program, Step
from skywright.model.resource import Survey
from skywright.model.target import Target, Upstream
from skywright.model.values import Value, texts
from skywright.model.verdict import Principal
from skywright.program import wait
from skywright.program.interpret import resolved
from skywright.program.references import BadReference, search
from skywright.program.resolving import Scope, Unresolved
from skywright.state.twins import Twin, seen_in

_SESSION_SECONDS = 3600.0
_PATIENCE_SECONDS = 20.0
_AT_ONCE = 4
_REFERENCE = re.compile(r"\$\{([\w-]+)\.")
"""The step that a reference is to."""

Hand = Callable[[Sequence[str]], Caller]
"""Calls the twin's operations; what they make is to have the ids given, in that order."""


@dataclass(frozen=True, slots=True)
class Read:
    """A target as it is now.

    Attributes:
        known: its inventory.
        survey: more than that: all that is needed to make it again.
        founded: what of it no call makes.
    """

    known: Survey
    survey: Survey
    founded: Founded
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A twin, and the program that made it."""

    twin: Twin
    program: Program


def read(parts: Parts, target: Target, regions: Sequence[str] = ()) -> Read:
    """Look at all that a twin needs, in a session that may only look.

    Args:
        regions: where; none: in all that the account may use.
    """
    renewal = refresh(parts, target, regions)
    remaking = _remaking(parts.clouds["aws"])
    with _looking(parts, target, parts.accounts.reach(target)) as look:
        survey = remaking.survey(look, renewal.regions)
        founded = remaking.founded(look, survey.resources, renewal.regions)
    return Read(renewal.survey, survey, founded, renewal.regions)


@contextmanager
def _looking(parts: Parts, target: Target, upstream: Upstream) -> Generator[Caller]:
    who = Principal("twin", "reader", "", "sdk", target.name)
    with parts.gate.session(who, upstream, lifetime_seconds=_SESSION_SECONDS) as credential:
        yield parts.caller(parts.gate.endpoint, credential)


def make(parts: Parts, target: Target, account: str, seen: Read) -> Made:
    """Make a twin of what was read, under that name in the gym.

    Raises:
        Usage: The name is taken, or none.
        Unavailable: The gym does not answer.
    """
    remade = _remaking(parts.clouds["aws"]).remake(
        seen.survey.resources, seen.founded.ids, f"twin of {target.name}"
    )
    number = parts.accounts.who(target).account
    upstream, left_out = parts.accounts.found(account, number, seen.founded.described)
    try:
        made = carry_out(remade, lambda ids: parts.accounts.builder(upstream, ids), parts.pause, parts.clock)
        parts.accounts.settle(account)
    except BaseException:
        parts.accounts.remove(account)
        raise
    lacking = tuple(_lacking(seen, remade, made, left_out))
    ids = {**{id: id for id in seen.founded.ids}, **made.ids}
    twin = Twin(account, target.name, parts.clock(), seen.regions, seen_in(seen.known), ids, lacking)
    parts.twins.keep(twin)
    return Made(twin, remade.program)


@contextmanager
def opened(
    parts: Parts, target: Target, regions: Sequence[str], named: Collection[str] = ()
) -> Generator[Upstream]:
    """A sandbox filled with a copy of the target, thrown away at the end.

    Where the target has a twin, it is a copy of that, after it was made anew if the target is not what it
    was; where it has none, of a real target only what the gym can be told is in it.

    Args:
        named: ids that will be referred to in it, of things that may not be the target's own.
    """
    twin = None if target.kind == "gym" else parts.twins.of(target.name)
    if twin is None or not set(regions) <= set(twin.regions) or not parts.accounts.ready(twin.account):
        with parts.accounts.twin(target, regions, named) as upstream:
            yield upstream
        return
    renewal = refresh(parts, target, regions)
    outdated = twin.outdated(renewal.survey)
    if outdated:
        parts.progress.say(f"{twin.account} is made anew: {len(outdated)} things are not what they were")
        seen = read(parts, target, twin.regions)
        parts.accounts.remove(twin.account)
        twin = make(parts, target, twin.account, seen).twin
    for sentence in _missed(twin, named):
        parts.progress.say(f"not in the twin: {sentence}")
    there = parts.accounts.reach(target)
    with _looking(parts, target, there) as look:
        others = _remaking(parts.clouds["aws"]).others(look, regions, named)
    with parts.accounts.copy(twin.account, target.region or there.region, others) as upstream:
        yield upstream


def _missed(twin: Twin, named: Collection[str]) -> Iterator[str]:
    """What will be referred to and is not there, or is not there under its id."""
    for one in twin.lacking:
        if one.id in named and one.whole:
            yield f"{one.type} {one.id}: {one.why}"
    for id in sorted(twin.renamed().keys() & set(named)):
        yield f"{id} under its own id; the gym cannot give it"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a program that makes things again.

    Attributes:
        ids: of things, and those that the things made again have.
        failed: by step, why it was not done.
    """

    ids: Mapping[str, str]
    failed: Mapping[str, str]


def carry_out(
    remade: Remade, hand: Hand, pause: Callable[[float], None], clock: Callable[[], float]
) -> Outcome:
    """Do every step that can be done; one that fails leaves the others alone that do not need it."""
    results: dict[str, Value] = {}
    failed: dict[str, str] = {}

    def tried(step: Step) -> "Value | _Failed":
        try:
            return _do(step, hand(remade.wishes.get(step.id, ())), results, pause, clock)
        except Unresolved as problem:
            return _Failed(f"it needs what could not be made ({remade.origins.get(problem.name, problem)})")
        except CloudFailed as problem:
            return _Failed(f"{problem.message} ({problem.code})")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for batch in _batches(remade.program.steps):
            for step, result in zip(batch, pool.map(tried, batch), strict=True):
                if isinstance(result, _Failed):
                    failed[step.id] = result.why
                else:
                    results[step.id] = result
    ids: dict[str, str] = {}
    for id, (step, path) in remade.made.items():
        found = (search(path, results[step]) if path else id) if step in results else None
        if isinstance(found, str):
            ids[id] = found
    return Outcome(ids, failed)


@dataclass(frozen=True, slots=True)
class _Failed:
    why: str


def _batches(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Neighbours that do the same and need nothing of each other, so that all may be done at once."""
    batch: list[Step] = []
    for step in steps:
        like = batch and (step.operation, step.region) == (batch[0].operation, batch[0].region)
        if not like or not _named_by(step).isdisjoint(other.id for other in batch):
            yield batch
            batch = []
        batch.append(step)
    yield batch


def _named_by(step: Step) -> frozenset[str]:
    return frozenset(name for text in texts(step.arguments) for name in _REFERENCE.findall(text))


def _do(
    step: Step,
    caller: Caller,
    results: Mapping[str, Value],
    pause: Callable[[float], None],
    clock: Callable[[], float],
) -> Value:
    assert step.operation is not None
    arguments = resolved(step.arguments, Scope(results))
    try:
        for _ in wait.pauses(_PATIENCE_SECONDS, pause, clock):
            result = caller.call(step.operation, arguments, step.region)
            if step.until is None or wait.holds(step.until, result):
                return result
    except CloudFailed as problem:
        if problem.code in step.tolerate:
            return {}
        raise
    except BadReference as problem:
        raise CloudFailed(str(step.operation), "BadReference", str(problem)) from problem
    raise wait.timed_out(f"{step.id}, {step.operation}", _PATIENCE_SECONDS)


def _lacking(seen: Read, remade: Remade, made: Outcome, left_out: Sequence[str]) -> Iterator[Lacking]:
    for unread in seen.survey.unread:
        yield Lacking("", ", ".join(unread.types), unread.region, "", unread.why, whole=True)
    for sentence in left_out:
        yield Lacking("", "", "", "", sentence, whole=False)
    yield from remade.lacking
    for step, why in made.failed.items():
        its = seen.survey.resources[remade.origins[step]]
        yield Lacking.of(its, why, whole=its.id in remade.made and its.id not in made.ids)


def _remaking(cloud: Cloud) -> Remaking:
    assert cloud.remaking is not None
    return cloud.remaking
