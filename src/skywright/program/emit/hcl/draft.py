"""A configuration in the making: what is brought into it and taken out of it, and what of that is wanted.

Owns the bookkeeping that every kind of edit needs. Knows nothing of the rows of the table that say how an
operation is carried over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node, is_node, plain
from skywright.program.emit.hcl.power import Power
from skywright.program.emit.hcl.table import table
from skywright.program.emit.hcl.wanted import Look, Present, Wanted
from skywright.program.emit.hcl.words import Words


@dataclass
class Draft:
    """What the steps are carried over into, one after the other."""

    words: Words
    configuration: Configuration
    look: Look
    wanted: Wanted = field(default_factory=Wanted)
    power: Power = field(default_factory=Power)

    def fresh(
        self,
        type_: str,
        arguments: Mapping[str, Node],
        index: int | None,
        *,
        name: str = "",
        data: bool = False,
        note: str | None = None,
    ) -> Resource:
        """A new resource, not yet put anywhere; the note is the step's where none is given."""
        label = name or self.configuration.fresh(type_, self.words.step.id)
        key = f"{type_}.{label}" if index is None else f"{type_}.{label}[{index}]"
        key = f"data.{key}" if data else key
        said = self.words.step.note if note is None else note
        return Resource(key, type_, label, arguments, index, data=data, note=said)

    def changed(self, one: Resource, names: set[str]) -> None:
        """Put a resource back with other arguments, of which these are wanted."""
        self.configuration.put(one)
        if one.key not in self.wanted.made:
            self.wanted.changed[one.key] = self.wanted.changed.get(one.key, set()) | names

    def known_as(self, node: Node) -> Node:
        """A value in the one form that can be compared: the key of the resource, if it is one's id."""
        value = plain(node)
        if is_node(value):
            return value.get("$ref", value)
        held = self.configuration.known(value) if isinstance(value, str) else None
        return held.key if held is not None else value

    def held(self, type_: str, node: Node) -> Resource:
        """The resource with this id, brought into the configuration if it is not yet there."""
        value = plain(node)
        if is_node(value):
            return self.configuration.resources[value["$ref"]]
        found = self.configuration.known(str(value))
        if found is not None:
            return found
        type_ = kind_of(str(value)) if type_ == "any" else type_
        there = self.look(type_, {"id": value}) if type_ else None
        if there is None or not there.imported:
            raise self.words.beyond(f"Terraform cannot bring '{value}' into its workspace")
        found = self.bring(type_, there)
        found = replace(found, id="" if str(value).startswith("arn:") else str(value), arn=str(value))
        self.configuration.put(found)
        return found

    def bring(self, type_: str, there: Present) -> Resource:
        """A resource for what was made elsewhere, not yet put anywhere."""
        named = plain((there.arguments.get("tags") or {}).get("Name") or there.arguments.get("name") or "")
        label = self.configuration.fresh(type_, str(named or self.words.step.id))
        one = self.fresh(type_, there.arguments, None, name=label, note="")
        one = replace(one, imported=there.imported)
        self.wanted.brought[one.key] = one
        return one

    def drop(self, one: Resource) -> None:
        """Take a resource out of the configuration, for the plan to destroy it."""
        for gone in detach(self.configuration, one):
            if gone.key in self.wanted.made:
                self.wanted.made.discard(gone.key)
            elif not gone.data:
                self.wanted.removed[gone.key] = gone
            self.wanted.changed.pop(gone.key, None)


def detach(configuration: Configuration, one: Resource) -> list[Resource]:
    """Take a resource out, with what is bound to it; what else refers to it keeps its id as text."""
    bound = {name for name, row in table()["resources"].items() if row.get("bound")}
    for other in configuration.dependents(one.key):
        if other.type not in bound:
            configuration.put(configuration.frozen(other, one))
    return configuration.drop(one.key)


def kind_of(id_: str) -> str:
    """The type of resource that an id is of; empty if it is none that the table knows."""
    for name, row in table()["resources"].items():
        if "id" in row and id_.startswith(row["id"]) and row.get("mark", "") in id_:
            return name
    return ""
