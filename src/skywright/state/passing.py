"""States that become others by themselves, by the words of the cloud's API references. Pure; asks nobody."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeGuard

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

_MEMBERS: Final = frozenset({"State", "Status"})
_WORDS: Final = ("Name", "Code")
"""Where the word is if a state has several members; the others go with it."""


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


def _by_itself(was: Any, now: Any) -> bool:
    """Whether one of them becomes the other: also what is still on its way to what was is no change."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return any(_by_itself(was.get(name), now.get(name)) for name in _WORDS)
    if not isinstance(was, str) or not isinstance(now, str):
        return False
    return now in BECOMES.get(was, ()) or was in BECOMES.get(now, ())


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
