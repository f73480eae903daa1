"""From a recipe's program and the slots' values to a draft program.

Owns what a recipe may leave open. Beyond the program form, a recipe may write

- a reference to a slot that has no value, or to a step that was left out: its entry disappears;
- `$first: [a, b]`: the first of these that has not disappeared;
- `$each: slot` in a mapping: the mapping once for each item, which is `it` there;
- `$spread: slot` in a list: the slot's items; `$if: slot` in a mapping: only if the slot has a value;
- `$these: ${it.key}` in a list: the items of a list that the present item holds.

`when` is decided here, so that what is reviewed holds nothing that will not happen.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program import document, text
from skywright.program.references import escape

_WHOLE = re.compile(r"\$\{\s*([A-Za-z_]\w*)([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_ITEM = re.compile(r"\$\{it(?:\.(\w+))?\}")
_NAMES = re.compile(r"\$\{\s*([A-Za-z_]\w*)")
_GONE = object()


def draft(recipe: Mapping[str, Any], values: Mapping[str, Value], words: str, region: str) -> Program:
    """The program that a recipe stands for with these values.

    Args:
        recipe: `name`, `steps`, `expect` and `answer` as in the recipe's file.
        values: by slot; None means that the slot has no value.

    Raises:
        Malformed: The recipe is not a program even so; a fault of the library, found by its tests.
    """
    steps = [step for step in recipe["steps"] if _wanted(step.get("when"), values)]
    left_out = {step["id"] for step in recipe["steps"]} - {step["id"] for step in steps}
    missing = left_out | {name for name, value in values.items() if value is None}
    bare = [{key: value for key, value in step.items() if key != "when"} for step in steps]
    body: dict[str, Any] = {
        "steps": _pruned(bare, missing, values),
        "expect": _pruned(
            [
                {key: value for key, value in row.items() if key != "when"}
                for row in recipe.get("expect", [])
                if _wanted(row.get("when"), values)
            ],
            missing,
            values,
        ),
        "answer": _answer(recipe.get("answer", {}), missing, values),
    }
    used = {name for part in _strings(body) for name in _NAMES.findall(part)}
    parameters = {
        name: _parameter(value) for name, value in values.items() if name in used and value is not None
    }
    whole: dict[str, Any] = {
        "skywright": text.FORM,
        "name": recipe["name"],
        "region": region,
        "source": "builtin",
    }
    whole |= {"parameters": parameters} if parameters else {}
    whole |= {key: value for key, value in body.items() if value is not _GONE}
    made = text.load(document.write(cast(Value, whole)), f"recipe '{recipe['name']}'")
    return replace(made, request=words)


def _answer(rows: Mapping[str, Any], missing: set[str], values: Mapping[str, Value]) -> Any:
    """As the rest, but where a list is of nothing it is told as empty."""
    none = {key: list[Any]() for key, row in rows.items() if _is_of_none(row, values)}
    told = _pruned(rows, missing, values)
    return told if not none else none if told is _GONE else {**none, **told}


def _is_of_none(row: Any, values: Mapping[str, Value]) -> bool:
    """Whether it is a list of what a slot holds, and the slot holds an empty list."""
    items = cast(list[Any], row) if isinstance(row, list) else []
    slots = [cast(Mapping[str, Any], item).get("$each") for item in items if isinstance(item, Mapping)]
    return bool(slots) and len(slots) == len(items) and all(values.get(str(slot)) == [] for slot in slots)


def _wanted(when: str | None, values: Mapping[str, Value]) -> bool:
    """`when` is `${slot}` or `!${slot}`, several joined by `and`."""
    if when is None:
        return True
    for part in when.split(" and "):
        negated = part.strip().startswith("!")
        name = re.sub(r"[!${}\s]", "", part)
        if bool(values.get(name)) is negated:
            return False
    return True


def _parameter(value: Value) -> Mapping[str, Value]:
    if isinstance(value, bool):
        kind = "boolean"
    elif isinstance(value, int):
        kind = "integer"
    elif isinstance(value, float):
        kind = "number"
    else:
        kind = "string" if isinstance(value, str) else "list"
    return {"type": kind, "value": value}


def _pruned(value: Any, missing: set[str], values: Mapping[str, Value]) -> Any:
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value)
        gone = whole is not None and whole[1] in missing
        return _GONE if gone or any(name in missing for name in _NAMES.findall(value)) else value
    if isinstance(value, Mapping):
        return _pruned_mapping(cast(Mapping[str, Any], value), missing, values)
    if isinstance(value, list):
        return _pruned_list(cast(list[Any], value), missing, values)
    return value


def _pruned_mapping(row: Mapping[str, Any], missing: set[str], values: Mapping[str, Value]) -> Any:
    if "$first" in row:
        for choice in row["$first"]:
            chosen = _pruned(choice, missing, values)
            if chosen is not _GONE:
                return chosen
        return _GONE
    if "$if" in row:
        if not values.get(row["$if"]):
            return _GONE
        row = {key: inner for key, inner in row.items() if key != "$if"}
    if "$these" in row:
        return row["$these"]
    if "$spread" in row:
        return [_with_item("${it}", item) for item in cast(Sequence[Any], values.get(row["$spread"]) or [])]
    if "$each" in row:
        items = cast(Sequence[Any], values.get(row["$each"]) or [])
        rest = {key: inner for key, inner in row.items() if key != "$each"}
        return [_pruned(_with_item(rest, item), missing, values) for item in items]
    kept = {key: _pruned(inner, missing, values) for key, inner in row.items()}
    kept = {key: inner for key, inner in kept.items() if inner is not _GONE}
    return kept if kept or not row else _GONE


def _pruned_list(items: list[Any], missing: set[str], values: Mapping[str, Value]) -> Any:
    kept: list[Any] = []
    for item in items:
        pruned = _pruned(item, missing, values)
        if pruned is _GONE:
            continue
        each = isinstance(item, Mapping) and bool(
            {"$each", "$spread", "$these"} & set(cast(Mapping[str, Any], item))
        )
        kept.extend(pruned) if each else kept.append(pruned)
    return kept if kept or not items else _GONE


def _with_item(value: Any, item: Any) -> Any:
    """The value with `${it}` and `${it.key}` written in, as text that is never read as a reference."""
    if isinstance(value, str):
        whole = _ITEM.fullmatch(value)
        if whole:
            return _literal(item[whole[1]] if whole[1] else item)
        return _ITEM.sub(lambda match: escape(str(item[match[1]] if match[1] else item)), value)
    if isinstance(value, Mapping):
        row = cast(Mapping[str, Any], value)
        return {key: _with_item(inner, item) for key, inner in row.items()}
    if isinstance(value, list):
        return [_with_item(inner, item) for inner in cast(list[Any], value)]
    return value


def _literal(value: Any) -> Any:
    """A value that the words or the cloud gave, made safe from being read as a reference."""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, Mapping):
        return {key: _literal(inner) for key, inner in cast(Mapping[str, Any], value).items()}
    return [_literal(inner) for inner in cast(list[Any], value)] if isinstance(value, list) else value


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in cast(Mapping[str, Any], value).values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in cast(list[Any], value) for text in _strings(inner)]
    return []
