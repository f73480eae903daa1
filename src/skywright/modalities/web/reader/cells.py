"""What cells say: which column is meant by which name, and the value that a cell's words stand for."""

import re
from collections.abc import Mapping, Sequence

from skywright.modalities.web.goal import Column
from skywright.modalities.web.reader.names import SURE
from skywright.modalities.web.tree import Node
from skywright.modalities.web.words import likeness, listed
from skywright.model.values import Value

Found = dict[str, Value]
"""Values by the path where they go."""

_NOTHING = {"", "-", "–", "—", "…", "none", "n/a"}
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_ID = re.compile(r"arn:[^\s,()]+|\b[a-z]{1,12}-[0-9a-f]{8,17}\b")
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?: ?UTC|Z)$")
_DEVICE = re.compile(r"/dev/\w+|\bxvd\w+")


def values(cells: Mapping[str, Node], columns: Sequence[Column], table: str = "") -> Found:
    """What cells say, of the columns that they are called like; what says nothing is left out."""
    found: Found = {}
    for column, name in matched(tuple(cells), columns):
        value = read(cells[name].says(), column)
        if value is not None:
            found[column.path] = value
    for column in columns:
        if column.form == "table":
            found[column.path] = column.means.get(table.lower())
    return found


def read(words: str, column: Column) -> Value:
    """The value of a text, by the column's form; None if it says nothing."""
    small = words.strip().lower()
    if small in column.means:
        return column.means[small]
    if small in _NOTHING:
        return [] if column.form == "list" else None
    match column.form:
        case "word":
            return small.replace(" ", "-")
        case "code":
            return words.strip().upper().replace(" ", "_")
        case "number":
            return _number(words)
        case "flag":
            return small in listed("yes")
        case "time":
            moment = _TIME.match(words.strip())
            return f"{moment[1]}T{moment[2]}Z" if moment else None
        case "id":
            known = _ID.search(words)
            return known[0] if known else words
        case "device":
            device = _DEVICE.search(words)
            return device[0] if device else None
        case "list":
            return [str(id) for id in _ID.findall(words)] or [part.strip() for part in words.split(",")]
        case _:
            return words


def matched(names: Sequence[str], columns: Sequence[Column]) -> list[tuple[Column, str]]:
    """Each column with the name that is most like it; a name serves two only if one takes its device."""
    ranked = sorted(
        (
            (score, -place, column, name)
            for place, column in enumerate(columns)
            for name in names
            if (score := likeness(name, column.called)) >= SURE
        ),
        key=lambda each: each[:2],
        reverse=True,
    )
    found: list[tuple[Column, str]] = []
    for _, _, column, name in ranked:
        free = column.form == "device" or all(name != other or one.form == "device" for one, other in found)
        if free and all(column is not one for one, _ in found):
            found.append((column, name))
    return found


def _number(words: str) -> Value:
    found = _NUMBER.search(words)
    if found is None:
        return None
    plain = found[0].replace(",", "")
    return float(plain) if "." in plain else int(plain)
