"""What is in a workspace: its resources, one by one, as they are kept from run to run.

Owns the form in which a configuration is kept and the names in it. Knows neither HCL nor any resource type.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from skywright.program.emit.hcl.nodes import Node, ref, refs, swapped


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that the workspace manages, or looks at.

    Attributes:
        key: what it is called in here; never changes.
        name: its block's name; resources of one type and name with indexes from 0 are one block with `count`.
        data: whether it is only looked at.
        id: what the cloud calls it, once that is known.
        arn: its ARN, if it has one.
        address: where the state has it; empty while it has not.
        imported: by what it is to be brought in, while it is not yet in the state.
        after: keys of those that must be done before it, though it does not refer to them.
        lasting: made before the one that it replaces is destroyed.
        passing: done once and then of no meaning: it leaves the workspace when it is done.
        ignored: arguments of which Terraform cannot be told how they are, and which it is to leave alone.
        note: stands above its block.
    """

    key: str
    type: str
    name: str
    arguments: Mapping[str, Node] = field(default_factory=dict[str, Node])
    index: int | None = None
    data: bool = False
    id: str = ""
    arn: str = ""
    address: str = ""
    imported: str = ""
    after: tuple[str, ...] = ()
    lasting: bool = False
    passing: bool = False
    ignored: tuple[str, ...] = ()
    note: str = ""

    def with_arguments(self, **changed: Node) -> "Resource":
        """The resource with some arguments otherwise."""
        ignored = tuple(name for name in self.ignored if name not in changed)
        return replace(self, arguments={**self.arguments, **changed}, ignored=ignored)


def resource_of(kept: Mapping[str, Any]) -> Resource:
    """A resource as `dataclasses.asdict` and JSON have left it.

    Raises:
        KeyError, TypeError: It is none.
    """
    after: list[str] = kept["after"]
    values: dict[str, Any] = {**kept, "after": tuple(after), "ignored": tuple(kept.get("ignored", ()))}
    return Resource(**values)


@dataclass
class Configuration:
    """All resources of a workspace, by key, in the order in which they came.

    Attributes:
        serial: of the last request that changed it.
    """

    resources: dict[str, Resource] = field(default_factory=dict[str, Resource])
    outputs: dict[str, Node] = field(default_factory=dict[str, Node])
    serial: int = 0

    def copy(self) -> "Configuration":
        return Configuration(dict(self.resources), dict(self.outputs), self.serial)

    def put(self, resource: Resource) -> None:
        self.resources[resource.key] = resource

    def fresh(self, type_: str, wish: str) -> str:
        """A block's name that no other of the type has; whatever is wished, it is a plain word."""
        wish = re.sub(r"\W+", "_", wish, flags=re.ASCII).strip("_") or "one"
        wish = wish if wish[0].isalpha() else f"the_{wish}"
        taken = {one.name for one in self.resources.values() if one.type == type_}
        # A block that falls apart becomes NAME_1, NAME_2, …
        found, number = wish, 2
        while any(name == found or name.startswith(f"{found}_") for name in taken):
            found, number = f"{wish}{number}", number + 1
        return found

    def known(self, id_: str) -> Resource | None:
        """The managed resource with this id or ARN."""
        return next((one for one in self.managed() if id_ and id_ in (one.id, one.arn)), None)

    def managed(self) -> Iterator[Resource]:
        return (one for one in self.resources.values() if not one.data)

    def dependents(self, key: str) -> list[Resource]:
        """Those that refer to a resource."""
        return [one for one in self.resources.values() if key in set(refs(dict(one.arguments)))]

    def leads(self, start: str, end: str) -> bool:
        """Whether a resource depends, directly or not, on another."""
        seen, left = set[str](), [start]
        while left:
            key = left.pop()
            if key == end:
                return True
            if key in seen or key not in self.resources:
                continue
            seen.add(key)
            left += [*refs(dict(self.resources[key].arguments)), *self.resources[key].after]
        return False

    def drop(self, key: str) -> list[Resource]:
        """Take a resource out, and whatever refers to it; those that are gone."""
        gone = [self.resources.pop(key)]
        for one in self.dependents(key):
            if one.key in self.resources:
                gone += self.drop(one.key)
        self.outputs = {name: node for name, node in self.outputs.items() if key not in set(refs(node))}
        return gone

    @staticmethod
    def frozen(resource: Resource, gone: Resource) -> Resource:
        """A resource whose references to another that goes are what they were, as text."""

        def as_text(node: Any) -> Node:
            if node.get("$ref") != gone.key:
                return node
            return gone.arn if node["attribute"] == "arn" else gone.id

        return replace(resource, arguments=swapped(dict(resource.arguments), as_text))

    def linked(self, resource: Resource) -> Resource:
        """The resource with ids of others that the workspace manages replaced by references to them."""
        known = {one.id: (one.key, "id") for one in self.managed() if one.id}
        known |= {one.arn: (one.key, "arn") for one in self.managed() if one.arn}

        def link(value: Node) -> Node:
            if isinstance(value, str) and value in known:
                key, attribute = known[value]
                if key != resource.key and not self.leads(key, resource.key):
                    return ref(key, attribute)
            if isinstance(value, dict) and not any(mark.startswith("$") for mark in value):
                return {name: link(inner) for name, inner in value.items()}
            return [link(inner) for inner in value] if isinstance(value, list) else value

        def unwrapped(node: Any) -> Node:
            return node["value"] if "$var" in node and str(node["value"]) in known else node

        return replace(resource, arguments=link(swapped(dict(resource.arguments), unwrapped)))

    def to_json(self) -> dict[str, Any]:
        return {
            "serial": self.serial,
            "outputs": self.outputs,
            "resources": [asdict(one) for one in self.resources.values()],
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> "Configuration":
        """
        Raises:
            KeyError, TypeError: It is not what `to_json` gives.
        """
        found = [resource_of(one) for one in kept["resources"]]
        return Configuration({one.key: one for one in found}, dict(kept["outputs"]), int(kept["serial"]))
