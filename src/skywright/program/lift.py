"""From what was done to a program: the trace of an attempt, distilled.

Generic over services: failed attempts vanish, what becomes a step is kept (`keeping`), like steps fold.
With a draft, its steps lend their words (ids, notes, repetition, undo) to the calls that carried them out;
what was sent stays the authority.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from skywright.clouds.calling import Catalogue
from skywright.model.call import Trace
from skywright.model.operation import Effect
from skywright.model.program import Expectation, Parameter, Program, Step
from skywright.model.values import Value, with_texts
from skywright.program.align import Alignment, align
from skywright.program.expand import specialise
from skywright.program.fold import fold
from skywright.program.keeping import Draft, keep, steps_of
from skywright.program.noise import Done, quiet
from skywright.program.references import BadReference, Reference, parse, references, write
from skywright.program.resolving import Scope, resolve

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
    kept, told = keep(calls, catalogue, names, Draft(taken=tuple(values), answer=answer))
    regions = Counter(one.done.region for one in kept)
    region = regions.most_common(1)[0][0] if regions else ""
    steps = [step for one in kept for step in steps_of(one, names[one.number], region)]
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
    told = Draft(frozenset(claimed), taken, _there(special, calls, claimed))
    kept, _ = keep(calls, catalogue, names, told)
    placed = list(_placed(draft, special, alignment))
    placed += [(one.number, step) for one in kept for step in steps_of(one, names[one.number], region)]
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
