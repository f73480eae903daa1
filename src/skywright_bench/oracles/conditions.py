"""Conditions on a thing's properties, as tasks write them: `{state: running, size: {most: 20}}`.

A plain value must be equal. A mapping of one word says more: see `WORDS`. `tags.owner` is one tag. Text may
hold `${param}`; a property whose value is `${param?}` is left open when the prompt does not determine it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from skywright_bench.oracles.state import Row, State

Conditions = Mapping[str, Any]
_REFERENCE = re.compile(r"\$\{(\w+)(\??)\}")


def _contains(value: Any, part: Any) -> bool:
    return value is not None and part in value


WORDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "not": lambda value, other: value != other,
    "least": lambda value, bound: value is not None and value >= bound,
    "most": lambda value, bound: value is not None and value <= bound,
    "one_of": lambda value, some: value in some,
    "has": _contains,
    "lacks": lambda value, part: not _contains(value, part),
    "like": lambda value, pattern: fnmatchcase(str(value or ""), pattern),
    "the": lambda value, id: value == id,
    "these": lambda value, ids: sorted(value or ()) == sorted(ids),
    "has_the": _contains,
    "lacks_the": lambda value, id: not _contains(value, id),
}
"""What may stand in place of a value. `the: vm web-1` is the identifier of that machine, `these` several."""
NAMING = frozenset({"the", "these", "has_the", "lacks_the"})


@dataclass(frozen=True, slots=True)
class World:
    """What conditions are held against.

    Attributes:
        state: where the things are that `the` names.
        params: what the prompt means.
    """

    state: State
    params: Mapping[str, Any]

    def value(self, said: Any) -> Any:
        """A value with its params filled in.

        Raises:
            LookupError: It names a param that the prompt does not have.
        """
        if isinstance(said, str):
            return self._text(said)
        if isinstance(said, list):
            return [self.value(one) for one in cast("list[Any]", said)]
        return said

    def _text(self, said: str) -> Any:
        whole = _REFERENCE.fullmatch(said)
        if whole:
            if self.params.get(whole[1]) is None and not whole[2]:
                raise LookupError(f"the prompt has no param '{whole[1]}'")
            return self.params.get(whole[1])
        return _REFERENCE.sub(lambda found: str(self._text(found[0])), said)

    def is_open(self, said: Any) -> bool:
        """Whether the prompt leaves this value to whoever carries it out."""
        whole = _REFERENCE.fullmatch(said) if isinstance(said, str) else None
        return bool(whole and whole[2] and self.params.get(whole[1]) is None)

    def id(self, said: str) -> str:
        """The identifier of `vm web-1` or `vm web-1 in eu-west-1`; empty if none or several are called so."""
        kind, _, rest = str(self.value(said)).partition(" ")
        name, _, region = rest.partition(" in ")
        found = [
            id
            for (of, id), row in self.state.items()
            if of == kind and name in (id, row.get("name")) and region in ("", row.get("region"))
        ]
        return found[0] if len(found) == 1 else ""

    def differs(self, row: Row, conditions: Conditions) -> list[str]:
        """How a thing is otherwise than the conditions say; empty if it fits."""
        found: list[str] = []
        for property, said in conditions.items():
            if self.is_open(said):
                continue
            value = part(row, property)
            if not self._holds(value, said):
                found.append(f"{property} is {value!r}, not {self._told(said)}")
        return found

    def told(self, conditions: Conditions) -> str:
        """Conditions in words."""
        return ", ".join(f"{property} is {self._told(said)}" for property, said in conditions.items())

    def _told(self, said: Any) -> str:
        """A condition in words, with its params filled in."""
        if not isinstance(said, Mapping):
            return repr(self.value(said))
        ((word, other),) = cast("Mapping[str, Any]", said).items()
        return f"{word} {self.value(other)}"

    def _holds(self, value: Any, said: Any) -> bool:
        if not isinstance(said, Mapping):
            wanted = self.value(said)
            both = isinstance(value, list) and isinstance(wanted, list)
            return sorted(map(str, value)) == sorted(map(str, wanted)) if both else value == wanted
        ((word, other),) = cast("Mapping[str, Any]", said).items()
        if word in NAMING:
            many = isinstance(other, list)
            named = [self.id(one) for one in cast("list[str]", other)] if many else self.id(str(other))
            return "" not in named if many and not all(named) else bool(named) and WORDS[word](value, named)
        return WORDS[word](value, self.value(other))


def part(row: Row, property: str) -> Any:
    """A property; `tags.owner` is one of its parts."""
    name, _, key = property.partition(".")
    value = row.get(name)
    return cast("Mapping[str, Any]", value).get(key) if key and isinstance(value, Mapping) else value
