"""N like steps as one with a count. Owns what counts as like: equal but for what the index makes.

Steps fold that follow each other, do the same operation in the same place, and differ only in
numbers that count up with them (`web-1`, `web-2`) and in references that do (`vm[0]`, `vm[1]`, or
the results of steps that folded before). Must not know any operation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from skywright.model.program import Step
from skywright.model.values import Value, with_texts
from skywright.program.references import Reference, parse, write

_NUMBER = re.compile(r"[0-9]+")
_AT = re.compile(r"\[([0-9]+)\]")


class _Unlike(Exception):
    """The steps differ in something that their order does not make."""


def fold(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps with runs of like ones folded, and references to them rewritten."""
    folded: list[Step] = []
    renamed: dict[str, tuple[str, int]] = {}
    at = 0
    while at < len(steps):
        first = _renamed_step(steps[at], renamed)
        run = [first]
        found = None
        while at + len(run) < len(steps):
            following = _renamed_step(steps[at + len(run)], renamed)
            if not _alike(first, following):
                break
            longer = _template([*run, following])
            if longer is None:
                break
            run.append(following)
            found = longer
        if found is not None:
            for number, step in enumerate(run):
                renamed[step.id] = (first.id, number)
            first = replace(first, repeat=len(run), arguments=found)
        folded.append(first)
        at += len(run)
    counts = {step.id: step.repeat for step in folded if isinstance(step.repeat, int)}
    return tuple(replace(step, arguments=_gathered_arguments(step, counts)) for step in folded)


def _alike(first: Step, other: Step) -> bool:
    plain = (
        first.until is None and first.repeat is None and other.repeat is None and first.operation is not None
    )
    same = (first.operation, first.region, first.until) == (other.operation, other.region, other.until)
    return plain and same and first.arguments.keys() == other.arguments.keys()


def _template(run: Sequence[Step]) -> dict[str, Value] | None:
    try:
        return {name: _one([step.arguments[name] for step in run]) for name in run[0].arguments}
    except _Unlike:
        return None


def _one(values: Sequence[Value]) -> Value:
    """The value that gives each of these for its index."""
    first = values[0]
    if all(value == first for value in values):
        return first
    if all(isinstance(value, str) for value in values):
        return _one_text([str(value) for value in values])
    if all(isinstance(value, Mapping) for value in values):
        rows = [value for value in values if isinstance(value, Mapping)]
        if all(row.keys() == rows[0].keys() for row in rows):
            return {key: _one([row[key] for row in rows]) for key in rows[0]}
    elif all(isinstance(value, list) for value in values):
        lists = [value for value in values if isinstance(value, list)]
        if all(len(one) == len(lists[0]) for one in lists):
            return [_one(list(column)) for column in zip(*lists, strict=True)]
    elif all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        for start, name in ((0, "index"), (1, "number")):
            if list(values) == list(range(start, start + len(values))):
                return str(Reference(name))
    raise _Unlike


def _one_text(values: Sequence[str]) -> str:
    templates = [parse(value) for value in values]
    if any(len(template) != len(templates[0]) for template in templates):
        raise _Unlike
    parts: list[str | Reference] = []
    for column in zip(*templates, strict=True):
        if all(isinstance(part, str) for part in column):
            parts += _one_literal([str(part) for part in column])
        elif all(isinstance(part, Reference) for part in column):
            parts.append(_one_reference([part for part in column if isinstance(part, Reference)]))
        else:
            raise _Unlike
    return write(parts)


def _one_literal(values: Sequence[str]) -> list[str | Reference]:
    """`web-${number}` of `web-1`, `web-2`: one number in it counts up from 0 or 1, the rest is equal."""
    if all(value == values[0] for value in values):
        return [values[0]]
    found = [list(_NUMBER.finditer(value)) for value in values]
    if any(len(one) != len(found[0]) for one in found):
        raise _Unlike
    for place in range(len(found[0])):
        for start, name in ((0, "index"), (1, "number")):
            if [one[place][0] for one in found] != [str(start + number) for number in range(len(values))]:
                continue
            before = {value[: one[place].start()] for value, one in zip(values, found, strict=True)}
            after = {value[one[place].end() :] for value, one in zip(values, found, strict=True)}
            if len(before) == len(after) == 1:
                return [before.pop(), Reference(name), after.pop()]
    raise _Unlike


def _one_reference(values: Sequence[Reference]) -> Reference:
    """`vm[index].Id` of `vm[0].Id`, `vm[1].Id`: one place in the path counts up from 0, the rest is equal."""
    first = values[0]
    if all(value == first for value in values):
        return first
    if any(value.name != first.name for value in values):
        raise _Unlike
    found = [list(_AT.finditer(value.path)) for value in values]
    for place in range(min(len(one) for one in found)):
        if [int(one[place][1]) for one in found] != list(range(len(values))):
            continue
        before = {value.path[: one[place].start()] for value, one in zip(values, found, strict=True)}
        after = {value.path[one[place].end() :] for value, one in zip(values, found, strict=True)}
        if len(before) == len(after) == 1:
            return Reference(first.name, f"{before.pop()}[index]{after.pop()}")
    raise _Unlike


def _renamed_step(step: Step, renamed: Mapping[str, tuple[str, int]]) -> Step:
    if not renamed:
        return step
    return replace(
        step,
        arguments={
            name: with_texts(value, lambda text: _renamed(text, renamed))
            for name, value in step.arguments.items()
        },
    )


def _renamed(text: str, renamed: Mapping[str, tuple[str, int]]) -> str:
    return write(_moved(part, renamed) for part in parse(text)) if "${" in text else text


def _moved(part: str | Reference, renamed: Mapping[str, tuple[str, int]]) -> str | Reference:
    if isinstance(part, str) or part.name not in renamed:
        return part
    name, index = renamed[part.name]
    joint = "" if not part.path or part.path.startswith("[") else "."
    return Reference(name, f"[{index}]{joint}{part.path}")


def _gathered_arguments(step: Step, counts: Mapping[str, int]) -> dict[str, Value]:
    return {name: _gathered(value, counts) for name, value in step.arguments.items()}


def _gathered(value: Value, counts: Mapping[str, int]) -> Value:
    """`${vm[].Id}` for a list of `${vm[0].Id}`, `${vm[1].Id}` and so on, if it has all of them."""
    if isinstance(value, Mapping):
        return {key: _gathered(inner, counts) for key, inner in value.items()}
    if not isinstance(value, Sequence) or isinstance(value, str):
        return value
    try:
        alone = [parse(one) for one in value if isinstance(one, str)]
        if len(alone) == len(value) and all(len(one) == 1 for one in alone):
            whole = [one[0] for one in alone if isinstance(one[0], Reference)]
            if len(whole) == len(value) and whole and counts.get(whole[0].name) == len(whole):
                every = _one_reference(whole)
                if every.path.startswith("[index]"):
                    return str(Reference(every.name, "[]" + every.path.removeprefix("[index]")))
    except _Unlike:
        pass
    return [_gathered(inner, counts) for inner in value]
