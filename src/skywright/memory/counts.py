"""Numbers of a request in a program: how many, how large, which port.

A number is a parameter only where it can stand for nothing else: in one place, or in the two that say one
thing together (the least and the most of a count, both ends of a range of ports). A count brings its answer
along: a list with an item for each becomes one over all of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from skywright.model.program import Parameter, Program, Step
from skywright.model.values import Value
from skywright.program.references import Reference, parse, references, write

Swap = Callable[[str], Value]

_TOGETHER: Final = (frozenset({"MinCount", "MaxCount"}), frozenset({"FromPort", "ToPort"}))
_COUNTED: Final = frozenset({"MinCount", "MaxCount", "repeat"})
_AT: Final = re.compile(r"\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a number stands.

    Attributes:
        path: to it in the step's arguments; empty: it is how often the step is repeated.
        text: whether it stands there as a string.
    """

    step: str
    path: tuple[str | int, ...]
    text: bool = False

    @property
    def leaf(self) -> str:
        return next((str(key) for key in reversed(self.path) if isinstance(key, str)), "repeat")


class _Unlike(Exception):
    """An answer's items are not one for each of what was made."""


def parametrised(program: Program, number: int) -> tuple[Program, str] | None:
    """The program with a parameter for a number, and its name; None if it may stand for something else."""
    places = [place for step in program.steps for place in _places(step, number)]
    known = [each.name for each in program.parameters if each.value == number and each.type == "integer"]
    if known:
        # A list may have as many items as the number says.
        alone = len(known) == 1 and not places and all(each.type != "list" for each in program.parameters)
        return (program, known[0]) if alone else None
    leaves = frozenset(place.leaf for place in places)
    one_step = len({place.step for place in places}) == 1
    together = one_step and leaves in _TOGETHER and len(places) == 2
    if len(places) != 1 and not together:
        return None
    name = free_name(program, "count" if leaves <= _COUNTED else "value")
    told = program
    if leaves <= _COUNTED:
        try:
            told = _for_all(program, places[0].step, number)
        except _Unlike:
            return None
    reference = str(Reference(name))
    steps = tuple(
        _replaced(step, [place for place in places if place.step == step.id], reference)
        for step in told.steps
    )
    text = places[0].text
    parameter = Parameter(name, "string", str(number)) if text else Parameter(name, "integer", number)
    return replace(told, steps=steps, parameters=(*told.parameters, parameter)), name


def free_name(program: Program, wanted: str) -> str:
    """A parameter's name that means nothing yet."""
    taken = {step.id for step in program.steps} | set(program.values()) | {"index", "number", "result"}
    names = (wanted if at == 1 else f"{wanted}_{at}" for at in range(1, len(taken) + 3))
    return next(name for name in names if name not in taken)


def _places(step: Step, number: int) -> Iterator[_Place]:
    if step.repeat == number:
        yield _Place(step.id, ())
    for path, value in _leaves(dict(step.arguments)):
        if value == number and not isinstance(value, bool):
            yield _Place(step.id, path)
        elif value == str(number):
            yield _Place(step.id, path, text=True)


def _leaves(value: Value, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Value]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for at, inner in enumerate(value):
            yield from _leaves(inner, (*path, at))
    else:
        yield path, value


def _replaced(step: Step, places: Sequence[_Place], reference: str) -> Step:
    arguments: Value = dict(step.arguments)
    for place in places:
        if not place.path:
            step = replace(step, repeat=reference)
        else:
            arguments = _put(arguments, place.path, reference)
    return replace(step, arguments=_mapping(arguments))


def _put(value: Value, path: tuple[str | int, ...], new: Value) -> Value:
    if not path:
        return new
    if isinstance(value, Mapping):
        return {key: _put(inner, path[1:], new) if key == path[0] else inner for key, inner in value.items()}
    assert isinstance(value, Sequence)
    return [_put(inner, path[1:], new) if at == path[0] else inner for at, inner in enumerate(value)]


def _for_all(program: Program, made: str, number: int) -> Program:
    """The program, in which nothing speaks of the first or the last of what the step makes.

    Raises:
        _Unlike: Something does.
    """

    def told(value: Value) -> Value:
        if isinstance(value, Mapping):
            return {key: told(inner) for key, inner in value.items()}
        if not isinstance(value, Sequence) or isinstance(value, str):
            return value
        whole = _told(value, made, number)
        return [told(inner) for inner in whole] if isinstance(whole, list) else whole

    changed = replace(
        program,
        steps=tuple(replace(each, arguments=_mapping(told(dict(each.arguments)))) for each in program.steps),
        answer=_mapping(told(dict(program.answer))),
    )
    held: list[Value] = [dict(each.arguments) for each in (*changed.steps, *changed.expectations)]
    for reference in references([*held, dict(changed.answer)]):
        if reference.name == made and _AT.search(reference.path.partition("[]")[0]):
            raise _Unlike
    return changed


def _mapping(value: Value) -> Mapping[str, Value]:
    assert isinstance(value, Mapping)
    return value


def _told(value: Value, made: str, number: int) -> Value:
    """A list with an item for each of what was made, as one reference to all of them."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != number:
        return value
    if not any(reference.name == made for reference in references(value)):
        return value
    items = list(value)
    if all(isinstance(item, str) for item in items):
        paths = [_path(str(item), made) for item in items]
        return write([Reference(made, _over_all(paths))])
    rows = [item for item in items if isinstance(item, Mapping)]
    if len(rows) != number or any(row.keys() != rows[0].keys() for row in rows):
        raise _Unlike
    found = {key: _over_all([_path(str(row[key]), made) for row in rows]) for key in rows[0]}
    heads = {path.partition("[].")[0] for path in found.values()}
    if len(heads) != 1 or any("[]." not in path for path in found.values()):
        raise _Unlike
    fields = ", ".join(f'"{key}": {path.partition("[].")[2]}' for key, path in found.items())
    return write([Reference(made, f"{heads.pop()}[].{{{fields}}}")])


def _path(text: str, made: str) -> str:
    parts = parse(text)
    if len(parts) != 1 or not isinstance(parts[0], Reference) or parts[0].name != made:
        raise _Unlike
    return parts[0].path


def _over_all(paths: Sequence[str]) -> str:
    """`Instances[].Id` of `Instances[0].Id`, `Instances[1].Id`."""
    at = [list(_AT.finditer(path)) for path in paths]
    for place in range(min(len(one) for one in at)):
        if [int(one[place][1]) for one in at] != list(range(len(paths))):
            continue
        sides = {
            (path[: one[place].start()], path[one[place].end() :])
            for path, one in zip(paths, at, strict=True)
        }
        if len(sides) == 1:
            before, after = sides.pop()
            return f"{before}[]{after}"
    raise _Unlike
