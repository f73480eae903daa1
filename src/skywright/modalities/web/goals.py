"""From a program of API operations to goals of things, by the tables of `goals.yaml` and `readings.yaml`.

Owns the tables' meaning; no operation is named here. What they do not know can't be done in the portal, which
is said before anything is begun.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import jmespath

from skywright.clouds.base import Effects
from skywright.errors import Usage
from skywright.modalities.web.goal import Change, Column, Reading, Wish
from skywright.model import yaml_text
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program.expand import Instance, instances

_LAST = re.compile(r"\w+")
_FOLDER = Path(__file__).parent


class NoWay(Usage):
    """The portal has no way to do it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A reading, and the steps of the program that it is for."""

    reading: Reading
    row: Mapping[str, Any]
    steps: tuple[Instance, ...] = field(default=())


@cache
def table(name: str) -> list[dict[str, Any]]:
    """One of the tables."""
    return yaml_text.load((_FOLDER / name).read_text(encoding="utf-8"))


def changes(program: Program, effects: Effects) -> tuple[Change, ...]:
    """What a program changes, as goals; none if it only reads.

    Raises:
        NoWay: No row of the table covers all its changes.
    """
    made = [
        each
        for each in instances(program)
        if each.step.operation is not None and effects.effect(each.step.operation).mutates
    ]
    if not made:
        return ()
    operations = {str(each.step.operation) for each in made}
    for row in table("goals.yaml"):
        known = {*row["does"], *row.get("with", ())}
        if set(row["does"]) <= operations <= known:
            found = _changes(row, made)
            if found:
                return found
    named = ", ".join(sorted(operations))
    raise NoWay(f"the web portal cannot do this ({named}); --modality sdk can")


def _changes(row: Mapping[str, Any], made: Sequence[Instance]) -> tuple[Change, ...]:
    """The goals of a row: one, or one for each call of its first operation."""
    if row.get("if") and not _search(row["if"], _said(made)):
        return ()
    if not row.get("each"):
        return (_change(row, _said(made), made[0].region),)
    first = [each for each in made if str(each.step.operation) == row["does"][0]]
    goals: list[Change] = []
    for number, each in enumerate(first):
        # What else is called as often belongs to it, one by one.
        others = {
            operation: same[number]
            for operation in {str(other.step.operation) for other in made}
            if len(same := [one for one in made if str(one.step.operation) == operation]) == len(first)
        }
        goals.append(_change(row, _said([each, *others.values()]), each.region))
    return tuple(goals)


def _change(row: Mapping[str, Any], said: Mapping[str, Value], region: str) -> Change:
    on = _search(row["things"], said) if "things" in row else ()
    wishes = [wish for told in row.get("says", ()) for wish in _wishes(told, said)]
    return Change(
        row["goal"],
        tuple(row["page"]),
        tuple(row["action"]),
        _ids(on),
        tuple(wishes),
        region,
    )


def _ids(found: Value) -> tuple[str, ...]:
    listed = found if isinstance(found, list) else [found]
    return tuple(dict.fromkeys(str(id) for id in listed if id))


def _wishes(told: Mapping[str, Any], said: Mapping[str, Value]) -> list[Wish]:
    value = _search(str(told["is"]), said)
    if value is None or value == [] or value == "":
        return []
    called, under = tuple(told["called"]), str(told.get("under", ""))
    # A truth is not the number 1, though Python calls them equal.
    is_usual = "usual" in told and type(value) is type(told["usual"]) and value == told["usual"]
    must = bool(told.get("must", True)) and not is_usual
    if isinstance(value, bool):
        return [Wish(called, value, must, under)]
    return [Wish(called, _text(value), must, under)]


def _text(value: Value) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _said(made: Sequence[Instance]) -> dict[str, Value]:
    """The arguments by operation, in order, without what only a result will tell."""
    found: dict[str, Value] = {}
    for each in made:
        name = each.step.operation.name if each.step.operation else ""
        cast("list[Value]", found.setdefault(name, [])).append(_known(each.arguments))
    return found


def _known(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {key: _known(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_known(inner) for inner in value]
    return None if isinstance(value, str) and "${" in value else value


def _search(expression: str, said: Value) -> Value:
    return jmespath.search(expression, said)


def readings(program: Program) -> tuple[Told, ...]:
    """What a program that only reads wants to know, as goals.

    Raises:
        NoWay: The portal shows it nowhere.
    """
    for row in table("readings.yaml"):
        if row.get("answers") and row["answers"] in program.answer:
            return (Told(_reading(row, program.region, _ids_of(program.answer[row["answers"]])), row),)
    found: list[Told] = []
    for each in instances(program):
        if each.step.operation is None:
            continue
        told = _told(each)
        alike = (one for one in found if one.row is told.row and one.reading.region == told.reading.region)
        same = next(alike, None)
        if same is None:
            found.append(told)
        else:
            found[found.index(same)] = _together(same, told)
    if not found:
        raise NoWay("the web portal does not show this; --modality sdk can tell it")
    asked = json.dumps(program.answer)
    return tuple(replace(told, reading=_of_interest(told.reading, asked)) for told in found)


def _of_interest(reading: Reading, asked: str) -> Reading:
    """The reading with the columns alone that the answer speaks of: no page is opened for the others."""
    first, *others = reading.columns
    return replace(reading, columns=(first, *(one for one in others if _LAST.findall(one.path)[-1] in asked)))


def _told(each: Instance) -> Told:
    name = str(each.step.operation)
    rows = (row for row in table("readings.yaml") if name in row.get("reads", ()))
    row = next((row for row in rows if "within" not in row or _list(row["within"], each)), None)
    if row is None:
        raise NoWay(f"the web portal does not show this ({name}); --modality sdk can tell it")
    reading = _reading(row, each.region, _list(row.get("only"), each))
    return Told(replace(reading, within=_list(row.get("within"), each)), row, (each,))


def _list(expression: str | None, each: Instance) -> tuple[str, ...]:
    found = _search(expression, _known(each.arguments)) if expression else None
    return tuple(str(id) for id in found) if isinstance(found, list) else ()


def _together(one: Told, other: Told) -> Told:
    """Two steps that read the same page, as one reading of all that they want."""
    both = one.reading.only and other.reading.only
    only = (*one.reading.only, *other.reading.only) if both else ()
    within = (*one.reading.within, *other.reading.within)
    reading = replace(one.reading, only=tuple(dict.fromkeys(only)), within=tuple(dict.fromkeys(within)))
    return Told(reading, one.row, (*one.steps, *other.steps))


def _reading(row: Mapping[str, Any], region: str, only: tuple[str, ...]) -> Reading:
    told: Mapping[str, Any] = row["columns"]
    columns = tuple(
        Column(path, tuple(one.get("called", ())), one.get("form", "text"), one.get("means", {}))
        for path, one in told.items()
    )
    return Reading(
        name=row["reading"],
        key=row["key"],
        page=tuple(row["page"]),
        columns=columns,
        only=only,
        region=region,
        deep=bool(row.get("deep")),
        tables=tuple(row.get("tables", ())),
        part=tuple(row.get("part", ())),
    )


def _ids_of(rows: Value) -> tuple[str, ...]:
    listed = rows if isinstance(rows, list) else []
    return tuple(str(row["id"]) for row in listed if isinstance(row, dict) and row.get("id"))
