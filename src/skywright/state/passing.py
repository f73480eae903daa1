"""States that become others by themselves, by the words of the cloud's API references. Pure; asks nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeGuard

from skywright.model.resource import Resource
from skywright.model.values import Value

BECOMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pending": ("running", "available", "completed", "enabled"),
        "creating": ("available", "active"),
        "provisioning": ("active",),
        "attaching": ("attached",),
        "stopping": ("stopped",),
        "disabling": ("disabled",),
        "shutting-down": ("terminated",),
    }
)
"""What each state becomes; of several, the machine's is the first."""

_SETTLED: Final = {state: becomes[0] for state, becomes in BECOMES.items()}
_MEMBERS: Final = frozenset({"State", "Status"})
_WORDS: Final = ("Name", "Code")
"""Where the word is if a state has several members; the others go with it."""
_CODED: Final = {"Code", "Name"}
"""The members of EC2's InstanceState, in which a number says what the name says."""


def with_time(was: Value, now: Value) -> Value:
    """What was, but with the states of now where the one becomes the other without anybody's doing."""
    if was == now:
        return was
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return {
            name: now[name]
            if name in _MEMBERS and _by_itself(value, now.get(name))
            else with_time(value, now.get(name))
            for name, value in was.items()
        }
    if _is_list(was) and _is_list(now) and len(was) == len(now):
        return [with_time(*pair) for pair in zip(was, now, strict=True)]
    return was


def settled(resource: Resource) -> Resource:
    """The same resource in the states that it comes to by itself."""
    properties = {name: _settled(value) for name, value in resource.properties.items()}
    return replace(resource, properties=properties)


def ends(resource: Resource) -> bool:
    """Whether it is about to be gone by itself."""
    return settled(resource).properties.get("State") == {"Name": "terminated"}


def _settled(value: Value) -> Value:
    if isinstance(value, str):
        return _SETTLED.get(value, value)
    if isinstance(value, Mapping):
        coded = set(value) == _CODED
        return {name: _settled(inner) for name, inner in value.items() if not (coded and name == "Code")}
    if isinstance(value, Sequence):
        return [_settled(inner) for inner in value]
    return value


def _by_itself(was: Any, now: Any) -> bool:
    """Whether one of them becomes the other: also what is still on its way to what was is no change."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return any(_by_itself(was.get(name), now.get(name)) for name in _WORDS)
    if not isinstance(was, str) or not isinstance(now, str):
        return False
    return now in BECOMES.get(was, ()) or was in BECOMES.get(now, ())


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
