"""What is otherwise than it is meant to be: two descriptions compared, field by field. Pure; asks nobody.

A field is a path of names; tags and other lists of keys and values are compared by key, other lists whole.
That a state became what it becomes by itself, as a snapshot is completed, is no difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from skywright.model.resource import Resource, Survey
from skywright.model.values import Value, texts
from skywright.state.expectations import Expected, Ignored, spelt
from skywright.state.passing import ends, settled

CHANGED, MISSING, UNMANAGED = "changed", "missing", "unmanaged"
_LONGEST: Final = 80
_KEYS: Final = frozenset({"Key", "Value"})
_OTHERS: Final = ("terraform", "cloudformation")
"""Who makes things by himself, so that a new thing of his is nobody's drift."""
_THEIR_OWN: Final = ("autoscaling", "aws-service")
"""Who also ends and changes what he made: that is his affair, not drift."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing, or one field of it, that is otherwise than it is meant to be.

    Attributes:
        field: empty where the whole thing is missing or was never expected.
        since: when it was last as it is meant to be, as far as is known; seconds since the epoch.
        ignored: why nobody minds; empty if it matters.
    """

    resource: Resource
    kind: str
    field: str
    expected: Value
    actual: Value
    since: float
    ignored: str = ""

    @property
    def id(self) -> str:
        return self.resource.id


def compare(
    expected: Mapping[str, Expected], survey: Survey, ignored: Mapping[tuple[str, str], Ignored], since: float
) -> tuple[Difference, ...]:
    """Every difference, by id and field. What the survey did not cover is not judged.

    What was ending when it was seen was meant to go, with what hung on it.

    Args:
        since: when what was never expected was not there yet.
    """
    found: list[Difference] = []
    ended = {id for id, meant in expected.items() if id not in survey.resources and ends(meant.resource)}
    for id, meant in expected.items():
        if meant.resource.managed_by in _THEIR_OWN or id in ended:
            continue
        now = survey.resources.get(id)
        if now is not None:
            found += (
                Difference(now, CHANGED, field, was, becomes, meant.at)
                for field, was, becomes in fields(meant.resource.properties, now.properties)
                if ended.isdisjoint(texts(was))
            )
        elif survey.covers(meant.resource) and ended.isdisjoint(texts(meant.resource.properties)):
            found.append(Difference(meant.resource, MISSING, "", meant.resource.name or id, None, meant.at))
    for id, now in survey.resources.items():
        if id not in expected and not now.managed_by.startswith((*_OTHERS, *_THEIR_OWN)):
            found.append(Difference(now, UNMANAGED, "", None, now.name or id, since))
    found.sort(key=lambda one: (one.resource.type, one.id, one.field))
    return tuple(_judged(one, ignored) for one in found)


def _judged(one: Difference, ignored: Mapping[tuple[str, str], Ignored]) -> Difference:
    said = ignored.get((one.id, one.field))
    if said is None or said.actual != spelt(one.actual):
        return one
    return replace(one, ignored=said.reason)


def fields(was: Value, now: Value, path: str = "") -> Iterator[tuple[str, Value, Value]]:
    """Each field that is otherwise: its path, what it was, and what it is."""
    if was == now:
        return
    before, after = _named(was), _named(now)
    if before is None or after is None:
        yield path, was, now
        return
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        # Only the cloud's own members are states, not a tag that is called so.
        if not isinstance(was, Mapping) or settled({name: one}) != settled({name: other}):
            yield from fields(one, other, f"{path}.{name}" if path else name)


def _named(value: Any) -> Mapping[str, Value] | None:
    """The value by names: a mapping, or a list of keys and values each of which is there once."""
    if isinstance(value, Mapping):
        return {str(name): inner for name, inner in value.items()}
    if value is None or not isinstance(value, Sequence) or isinstance(value, str):
        return None
    rows = [row for row in value if isinstance(row, Mapping) and row.keys() >= _KEYS]
    named = {str(row["Key"]): row["Value"] for row in rows}
    return named if len(named) == len(value) else None


def told(one: Difference) -> str:
    """The difference in a sentence."""
    what = f"{one.resource.type} {one.resource.name or one.id}"
    what += f" ({one.id})" if one.resource.name and one.resource.name != one.id else ""
    if one.kind == CHANGED:
        return f"{what}: {one.field} is {short(one.actual)}, not {short(one.expected)}"
    return f"{what}: is gone" if one.kind == MISSING else f"{what}: is new, and nobody manages it"


def short(value: object) -> str:
    """A value as it is shown in a sentence."""
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}…"
