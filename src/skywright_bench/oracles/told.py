"""An answer, held against a task's rows of `answer`: strict on what is told, lenient on how.

A thing may be told by its identifier or, where no other is called so, by its name; as an object with `id` or
`name` or as bare text. `20`, `"20"` and `"20 GB"` are one size. Things that were not asked for are wrong.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from skywright_bench.oracles.conditions import World, part
from skywright_bench.oracles.form import Tell
from skywright_bench.oracles.state import Row, of_kind

_SIZE = re.compile(r"(-?\d+(?:\.\d+)?)(?:\s*(?:gb|gib|g|days?|%))?", re.IGNORECASE)
_NAMING = ("id", "arn", "name", "ip", "public_ip")
"""Under which keys an object of an answer may say which thing it is about."""


def problems(tells: Sequence[Tell], told: object, now: World) -> list[str]:
    """What is wrong with an answer; empty if nothing is."""
    if not tells:
        return []
    if not isinstance(told, Mapping):
        return ["told nothing"]
    return [problem for tell in tells for problem in _problems(tell, cast("Mapping[str, Any]", told), now)]


def _problems(tell: Tell, told: Mapping[str, Any], now: World) -> list[str]:
    given = _given(told, tell.key)
    if tell.kind == "":
        wanted = {_plain(now.value(value)) for value in tell.values}
        said = [_texts(item) & wanted for item in given]
        right = all(said) and set[str]().union(*said) == wanted
        return [] if right else [f"told {tell.key} {given}; it is {sorted(wanted)}"]
    rows = chosen(tell, now)
    if tell.counts:
        right = len(given) == 1 and _plain(given[0]) == _plain(len(rows))
        return [] if right else [f"told {tell.key} {given}; it is {len(rows)}"]
    return _of_things(tell, given, rows, now)


def chosen(tell: Tell, now: World) -> dict[str, Row]:
    """The things that are to be told of."""
    rows = {id: row for id, row in of_kind(now.state, tell.kind).items() if not now.differs(row, tell.where)}
    if tell.extreme is None or not rows:
        return rows
    word, property = tell.extreme
    values = [part(row, property) for row in rows.values()]
    best = max(values) if word == "greatest" else min(values)
    return {id: row for id, row in rows.items() if part(row, property) == best}


def _of_things(tell: Tell, given: Sequence[Any], rows: Mapping[str, Row], now: World) -> list[str]:
    all_of_kind = of_kind(now.state, tell.kind)
    about = [(_identified(item, all_of_kind), item) for item in given]
    said = {id or str(item) for id, item in about}
    if said != set(rows):
        names = sorted(str(rows[id].get("name") or id) for id in rows)
        return [f"told {tell.key} of {sorted(said)}, not of {sorted(rows)} ({', '.join(names)})"]
    found: list[str] = []
    for id, item in about:
        for key, property in tell.tell.items():
            value = cast("Mapping[str, Any]", item).get(key) if isinstance(item, Mapping) else None
            actual = part(rows[id], property)
            if not _same(value, actual, now):
                found.append(f"told that {key} of {id} is {value!r}; it is {actual!r}")
    return found


def _given(told: Mapping[str, Any], key: str) -> list[Any]:
    """What was told under a key, one or several; or under the only key, if that is called otherwise."""
    others = [value for value in told.values() if not isinstance(value, str) or len(told) == 1]
    value = told[key] if key in told else others[0] if len(others) == 1 else None
    if value is None:
        return []
    return list(cast("list[Any]", value)) if isinstance(value, list) else [value]


def _texts(item: Any) -> set[str]:
    """What an item of an answer says: itself, or any part of an object."""
    parts = cast("Mapping[str, Any]", item).values() if isinstance(item, Mapping) else [item]
    return {_plain(part) for part in parts if isinstance(part, str | int | float)} - {""}


def _identified(item: Any, rows: Mapping[str, Row]) -> str:
    """Which thing is meant; empty if none is, or if several could be."""
    row = cast("Mapping[str, Any]", item) if isinstance(item, Mapping) else {"id": item}
    for key in _NAMING:
        said = str(row.get(key) or "")
        if not said:
            continue
        found = [id for id, thing in rows.items() if said in _identifiers(id, thing)]
        return found[0] if len(found) == 1 else ""
    return ""


def _identifiers(id: str, row: Row) -> tuple[str, ...]:
    return tuple(str(one) for one in (id, row.get("name"), row.get("ip")) if one)


def _same(value: Any, actual: Any, now: World) -> bool:
    if isinstance(actual, list):
        said = cast("list[Any]", value) if isinstance(value, list) else [value]
        wanted = cast("list[Any]", actual)
        return sorted(map(_plain, said)) == sorted(map(_plain, wanted))
    named = {row["name"] for (_, id), row in now.state.items() if id == actual and row["name"]}
    return _plain(value) in {_plain(one) for one in (actual, *named)}


def _plain(value: Any) -> str:
    """A value however it was written; nothing at all is no text, so that it is not taken for an empty one."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    said = str(value).strip()
    size = _SIZE.fullmatch(said)
    return f"{float(size[1]):g}" if size else said.casefold()
