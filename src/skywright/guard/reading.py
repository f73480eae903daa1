"""What policies need of their input, and without what they have nothing to say. Judges nothing.

A set of rules is asked only if one of its bodies could hold, and is given only what its package reads. So
the answer is the one that it would give to everything, only sooner; and like questions are seen to be alike.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from skywright.model.values import Value

Path = tuple[str, ...]
"""Keys that lead from the input to a value; empty for the whole of it."""

_Tree = dict[str, "_Tree"]

SORTS: Final[tuple[Path, ...]] = (
    ("operation",), ("service",), ("name",), ("effect",), ("principal", "kind"), ("type",),
)  # fmt: skip
"""What an input's sort is told by; most rules are for some sorts only."""

_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that has to be so of the input for a body to hold.

    Attributes:
        kind: whether at the path there has to stand anything at all, something that is not false, something
            with anything in it, one of some values, or none of them.
        among: those values, as JSON.
    """

    path: Path
    kind: Literal["there", "true", "filled", "among", "other"]
    among: frozenset[str] = frozenset()

    def holds(self, input: Mapping[str, Value]) -> bool:
        found = _at(self.path, input)
        if found is _MISSING:
            return False
        match self.kind:
            case "among":
                return isinstance(found, (str, bool)) and json.dumps(found) in self.among
            case "other":
                return not isinstance(found, (str, bool)) or json.dumps(found) not in self.among
            case "filled":
                return isinstance(found, (dict, list, tuple, str, Mapping)) and bool(found)
            case "true":
                return found is not False
            case _:
                return True


Body = tuple[Condition, ...]


@dataclass(frozen=True)
class Reading:
    """What one package needs.

    Attributes:
        paths: everything that it reads.
        bodies: by each of its rules' names, the conditions of each body; a body without any may always hold.
    """

    paths: frozenset[Path] = frozenset()
    bodies: Mapping[str, tuple[Body, ...]] = field(default_factory=dict[str, tuple[Body, ...]])

    def plus(self, other: "Reading") -> "Reading":
        """Both together, for a package that stands in several files."""
        names = {*self.bodies, *other.bodies}
        return Reading(
            self.paths | other.paths,
            {name: self.bodies.get(name, ()) + other.bodies.get(name, ()) for name in names},
        )

    def narrowed(self, input: Mapping[str, Value]) -> "Reading":
        """What is left for inputs of this one's sort: the bodies that may hold, and what else they need."""
        bodies = {name: tuple(dict.fromkeys(_narrowed(all, input))) for name, all in self.bodies.items()}
        # One that may always hold speaks for all others.
        return Reading(self.paths, {name: ((),) if () in left else left for name, left in bodies.items()})

    def may_speak(self, name: str, input: Mapping[str, Value]) -> bool:
        """Whether the rule of that name may contain anything for this input."""
        # Plain loops: every call of an agent waits for some twenty of them.
        for body in self.bodies[name]:
            for condition in body:
                if not condition.holds(input):
                    break
            else:
                return True
        return False

    def part(self, input: Mapping[str, Value]) -> Mapping[str, Value]:
        """The part of the input that is read."""
        return input if () in self.paths else _part(self.wanted, input)

    @cached_property
    def wanted(self) -> _Tree:
        """The paths as a tree; what stands at a leaf is read whole."""
        root: _Tree = {}
        for path in self.paths:
            at = root
            for key in path:
                at = at.setdefault(key, {})
        return root


def _part(wanted: _Tree, value: Mapping[str, Value]) -> dict[str, Value]:
    # What is no object where one was expected is read whole: it may be why a rule is silent.
    return {
        key: _part(wanted[key], inner) if wanted[key] and isinstance(inner, dict) else inner
        for key, inner in value.items()
        if key in wanted
    }


def sort(input: Mapping[str, Value]) -> tuple[str, ...]:
    """What sort of input it is: inputs of one sort are narrowed alike."""
    found = [_at(path, input) for path in SORTS]
    return tuple(each if type(each) is str else repr((each,)) for each in found)


def _narrowed(bodies: tuple[Body, ...], input: Mapping[str, Value]) -> Iterator[Body]:
    for body in bodies:
        now = [condition for condition in body if condition.path in SORTS]
        if all(condition.holds(input) for condition in now):
            yield tuple(condition for condition in body if condition.path not in SORTS)


def _at(path: Path, input: Any) -> Any:
    for key in path:
        if type(input) is dict:
            input = input.get(key, _MISSING)
        else:
            try:
                input = input[key]
            except (KeyError, TypeError, IndexError):
                return _MISSING
    return input
