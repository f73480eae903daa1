"""What names mean at each place of a program, and of what type each reference there will be.

Owns the rules of reference: known, earlier, not left out, within the repetition. Must not know
which operations exist; it is told the types of results.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skywright.model.program import Parameter
from skywright.model.values import Value
from skywright.program.fit import Wrong
from skywright.program.references import BadReference, Reference, compiled, parse
from skywright.program.resolving import Scope, Unresolved, lookup
from skywright.program.types import (
    ANY,
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    Impossible,
    Type,
    listed,
    nearest,
    type_of,
    walk,
)

_PARAMETER_TYPES: Mapping[str, Type] = {
    "string": STRING,
    "integer": INTEGER,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "list": listed(ANY),
}
_FIRST_INDEX = re.compile(r"\[([0-9]+|index)\]")


@dataclass(frozen=True, slots=True)
class Made:
    """What a step leaves behind.

    Attributes:
        result: of one repetition; None if the step leaves nothing to refer to (a wait).
        times: how often, as far as known; None if it is not repeated, -1 if that is not known.
        when: its condition, as written.
    """

    result: Type | None
    times: int | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the program a reference stands.

    Attributes:
        times: of the step that it stands in, as in `Made`.
        when: of the step that it stands in.
        result: the type of `result`, inside an undo.
        strict: whether what a left-out step would have given may not be referred to.
    """

    times: int | None = None
    when: str | None = None
    result: Type | None = None
    strict: bool = True


@dataclass
class Names:
    """Parameters, and the steps so far, by name.

    Attributes:
        later: the ids of all steps, to tell what comes later from what does not exist.
    """

    parameters: Mapping[str, Parameter]
    later: Mapping[str, int]
    made: dict[str, Made] = field(default_factory=dict[str, Made])
    _walked: dict[tuple[Type, str], Type | Impossible] = field(
        default_factory=dict[tuple[Type, str], "Type | Impossible"]
    )

    def type_of(self, text: str, place: Place) -> "Type | Value":
        """What a text with references will be: its type, or the value of a parameter.

        Raises:
            Wrong: A reference in it cannot be.
        """
        try:
            template = parse(text)
        except BadReference as problem:
            raise Wrong(str(problem)) from problem
        if len(template) == 1:
            only = template[0]
            return STRING if isinstance(only, str) else self.refers(only, place)
        for part in template:
            if isinstance(part, Reference):
                found = self.refers(part, place)
                kind = found.kind if isinstance(found, Type) else type_of(found).kind
                if kind in ("list", "structure", "map"):
                    raise Wrong(f"{part} is a whole {kind} and stands inside a text")
        return STRING

    def refers(self, reference: Reference, place: Place) -> "Type | Value":
        """What one reference will be: its type, or the value of a parameter.

        Raises:
            Wrong: It cannot be.
        """
        name = reference.name
        if "[index]" in reference.path and place.times is None:
            raise Wrong(f"[index] in {reference} has a meaning only in a repeated step")
        if name in ("index", "number"):
            if place.times is None:
                raise Wrong(f"{reference} has a meaning only in a repeated step")
            return INTEGER
        if name == "result" and place.result is not None:
            return self._walk(reference, place.result)
        parameter = self.parameters.get(name)
        if parameter is not None:
            return self._parameter(reference, parameter, place)
        made = self.made.get(name)
        if made is None:
            raise Wrong(self._missing(reference))
        return self._step(reference, made, place)

    def _parameter(self, reference: Reference, parameter: Parameter, place: Place) -> "Type | Value":
        if parameter.value is None:
            return self._walk(reference, _PARAMETER_TYPES[parameter.type])
        if not reference.path:
            return parameter.value
        value = parameter.value
        within = _FIRST_INDEX.match(reference.path)
        if within and isinstance(value, Sequence) and not isinstance(value, str):
            _inside(reference, within[1], len(value), place)
        if "index" in reference.path:
            return self._walk(reference, _PARAMETER_TYPES[parameter.type])
        try:
            found = lookup(reference, Scope({parameter.name: value}), nulls=False)
        except (BadReference, Unresolved) as problem:
            raise Wrong(str(problem)) from problem
        return found

    def _step(self, reference: Reference, made: Made, place: Place) -> Type:
        if made.result is None:
            raise Wrong(f"{reference} refers to a wait, which has no result")
        if place.strict and made.when is not None and made.when != place.when:
            raise Wrong(f"{reference} refers to a step that is left out unless {made.when}")
        if made.times is None:
            return self._walk(reference, made.result)
        within = _FIRST_INDEX.match(reference.path)
        if within and made.times >= 0:
            _inside(reference, within[1], made.times, place)
        return self._walk(reference, listed(made.result))

    def _walk(self, reference: Reference, over: Type) -> Type:
        if not reference.path:
            return over
        key = (over, reference.path)
        found = self._walked.get(key)
        if found is None:
            try:
                found = walk(reference.path.replace("[index]", "[0]"), over)
            except Impossible as problem:
                found = problem
            self._walked[key] = found
        if isinstance(found, Impossible):
            raise Wrong(f"{reference} leads to nothing: {found}")
        return found

    def _missing(self, reference: Reference) -> str:
        if reference.name in self.later:
            return f"{reference} refers to a step that has not been done by then"
        names = (*self.parameters, *self.made)
        return (
            f"{reference}: there is no parameter or step '{reference.name}'{nearest(reference.name, names)}"
        )


def _inside(reference: Reference, index: str, size: int, place: Place) -> None:
    """Raises Wrong if an index is outside of a list of that size."""
    last = int(index) if index != "index" else (place.times or 0) - 1
    if last >= size:
        raise Wrong(f"{reference} asks for element {last}, counted from 0, of {size}")


def unsound(expression: str, over: Type, names: Names, place: Place) -> str:
    """What is wrong with a condition (JMESPath, references as literals); empty if nothing is."""
    pieces: list[str] = []
    marks: set[str] = set()
    try:
        for part in parse(expression):
            if isinstance(part, Reference):
                names.refers(part, place)
                marks.add(f"reference {len(marks)}")
                pieces.append(f'`"reference {len(marks) - 1}"`')
            else:
                pieces.append(part)
        text = "".join(pieces)
        if marks - set(_literals(compiled(text).parsed)):
            return "a reference stands inside quotes; it is written in as a literal, with quotes of its own"
        walk(text, over)
    except (BadReference, Wrong, Impossible) as problem:
        return str(problem)
    return ""


def _literals(node: Any) -> Iterator[str]:
    if node["type"] == "literal" and isinstance(node["value"], str):
        yield node["value"]
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _literals(child)
