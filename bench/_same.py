"""Whether two accounts hold the same, whatever identifiers the cloud has given to what is in them.

Owns what counts as an identifier. Reads nothing, and must not know what the things are.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_ID = re.compile(
    r"\b[a-z]+-[0-9a-f]{8,17}\b|\b[0-9a-f]{16}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\bA[A-Z0-9]{15,20}\b"
)
_ROUNDS = 3


def up_to_ids(texts: Sequence[str]) -> Counter[str]:
    """Things, each as JSON, in which every id stands for a digest of all that speaks of it."""
    ids = {id for text in texts for id in _ID.findall(text)}
    names = {id: id.split("-")[0] if "-" in id else "id" for id in ids}
    speaking = {id: [text for text in texts if id in text] for id in ids}
    for _ in range(_ROUNDS):
        names = {
            id: _digest(sorted(_renamed(text, {**names, id: "SELF"}) for text in speaking[id])) for id in ids
        }
    return Counter(_renamed(text, names) for text in texts)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with names for ids, and lists in an order that does not depend on ids."""
    return json.dumps(in_one_order(json.loads(_ID.sub(lambda found: names[found[0]], text))), sort_keys=True)


def _digest(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:7]


def in_one_order(value: Any) -> Any:
    """The value with every list in an order that depends on what is in it alone."""
    if isinstance(value, dict):
        return {key: in_one_order(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted(map(in_one_order, value), key=lambda inner: json.dumps(inner, sort_keys=True))
    return value
