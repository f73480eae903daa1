"""What one plan for a request lacks of what the other has: the plan of its plain words, of that of the rules.

What nobody said, and is only taken where nothing is said, may differ; what was found in the words may not
be lost.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.tokens import clean, tokenise
from skywright.model.advice import Plan

_DESCRIBED = "size: "
_ID = re.compile(r"[a-z]+-[0-9a-f]{8,}$|arn:")
_QUOTED = re.compile(r'"([^"]+)"')


def lacks(second: Plan, first: Plan, plain: str) -> bool:
    """Whether the rules found something in the request that is not in the plain words.

    Args:
        second: the plan that the plain words lead to.
        first: the plan that the rules made of the request as it was said.
    """
    if len(second.program.steps) < len(first.program.steps):
        return True
    if not _keys([step.arguments for step in first.program.steps]) <= _keys(
        [step.arguments for step in second.program.steps]
    ):
        return True
    values = second.program.values()
    found = first.program.values()
    differ = [name for name in found if values.get(name) != found[name]]
    named = _first(found.get("names")), _first(values.get("names"))
    if _as_beginning(found.get("names"), values.get("names")):
        return True
    kept = _figures(plain)
    lost = _figures(first.program.request) - kept
    if any(found[name] in lost for name in differ if isinstance(found[name], int) and name != "count"):
        return True
    return any(
        name not in values
        or not (
            _as_good(values[name], found[name], name, plain)
            or _renamed(found[name], named) == values[name]
            or _names_another(found[name], values)
            or (_after_said(values[name], plain) and not _said(found[name], name, first.program.request))
        )
        for name in differ
    )


def _as_beginning(found: object, names: object) -> bool:
    """Whether the one name that the rules found is only what several names begin with."""
    one = cast(Sequence[object], found) if isinstance(found, list | tuple) else []
    several = cast(Sequence[object], names) if isinstance(names, list | tuple) else []
    return len(one) == 1 < len(several) and all(str(name).startswith(f"{one[0]}-") for name in several)


def _figures(words: str) -> set[float]:
    """Every number that is said, in digits or in words."""
    return {number.value for number in quantities(tokenise(clean(words)))}


def _first(names: object) -> str:
    return str(names[0]) if isinstance(names, list | tuple) and names else ""


def _renamed(value: object, named: tuple[str, str]) -> object:
    """What is called after the first machine, such as a firewall of its own, if that had the other name."""
    before, after = named
    return value.replace(before, after) if isinstance(value, str) and before and after else value


def _names_another(found: object, values: Mapping[str, Any]) -> bool:
    """Whether the rules gave several machines the name that the plain words give something else."""
    names = cast(Sequence[object], found) if isinstance(found, list | tuple) else []
    stems = {re.sub(r"-\d+$", "", str(name)) for name in names}
    return len(names) > 1 and len(stems) == 1 and bool(stems & {str(value) for value in values.values()})


def _after_said(value: object, words: str) -> bool:
    """Whether it is called after a name that was said: `front-tg`, with a load balancer called `front`."""
    return isinstance(value, str) and any(value.startswith(f"{name}-") for name in _QUOTED.findall(words))


def _keys(value: object) -> set[str]:
    """Every key that is anywhere in a value."""
    if isinstance(value, Mapping):
        row = cast(Mapping[str, object], value)
        return set(row) | {key for inner in row.values() for key in _keys(inner)}
    items = cast(Sequence[object], value) if isinstance(value, list | tuple) else []
    return {key for inner in items for key in _keys(inner)}


def _as_good(value: object, found: object, name: str, words: str) -> bool:
    """Whether a value may stand for the one that the rules found: it was said, or follows from the rest."""
    return _ids(value) == _ids(found) if _ids(value) else _said(value, name, words)


def _said(value: object, name: str, words: str) -> bool:
    """Whether a parameter's value is in the words, and so is none that is taken where nothing is said."""
    if name == "name":  # `create a network` names none, though one would be called `network`
        return str(value) in _QUOTED.findall(words)
    parts = cast(Sequence[object], value) if isinstance(value, list | tuple) else [value]
    if name == "type" and _DESCRIBED in words:
        return True
    said = (re.sub(r"(?<=\w)-?\d+$", "", str(part)) if len(parts) > 1 else str(part) for part in parts)
    return all(re.search(rf"(?<![\w.-]){re.escape(one)}(?![\w.])", words, re.I) for one in said)


def _ids(value: object) -> int:
    """How many identifiers a value holds, each counted once."""
    parts = cast(Sequence[object], value) if isinstance(value, list | tuple) else [value]
    return len({str(part) for part in parts if _ID.match(str(part))})
