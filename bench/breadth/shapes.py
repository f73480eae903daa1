"""Whether an answer has the shape that the documentation shows. Owns what that means, which is this:

Every member that the documentation shows at the top is in the answer; and where both hold something there,
every member one level below that the documentation shows in each of its entries is in one of the answer's.
Of what the documentation shows, that does not count which is empty there (null, "", [] or {}), is a token
of the next page, or is no member of the API's model any more. A list that is empty in the answer suits: the
account has none of the kind.
"""

from collections.abc import Mapping
from typing import Any

_TOKENS = frozenset({"NextToken", "NextMarker"})


def missing(documented: Any, answer: Mapping[str, Any], output: Any) -> list[str]:
    """The members that the answer lacks, as `Volumes[].Size`; none: it has the documented shape.

    Args:
        documented: What the documentation shows; anything but an object asks for nothing.
        output: botocore's shape of the answer, None if it has none.
    """
    if not isinstance(documented, dict) or output is None:
        return []
    lacking: list[str] = []
    for name, shown in documented.items():
        if name not in output.members or _is_empty(shown) or name in _TOKENS:
            continue
        if name not in answer:
            lacking.append(name)
            continue
        below = _structure(output.members[name])
        if below is not None:
            wanted = _in_each(shown) & below.members.keys()
            had = _in_any(answer[name])
            if had is not None:
                lacking += [f"{name}[].{each}" for each in sorted(wanted - had - _TOKENS)]
    return lacking


def _is_empty(shown: Any) -> bool:
    return shown is None or shown in ("", [], {})


def _structure(shape: Any) -> Any:
    """The structure that a member is, or is a list of; None for others."""
    shape = shape.member if shape.type_name == "list" else shape
    return shape if shape.type_name == "structure" else None


def _entries(value: Any) -> list[dict[str, Any]]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict)]


def _in_each(shown: Any) -> set[str]:
    held = [{name for name, value in entry.items() if not _is_empty(value)} for entry in _entries(shown)]
    return set.intersection(*held) if held else set()


def _in_any(answered: Any) -> set[str] | None:
    """None if there is nothing to look at."""
    held = [set(entry) for entry in _entries(answered)]
    return set.union(*held) if held else None
