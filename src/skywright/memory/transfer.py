"""Memory as a file, for other homes. Owns its form.

A file is data of strangers: every program in it is read and checked, what it claims to be for is read from
its words again, and nothing in it counts as having worked.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final, cast

from skywright.clouds.base import Catalogue, Cloud
from skywright.errors import Malformed
from skywright.memory.entry import Entry, Kept, Lookup, Slot
from skywright.memory.generalise import holds_secret, identified, program_of
from skywright.memory.words import LONGEST, NUMBER, PLACE, read
from skywright.model.program import Program
from skywright.program.check import check

FORM: Final = 1
LARGEST: Final = 32_000_000
"""Characters of the largest file that is read."""

_SLOT: Final[Mapping[str, type]] = {"parameter": str, "mention": int, "means": str, "type": str}
_LOOKUP: Final[Mapping[str, type]] = {"step": str, "path": str, "value": str}
_TEXTS: Final = ("cloud", "region", "request", "program")


def exported(found: Sequence[Kept]) -> dict[str, Any]:
    """Entries as JSON; what came of them stays here, but for how often they worked."""
    return {"skywright_memory": FORM, "entries": [_row(kept) for kept in found]}


def _row(kept: Kept) -> dict[str, Any]:
    entry = kept.entry
    texts = {name: getattr(entry, name) for name in _TEXTS}
    return {
        **texts,
        "slots": [asdict(slot) for slot in entry.slots],
        "lookups": [asdict(one) for one in entry.lookups],
        "relied": [{"id": id} for id in entry.relied],
        "worked": len(kept.worked),
    }


def imported(text: str, origin: str, clouds: Mapping[str, Cloud]) -> tuple[Entry, ...]:
    """The entries of a file.

    Args:
        origin: what the file is called.

    Raises:
        Malformed: It is no such file, or one of its entries is none; nothing of it is taken then.
    """
    if len(text) > LARGEST:
        raise Malformed(origin, (f"it is longer than {LARGEST} characters",))
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(origin, (f"it is not JSON: {error}",)) from error
    if not isinstance(found, dict):
        raise Malformed(origin, ("it is no memory: 'skywright_memory' is not there",))
    file = cast("dict[str, Any]", found)
    if file.get("skywright_memory") != FORM or not isinstance(file.get("entries"), list):
        raise Malformed(
            origin, (f"it is no memory of form {FORM}: 'skywright_memory' and 'entries' say what is",)
        )
    rows = cast("list[object]", file["entries"])
    return tuple(
        _entry(row, f"{origin}, entry {number}", origin, clouds) for number, row in enumerate(rows, 1)
    )


def _entry(row: object, what: str, origin: str, clouds: Mapping[str, Cloud]) -> Entry:
    if not isinstance(row, dict):
        raise Malformed(what, ("it is no object",))
    told = cast("dict[str, Any]", row)
    for name in _TEXTS:
        if not _is_text(told.get(name)):
            raise Malformed(what, (f"'{name}' is not there or no text",))
    if len(told["request"]) > LONGEST:
        raise Malformed(what, (f"its request is longer than {LONGEST} characters",))
    if told["cloud"] not in clouds:
        raise Malformed(what, (f"there is no cloud '{told['cloud']}'; there is {', '.join(clouds)}",))
    slots = tuple(Slot(**one) for one in _rows(told, "slots", _SLOT, what))
    lookups = tuple(Lookup(**one) for one in _rows(told, "lookups", _LOOKUP, what))
    relied = tuple(one["id"] for one in _rows(told, "relied", {"id": str}, what))
    texts = {name: told[name] for name in _TEXTS}
    shape = read(texts["request"]).shape
    entry = Entry("", shape=shape, slots=slots, lookups=lookups, relied=relied, origin=origin, **texts)
    program = program_of(replace(entry, id=f"of {what}"))
    if findings := check(program, clouds[entry.cloud].catalogue):
        raise Malformed(what, tuple(str(finding) for finding in findings[:5]))
    if problem := _unfit(entry, program, clouds[entry.cloud].catalogue):
        raise Malformed(what, (problem,))
    return identified(entry)


def _is_text(value: object) -> bool:
    """Whether it can be kept: JSON may hold halves of characters, which no database takes."""
    if not isinstance(value, str) or not value or "\0" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _rows(told: Mapping[str, Any], name: str, types: Mapping[str, type], what: str) -> list[dict[str, Any]]:
    """A list of objects that have these members and no others."""
    found: object = told.get(name, [])
    every = cast("list[object]", found) if isinstance(found, list) else [None]
    rows = [cast("dict[str, Any]", one) for one in every if isinstance(one, dict)]
    if len(rows) < len(every) or not all(_typed(row, types) for row in rows):
        raise Malformed(what, (f"'{name}' is not a list of objects with {', '.join(types)}",))
    return rows


def _typed(row: Mapping[str, Any], types: Mapping[str, type]) -> bool:
    return row.keys() == types.keys() and all(type(row[key]) is kind for key, kind in types.items())


def _unfit(entry: Entry, program: Program, catalogue: Catalogue) -> str:
    """Why an entry cannot be what memory makes, in words; empty if it can."""
    if program.cloud != entry.cloud:
        return f"its program is for cloud '{program.cloud}'"
    if holds_secret(entry.request, program, catalogue):
        return "it holds a secret"
    mentions = read(entry.request).mentions
    parameters = program.values()
    for slot in entry.slots:
        if not 0 <= slot.mention < len(mentions):
            return f"its request has no value for parameter '{slot.parameter}'"
        mention = mentions[slot.mention]
        fits = {
            "number": mention.kind == NUMBER,
            "text": mention.kind not in (NUMBER, PLACE),
            "resource": True,
        }
        if slot.parameter not in parameters or not fits.get(slot.means):
            return f"'{slot.parameter}' is no parameter that takes '{mention.text}'"
        if slot.means != "resource" and str(parameters[slot.parameter]) != mention.text:
            return f"parameter '{slot.parameter}' is not '{mention.text}'"
    return ""
