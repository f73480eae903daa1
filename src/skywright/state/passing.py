"""States that become others by themselves, by the words of the cloud's API references. Pure; asks nobody."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from skywright.model.resource import Resource
from skywright.model.values import Value

_ENDS: Final = {
    "ready": "pending creating provisioning running available completed enabled active applied",
    "attached": "attaching attached",
    "stopped": "stopping stopped",
    "disabled": "disabling disabled",
    "terminated": "shutting-down terminated",
}
"""What a thing's state comes to, and the words for that and for being on the way there.

No kind of thing has two words of one line of which it does not become the one from the other by itself.
"""
_SETTLED: Final = MappingProxyType({word: end for end, words in _ENDS.items() for word in words.split()})
_MEMBERS: Final = frozenset({"State", "Status"})
_LENT: Final = frozenset({"Association", "PublicDnsName", "PublicIp"})
_WORDS: Final = ("Name", "Code")
"""Where the word is if a state has several members; the others go with it."""


def settled(value: Value) -> Value:
    """The same, but for every state what it comes to by itself: equal where only time has passed."""
    if isinstance(value, Mapping):
        return {name: _state(inner) if name in _MEMBERS else settled(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [settled(inner) for inner in value]
    return value


def without_address(value: Value) -> Value:
    """The same without the public addresses that a cloud lends to what runs, and takes back when it stops."""
    if isinstance(value, Mapping):
        kept = {name: inner for name, inner in value.items() if name not in _LENT}
        return {name: without_address(inner) for name, inner in kept.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [without_address(inner) for inner in value]
    return value


def ends(resource: Resource) -> bool:
    """Whether it is about to be gone by itself."""
    return _state(resource.properties.get("State")) == "terminated"


def _state(value: Value) -> Value:
    words = [value.get(name) for name in _WORDS] if isinstance(value, Mapping) else [value]
    known = (_SETTLED[word] for word in words if isinstance(word, str) and word in _SETTLED)
    return next(known, None) or settled(value)
