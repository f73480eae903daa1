"""From what was done to a program: the trace of an attempt, distilled.

Owns which calls become steps. Generic over services: failed attempts vanish, reads that nothing
depends on drop out, polling becomes waiting, values from earlier answers become references, like
steps fold. With a draft, its steps lend their words (ids, notes, repetition, undo) to the calls
that carried them out; what was sent stays the authority.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from skywright.clouds.calling import Catalogue
from skywright.model.call import Trace
from skywright.model.operation import Effect
from skywright.model.program import Expectation, Parameter, Program, Step
from skywright.model.values import Value, with_texts
from skywright.program.align import Alignment, align
from skywright.program.expand import specialise
from skywright.program.fold import fold
from skywright.program.identify import Flow
from skywright.program.noise import Done, quiet
from skywright.program.poll import Poll, meaning, polls
from skywright.program.references import BadReference, Reference, Scope, parse, references, resolve, write

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")


_NOTHING: Mapping[str, Value] = {}


def lift(
    trace: Trace,
    catalogue: Catalogue,
    draft: Program | None,
    parameters: Mapping[str, Value],
    answer: Mapping[str, Value] = _NOTHING,
) -> Program:
    """Distil a trace.

    Args:
        draft: the program that was carried out, if one was.
        parameters: values by name: of the draft's parameters; without a draft, strings that become
            references to parameters where they were sent whole.
        answer: without a draft, what was told at the trace's end; what of it came from the cloud becomes
            references.

    Raises:
        Malformed: The values are not the draft's.
    """
    calls = quiet(trace, catalogue)
    if draft is None:
        return _without_draft(calls, catalogue, parameters, answer)
    return _with_draft(calls, catalogue, draft, parameters)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A call, or a poll, that becomes a step.

    Attributes:
        poll: set if it waits.
        read: whether its answer is referred to, so that a wait needs a read beside it.
    """

    number: int
    done: Done
    arguments: Mapping[str, Value]
    poll: Poll | None
    read: bool


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a draft tells of a trace.

    Attributes:
        claimed: the numbers of the calls that are its steps.
        taken: names that mean something already.
        there: what says which identifiers were there before anything was done.
        answer: what was told after the last call.
    """

    claimed: frozenset[int] = frozenset()
    taken: Sequence[str] = ()
    there: Sequence[Value] = ()
    answer: Mapping[str, Value] = field(default_factory=dict[str, Value])


def _there(draft: Program, calls: Sequence[Done], claimed: Collection[int]) -> list[Value]:
    """What the draft names, and what reads of its modality's own found before the first change.

    A modality that plans for itself looks at everything first. What it finds there is meant by its
    identifier; where it stands in some answer's list says nothing.
    """
    found: list[Value] = [draft.values(), *(dict(step.arguments) for step in draft.steps)]
    for number, done in enumerate(calls):
        if done.effect.mutates:
            break
        if number not in claimed:
            found.append(done.result)
    return found


def _without_draft(
    calls: Sequence[Done], catalogue: Catalogue, values: Mapping[str, Value], answer: Mapping[str, Value]
) -> Program:
    names: dict[int, str] = {}
    kept, told = _keep(calls, catalogue, names, _Draft(taken=tuple(values), answer=answer))
    regions = Counter(one.done.region for one in kept)
    region = regions.most_common(1)[0][0] if regions else ""
    steps = [step for one in kept for step in _steps(one, names[one.number], region)]
    # The answer is folded as if it were one more step, so that its references follow.
    *folded, last = fold([*steps, Step("answer", arguments=told)])
    program = Program("distilled", tuple(folded), region=region, answer=last.arguments, source="distilled")
    return _parametrised(program, values)


def _with_draft(
    calls: Sequence[Done], catalogue: Catalogue, draft: Program, values: Mapping[str, Value]
) -> Program:
    special = specialise(draft, values)
    alignment = align(special, calls, catalogue)
    names = alignment.names()
    claimed = {number for found in alignment.claims.values() for numbers in found for number in numbers}
    region = str(resolve(special.region, Scope(special.values())))
    taken = [step.id for step in draft.steps] + [parameter.name for parameter in draft.parameters]
    told = _Draft(frozenset(claimed), taken, _there(special, calls, claimed))
    kept, _ = _keep(calls, catalogue, names, told)
    placed = list(_placed(draft, special, alignment))
    placed += [(one.number, step) for one in kept for step in _steps(one, names[one.number], region)]
    steps = tuple(step for _, step in sorted(placed, key=lambda row: row[0]))
    program = replace(draft, steps=steps, parameters=special.parameters, source="distilled")
    return _live(_closed(program), catalogue)


def _placed(draft: Program, special: Program, alignment: Alignment) -> Iterator[tuple[float, Step]]:
    """The draft's steps that were carried out as they stand there: each where its first call was, a wait
    where its last was.
    """
    done = {step.id for step in special.steps}
    place = -1.0
    for step in draft.steps:
        if step.id in done and step.id in alignment.claims:
            found = alignment.claims[step.id]
            if found:
                waits = step.waiter is not None or step.until is not None
                place = float(found[-1][-1] if waits else found[0][0])
            yield place, replace(step, when=None)


def _keep(
    calls: Sequence[Done],
    catalogue: Catalogue,
    names: dict[int, str],
    draft: _Draft,
) -> tuple[list[_Kept], dict[str, Value]]:
    """The calls that become steps of their own, and what was told in references to them.

    `names` gets their names, beside those it has.
    """
    claimed = draft.claimed
    waited: dict[int, Poll] = {}
    left: set[int] = set()
    for last, numbers in polls(calls).items():
        if claimed.isdisjoint(numbers):
            left |= set(numbers[:-1])
            poll = meaning([calls[number] for number in numbers], catalogue)
            if poll is not None:
                waited[last] = poll
    flowing = [number for number in range(len(calls)) if number not in left]
    alive = {
        number
        for number in flowing
        if number not in claimed
        and (number in waited or (calls[number].effect is not Effect.READ and calls[number].code is None))
    }
    every = {number: "any" for number in flowing if calls[number].code is None}
    flow = _flow(calls, flowing, every | names, draft)
    read = flow[len(calls)][1] - claimed
    alive |= read
    for number in reversed(flowing):
        if number in alive | read and number not in claimed:
            read |= flow[number][1] - claimed
            alive |= flow[number][1] - claimed
    fresh = _Fresh(draft.taken)
    for number in sorted(alive):
        names[number] = fresh.name(calls[number], waited.get(number), number in read)
    said = {n: name for n, name in names.items() if n in claimed or n in alive}
    final = _flow(calls, flowing, said, draft)
    kept = [
        _Kept(number, calls[number], final[number][0], waited.get(number), number in read)
        for number in sorted(alive)
    ]
    return kept, final[len(calls)][0]


def _flow(
    calls: Sequence[Done], flowing: Sequence[int], names: Mapping[int, str], draft: _Draft
) -> dict[int, tuple[dict[str, Value], set[int]]]:
    """Each call's arguments with references, and the numbers of the calls that they refer to; after the
    last call's those of the answer.
    """
    flow = Flow()
    flow.there(draft.there)
    found: dict[int, tuple[dict[str, Value], set[int]]] = {}
    for number in flowing:
        done = calls[number]
        used: set[int] = set()
        arguments = {name: flow.refer(value, names, used) for name, value in done.arguments.items()}
        found[number] = (arguments, used)
        flow.sent(done.arguments, done.region)
        if done.code is None:
            flow.answered(number, done.result, done.output)
    used = set[int]()
    found[len(calls)] = ({name: flow.refer(value, names, used) for name, value in draft.answer.items()}, used)
    return found


def _steps(one: _Kept, name: str, region: str) -> Iterator[Step]:
    where = "" if one.done.region == region else one.done.region
    arguments = dict(one.arguments)
    waiter = one.poll.waiter if one.poll is not None else None
    if waiter is not None:
        yield Step(f"{name}_wait" if one.read else name, waiter=waiter, arguments=arguments, region=where)
    if waiter is None or one.read:
        until = one.poll.until if one.poll is not None else None
        yield Step(name, one.done.operation, arguments=arguments, until=until, region=where)


class _Fresh:
    """Gives names that are not taken."""

    def __init__(self, taken: Sequence[str]) -> None:
        self._taken = {*taken, "index", "number", "result"}

    def name(self, done: Done, poll: Poll | None, read: bool) -> str:
        if poll is not None and poll.waiter is not None and not read:
            words = ["wait", *poll.waiter.name.split("_")]
        else:
            words = [word.lower() for word in _WORD.findall(done.operation.name)]
            if done.effect is Effect.CREATE and len(words) > 1:
                words = [*words[1:-1], _singular(words[-1])]
        name = "_".join(words)[:48] or "step"
        name = name if name[0].isalpha() else f"step_{name}"
        number, free = 1, name
        while free in self._taken or f"{free}_wait" in self._taken:
            number += 1
            free = f"{name}_{number}"
        self._taken.add(free)
        return free


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _parametrised(program: Program, values: Mapping[str, Value]) -> Program:
    """The program with whole strings that are a given value replaced by the parameter of that value."""
    by_value = {value: name for name, value in values.items() if isinstance(value, str) and len(value) > 2}
    if not by_value:
        return program

    def swapped(text: str) -> str:
        return write([Reference(by_value[text])]) if text in by_value else text

    steps = [
        replace(step, arguments={name: with_texts(value, swapped) for name, value in step.arguments.items()})
        for step in program.steps
    ]
    used = {reference.name for step in steps for reference in references(step.arguments)}
    parameters = tuple(Parameter(name, "string", value) for value, name in by_value.items() if name in used)
    return replace(program, steps=tuple(steps), parameters=parameters)


def _closed(program: Program) -> Program:
    """The program without references, in answer and expectations, to steps that were not carried out."""
    known = {step.id for step in program.steps} | set(program.values())
    expectations = tuple(one for one in program.expectations if _known(one, known))
    answer = {
        key: with_texts(value, lambda text: _nulled(text, known)) for key, value in program.answer.items()
    }
    return replace(program, expectations=expectations, answer=answer)


def _known(expectation: Expectation, known: set[str]) -> bool:
    try:
        used = [*references(expectation.arguments), *references(expectation.that)]
    except BadReference:
        return True
    return all(reference.name in known for reference in used)


def _nulled(text: str, known: set[str]) -> str | None:
    unknown = any(isinstance(part, Reference) and part.name not in known for part in parse(text))
    return None if unknown else text


def _live(program: Program, catalogue: Catalogue) -> Program:
    """The program without reads that nothing refers to."""
    used = {
        reference.name
        for expectation in program.expectations
        for reference in (*references(expectation.arguments), *references(expectation.that))
    }
    used |= {reference.name for reference in references(program.answer)}
    kept: list[Step] = []
    for step in reversed(program.steps):
        reads = step.operation is not None and catalogue.signature(step.operation).effect is Effect.READ
        if reads and step.until is None and step.id not in used:
            continue
        kept.append(step)
        values: list[Value] = [dict(step.arguments), step.until, step.region]
        values += [dict(inverse.arguments) for inverse in step.undo]
        used |= {reference.name for reference in references(values)}
    return replace(program, steps=tuple(reversed(kept)))
