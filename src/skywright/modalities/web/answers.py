"""From what pages showed to the answer that a program gives: rows in the shape of results.

Owns where a row's values go. Nothing is added: what no page showed is null in the answer.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import jmespath

from skywright.modalities.web.goals import Told
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program.expand import Instance
from skywright.program.interpret import answer

_LIST = re.compile(r"^(\w+)\[(\w+)\]$")


def answered(program: Program, told: Sequence[tuple[Told, Sequence[Mapping[str, Value]]]]) -> Value:
    """The program's answer, out of the rows of each reading."""
    results: dict[str, Value] = {}
    for reading, rows in told:
        key = str(reading.row.get("answers", ""))
        if key:
            return {key: _like(program.answer[key], rows)}
        for step in reading.steps:
            shaped = result(str(reading.row["shape"]), _asked_for(step, reading.row, rows))
            if step.index is None:
                results[step.step.id] = shaped
            else:
                cast("list[Value]", results.setdefault(step.step.id, [])).append(shaped)
    return answer(program, results)


def _asked_for(
    step: Instance, row: Mapping[str, Any], rows: Sequence[Mapping[str, Value]]
) -> list[Mapping[str, Value]]:
    """The rows that the step's own arguments ask for."""
    wanted = dict(row.get("where", {}))
    if "only" in row:
        wanted[next(iter(row["columns"]))] = row["only"]
    sought = {path: jmespath.search(expression, step.arguments) for path, expression in wanted.items()}
    return [
        each
        for each in rows
        if all(not isinstance(values, list) or each.get(path) in values for path, values in sought.items())
    ]


def result(shape: str, rows: Sequence[Mapping[str, Value]]) -> Value:
    """Rows as an operation would tell them, with `shape` as in `Reservations[].Instances[]`."""
    inner: Value = [_row(row) for row in rows]
    first, *deeper = [part.removesuffix("[]") for part in reversed(shape.split("."))]
    inner = {first: inner}
    for name in deeper:
        inner = {name: [inner]}
    return inner


def _row(row: Mapping[str, Value]) -> dict[str, Value]:
    found: dict[str, Any] = {}
    for path, value in row.items():
        if value is None:
            continue
        many, _, each = path.partition("[].")
        if each and isinstance(value, list):
            found[many] = [_row({each: one}) for one in value]
            continue
        place = found
        *way, last = path.split(".")
        for name in way:
            place = _inside(place, name)
        listed = _LIST.match(last)
        if listed:
            place.setdefault(listed[1], []).append({"Key": listed[2], "Value": value})
        else:
            place[last] = value
    return found


def _inside(place: dict[str, Any], name: str) -> dict[str, Any]:
    listed = _LIST.match(name)
    if listed is None:
        return place.setdefault(name, {})
    items = place.setdefault(listed[1], [{}])
    return items[int(listed[2])]


def _like(asked: Value, rows: Sequence[Mapping[str, Value]]) -> Value:
    """The rows that the answer is about, in its order, if it says which."""
    listed = asked if isinstance(asked, Sequence) and not isinstance(asked, str) else ()
    found = {str(row.get("id")): dict(row) for row in rows}
    wanted = [str(row.get("id")) for row in listed if isinstance(row, Mapping)]
    return cast("Value", [found[id] for id in wanted if id in found] or list(found.values()))
