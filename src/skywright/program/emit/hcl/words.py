"""A program's arguments as values of a configuration: parameters, texts, and references to what is made.

Owns their translation. Must not know what becomes of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.emit.frame import Inexpressible, Names
from skywright.program.emit.hcl.nodes import Node, is_node, plain, ref, var
from skywright.program.references import BadReference, Reference, parse
from skywright.program.resolving import Scope, Unresolved, lookup, resolve

ELSEWHERE = "use --modality cli"
_TOKENS = frozenset({"ClientToken", "DryRun"})


@dataclass
class Words:
    """What a program's strings stand for.

    Attributes:
        serial: the request's own, so that another's parameters of the same name are others.
        results: what is known of the steps so far.
        step: the one whose arguments are read.
    """

    program: Program
    serial: int
    results: dict[str, Node] = field(default_factory=dict[str, Node])
    step: Step = field(default_factory=lambda: Step(""))

    def beyond(self, why: str) -> Inexpressible:
        """The error for something in the step that Terraform has no words for."""
        return Inexpressible(f"step '{self.step.id}': {why}; {ELSEWHERE}")

    def arguments(self, step: Step, index: int | None, row: Mapping[str, Any]) -> dict[str, Node]:
        """The step's arguments in one repetition, all of which the table must know."""
        known = {*_known(row), *row.get("only", {}), *row.get("aside", ())}
        found: dict[str, Node] = {}
        for name, value in step.arguments.items():
            node = self.node(value, index)
            if node in (None, {}, []) or name in _TOKENS:
                continue
            if name in row.get("only", {}) and plain(node) != row["only"][name]:
                raise self.beyond(f"Terraform cannot say {name} {plain(node)}")
            if name not in known:
                raise self.beyond(f"Terraform cannot say {name} of {step.operation}")
            found[name] = node
        return found

    def node(self, value: Value, index: int | None) -> Node:
        """A value with everything in it that is not known yet."""
        if isinstance(value, str):
            return self._text(value, index)
        if isinstance(value, Mapping):
            return {name: self.node(inner, index) for name, inner in value.items()}
        if isinstance(value, Sequence):
            return [self.node(inner, index) for inner in value]
        return value

    def _text(self, text: str, index: int | None) -> Node:
        parts = [
            self._reference(part, index) if isinstance(part, Reference) else part for part in parse(text)
        ]
        if len(parts) == 1:
            return parts[0]
        if any(is_node(part) and "$ref" in part for part in parts):
            return {"$join": parts}
        return "".join(str(plain(part)) for part in parts)

    def _reference(self, reference: Reference, index: int | None) -> Node:
        values = self.program.values()
        scope = Scope({**values, **self.results}, index)
        try:
            found = lookup(reference, scope, nulls=False)
        except (Unresolved, BadReference) as problem:
            raise self.beyond(f"Terraform does not tell {reference}") from problem
        if reference.name not in values or isinstance(found, Mapping | list | tuple):
            return found
        listed = "[index]" in reference.path
        if reference.path and not listed:
            return found
        return var(reference.name, found, self.serial, index if listed else None)

    def outputs(self) -> dict[str, Node]:
        """The answer, so far as it is known from what is in the configuration."""
        scope = Scope(
            {**{step.id: None for step in self.program.steps}, **self.program.values(), **self.results}
        )
        found: dict[str, Node] = {}
        names = Names()
        for name, value in self.program.answer.items():
            try:
                node = resolve(value, scope, nulls=True)
            except (BadReference, Unresolved):
                continue
            if _whole(node) and _refers(node):
                found[names.name(name)] = node
        return found


def _known(row: Mapping[str, Any]) -> set[str]:
    """Every word in a row's expressions: the names of arguments are among them."""
    texts = [row.get("each", ""), row.get("ids", "")]
    for part in ("arguments", "set", "merge", "unset", "where"):
        texts += row.get(part, {}).values()
    letters = "".join(letter if letter.isalnum() else " " for letter in " ".join(texts))
    return set(letters.split())


def shaped(shape: Node, key: str, seen: Node = None) -> Node:
    """The shape of a result with references to the attributes of a resource in it."""
    if shape == "SEEN":
        return shaped(seen, key)
    if isinstance(shape, str):
        return shape[1:] if shape.startswith("=") else ref(key, shape)
    if isinstance(shape, Mapping):
        return {name: shaped(inner, key, seen) for name, inner in shape.items()}
    return [shaped(inner, key, seen) for inner in shape or []]


def _whole(node: Node) -> bool:
    """Whether nothing in the value is missing, or a text that a reference was written into."""
    if node is None:
        return False
    if isinstance(node, str):
        return '{"$' not in node
    if is_node(node):
        return True
    if isinstance(node, Mapping):
        return all(_whole(inner) for inner in node.values())
    return all(_whole(inner) for inner in node) if isinstance(node, list | tuple) else True


def _refers(node: Node) -> bool:
    if is_node(node):
        return True
    if isinstance(node, Mapping):
        return any(_refers(inner) for inner in node.values())
    return any(_refers(inner) for inner in node) if isinstance(node, list | tuple) else False
