"""What policies need of their input, and without what they have nothing to say. Judges nothing.

A rule is asked only if one of its bodies could hold, and is given only what those bodies read. So the answer
is the one that it would give to everything, only sooner; and like questions are seen to be alike.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

_HOLDERS: Final = ("arguments", "facts", "properties")
"""Objects that hold what an input is about: most rules read what few inputs have."""

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


@dataclass(frozen=True, slots=True)
class Body:
    """One body of one rule.

    Attributes:
        conditions: all of them have to be so for it to hold; without any, it may always hold.
        paths: everything that it reads, by the rules too that it rests on.
    """

    conditions: tuple[Condition, ...] = ()
    paths: frozenset[Path] = frozenset()


Reading = Mapping[str, tuple[Body, ...]]
"""What a package says by: its rules' bodies, by the rules' names."""


@dataclass(frozen=True, eq=False)
class Need:
    """What one rule still needs of inputs of one form.

    Attributes:
        bodies: the conditions of each body that may hold; what the form tells is left out of them.
        paths: what those bodies read, and by what it shows that the others do not hold.
        varying: those of the paths to what inputs of the form may differ in.
    """

    bodies: tuple[tuple[Condition, ...], ...]
    paths: frozenset[Path]
    varying: tuple[Path, ...]

    def may_speak(self, input: Mapping[str, Value]) -> bool:
        """Whether the rule may contain anything for this input."""
        # Plain loops: every call of an agent waits for some twenty of them.
        for body in self.bodies:
            for condition in body:
                if not condition.holds(input):
                    break
            else:
                return True
        return False

    def part(self, input: Mapping[str, Value]) -> Mapping[str, Value]:
        """The part of the input that is read."""
        return input if () in self.paths else _part(self.wanted, input)

    def marks(self, input: Mapping[str, Value]) -> tuple[object, ...]:
        """Of inputs that are kept meanwhile, those with the same marks have the same part."""
        if () in self.paths:
            return (id(input),)
        found: list[object] = []
        for first, rests in self._by_first:
            held: Any = input.get(first, _MISSING)
            for rest in rests:
                if len(rest) == 1 and type(held) is dict:
                    value = held.get(rest[0], _MISSING)
                    found.append(value if type(value) is str else id(value))
                else:
                    found.append(_mark(rest, held))
        return tuple(found)

    @cached_property
    def _by_first(self) -> tuple[tuple[str, tuple[Path, ...]], ...]:
        """What varies, by the first key of its path."""
        found: dict[str, list[Path]] = {}
        for path in self.varying:
            found.setdefault(path[0], []).append(path[1:])
        return tuple((first, tuple(rests)) for first, rests in found.items())

    @cached_property
    def wanted(self) -> _Tree:
        """The paths as a tree; what stands at a leaf is read whole."""
        root: _Tree = {}
        for path in self.paths:
            at = root
            for key in path:
                at = at.setdefault(key, {})
        return root


def form(input: Mapping[str, Value]) -> tuple[object, ...]:
    """What sort of input it is, and which arguments and facts it has: all that narrowing looks at."""
    sort = [_at(path, input) for path in SORTS]
    held = [input.get(name) for name in _HOLDERS]
    return (
        *[each if type(each) is str else (repr(each),) for each in sort],
        *[tuple(each) if type(each) is dict else None for each in held],
    )


def narrowed(bodies: Iterable[Body], input: Mapping[str, Value]) -> Need:
    """What is left of a rule for inputs of this one's form."""
    left: list[tuple[Condition, ...]] = []
    paths: set[Path] = set()
    for body in bodies:
        told = {each for each in body.conditions if each.path in SORTS or _is_missing(each.path, input)}
        failing = {condition.path for condition in told if not condition.holds(input)}
        if failing:
            # A body that is given less than it reads has to see all the same why it does not hold.
            paths |= failing
        else:
            left.append(tuple(each for each in body.conditions if each not in told))
            paths |= body.paths
    whole = frozenset(path for path in paths if not any(path[:size] in paths for size in range(len(path))))
    varying = tuple(path for path in whole if path not in SORTS and not _is_missing(path, input))
    # One that may always hold speaks for all others.
    return Need(((),) if () in left else tuple(dict.fromkeys(left)), whole, varying)


def _is_missing(path: Path, input: Mapping[str, Value]) -> bool:
    """Whether the form tells that nothing stands there."""
    if len(path) < 2 or path[0] not in _HOLDERS:
        return False
    holder = input.get(path[0])
    return type(holder) is dict and path[1] not in holder


def _mark(path: Path, input: Any) -> object:
    for depth, key in enumerate(path):
        if type(input) is not dict:
            return depth, input if type(input) is str else id(input)
        input = input.get(key, _MISSING)
    return input if type(input) is str else id(input)


def _part(wanted: _Tree, value: Mapping[str, Value]) -> dict[str, Value]:
    # What is no object where one was expected is read whole: it may be why a rule is silent.
    return {
        key: _part(wanted[key], inner) if wanted[key] and isinstance(inner, dict) else inner
        for key, inner in value.items()
        if key in wanted
    }


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
