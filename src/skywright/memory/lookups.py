"""What a program finds out before it acts, and whether the same words still find the one thing that is meant.

A distilled program goes on with what stood at a place of an answer (`Subnets[0]`). Where the question
depends on the request, the answer must have one thing there and no more; where it does not, the same as then.
Anything else is a choice that somebody made, and memory does not know why.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from skywright.clouds.base import Caller
from skywright.errors import CloudFailed
from skywright.memory.entry import Lookup
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.references import BadReference, Scope, Unresolved, references, resolve, search

_SIMPLE: Final = re.compile(r"\w+(?:\.\w+|\[0\])*")
_STEP: Final = re.compile(r"\.|(?=\[)")


Reads = Callable[[Operation], bool]
"""Whether an operation only reads."""


def lookups(program: Program, results: Mapping[str, Value], reads: Reads) -> tuple[Lookup, ...]:
    """What reading steps that only depend on the request, or on nothing, gave, and what it was."""
    free = set(program.values())
    found: list[Lookup] = []
    for step in _asking(program, reads):
        depends = _depends(program, step, free)
        for path in _paths(program, step.id):
            value = "" if depends else json.dumps(_at(path, results.get(step.id)), sort_keys=True)
            found.append(Lookup(step.id, path, value))
    return tuple(found)


def doubt(program: Program, known: Sequence[Lookup], reads: Reads, look: Caller, region: str) -> str:
    """Why what is looked up may not be what is meant, in a sentence; empty if it must be."""
    values: dict[str, Value] = dict(program.values())
    for step in _asking(program, reads):
        wanted = [one for one in known if one.step == step.id]
        if not wanted:
            continue
        if step.operation is None or step.when or step.repeat is not None:
            return f"step {step.id} is not a plain question"
        try:
            where = str(resolve(step.region or program.region or region, Scope(values)))
            arguments = {name: resolve(value, Scope(values)) for name, value in step.arguments.items()}
            values[step.id] = look.call(step.operation, arguments, where)
        except (CloudFailed, BadReference, Unresolved) as problem:
            return f"step {step.id} finds nothing: {problem}"
        for one in wanted:
            if strange := _strange(one, values[step.id]):
                return f"step {step.id}: {strange}"
    return ""


def _strange(one: Lookup, result: Value) -> str:
    if one.value:
        same = json.dumps(_at(one.path, result), sort_keys=True) == one.value
        return "" if same else f"{one.path} is not what it was"
    if not _SIMPLE.fullmatch(one.path):
        return f"{one.path} is a choice"
    here: Value = result
    for key in _STEP.split(one.path):
        if key == "[0]":
            if not isinstance(here, Sequence) or len(here) != 1:
                return f"{one.path} is not one thing"
            here = here[0]
        elif isinstance(here, Mapping):
            here = here.get(key)
    return "" if here is not None else f"{one.path} is not there"


def _asking(program: Program, reads: Reads) -> Iterator[Step]:
    """Reading steps that are given nothing by a step that is not one of these."""
    known = set(program.values())
    for step in program.steps:
        names = {reference.name for reference in references([dict(step.arguments), step.region])}
        if step.operation is not None and reads(step.operation) and step.until is None and names <= known:
            known.add(step.id)
            yield step


def _depends(program: Program, step: Step, free: set[str]) -> bool:
    steps = {each.id: each for each in program.steps}
    for reference in references([dict(step.arguments), step.region]):
        if reference.name in free or (
            reference.name in steps and _depends(program, steps[reference.name], free)
        ):
            return True
    return False


def _paths(program: Program, step: str) -> list[str]:
    """Where the rest of the program looks into its result."""
    held: list[Value] = [dict(each.arguments) for each in program.steps]
    held += [dict(program.answer), *(dict(each.arguments) for each in program.expectations)]
    held += [text for each in program.expectations for text in (each.that, each.region)]
    held += [each.region for each in program.steps]
    return sorted({reference.path for reference in references(held) if reference.name == step})


def _at(path: str, result: Value) -> Value:
    try:
        return search(path, result) if path else result
    except BadReference:
        return None
