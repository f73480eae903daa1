"""What a program finds out before it acts, and whether the same words still find the one thing that is meant.

A distilled program goes on with what stood at a place of an answer (`Subnets[0]`). Where the question
depends on the request, the answer must have one thing there and no more; where it does not, the same as then.
Anything else is a choice that somebody made, and memory does not know why.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from skywright.clouds.calling import Caller
from skywright.errors import CloudFailed
from skywright.memory.entry import Lookup
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.references import BadReference, references, search
from skywright.program.resolving import Scope, Unresolved, resolve

_SIMPLE: Final = re.compile(r"\w+(?:\.\w+|\[0\])*")
_STEP: Final = re.compile(r"\.|(?=\[)")


Reads = Callable[[Operation], bool]
"""Whether an operation only reads."""


def lookups(program: Program, results: Mapping[str, Value], reads: Reads) -> tuple[Lookup, ...]:
    """What reading steps gave that depend on nothing, and so should give the same again."""
    return tuple(
        Lookup(step.id, path, _told(path, results.get(step.id)))
        for step in _asking(program, reads)
        if not _depends(program, step)
        for path in _paths(program, step.id)
    )


def doubt(program: Program, known: Sequence[Lookup], reads: Reads, look: Caller, region: str) -> str:
    """Why what is looked up may not be what is meant, in a sentence; empty if it must be."""
    then = {(one.step, one.path): one.value for one in known}
    values: dict[str, Value] = dict(program.values())
    for step in _asking(program, reads):
        paths = _paths(program, step.id)
        if not paths:
            continue
        if step.operation is None or step.when or step.repeat is not None:
            return f"step {step.id} is not a plain question"
        try:
            where = str(resolve(step.region or program.region or region, Scope(values)))
            arguments = {name: resolve(value, Scope(values)) for name, value in step.arguments.items()}
            values[step.id] = look.call(step.operation, arguments, where)
        except (CloudFailed, BadReference, Unresolved) as problem:
            return f"step {step.id} finds nothing: {problem}"
        for path in paths:
            if _depends(program, step):
                strange = _strange(path, values[step.id])
            else:
                same = _told(path, values[step.id]) == then.get((step.id, path))
                strange = "" if same else f"{path} is not what it was"
            if strange:
                return f"step {step.id}: {strange}"
    return ""


def _strange(path: str, result: Value) -> str:
    if not _SIMPLE.fullmatch(path):
        return f"{path} is a choice"
    here: Value = result
    for key in _STEP.split(path):
        if key == "[0]":
            if not isinstance(here, Sequence) or len(here) != 1:
                return f"{path} is not one thing"
            here = here[0]
        elif isinstance(here, Mapping):
            here = here.get(key)
    return "" if here is not None else f"{path} is not there"


def _asking(program: Program, reads: Reads) -> Iterator[Step]:
    """Reading steps that are given nothing by a step that is not one of these."""
    known = set(program.values())
    for step in program.steps:
        names = {reference.name for reference in references([dict(step.arguments), step.region])}
        if step.operation is not None and reads(step.operation) and step.until is None and names <= known:
            known.add(step.id)
            yield step


def _depends(program: Program, step: Step) -> bool:
    """Whether what a step asks depends on a parameter."""
    steps = {each.id: each for each in program.steps}
    names = {reference.name for reference in references([dict(step.arguments), step.region])}
    return any(name not in steps or _depends(program, steps[name]) for name in names)


def _paths(program: Program, step: str) -> list[str]:
    """Where the rest of the program looks into its result."""
    held: list[Value] = [dict(each.arguments) for each in program.steps]
    held += [dict(program.answer), *(dict(each.arguments) for each in program.expectations)]
    held += [text for each in program.expectations for text in (each.that, each.region)]
    held += [each.region for each in program.steps]
    return sorted({reference.path for reference in references(held) if reference.name == step})


def _told(path: str, result: Value) -> str:
    try:
        return json.dumps(search(path, result) if path else result, sort_keys=True)
    except BadReference:
        return ""
