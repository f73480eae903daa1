"""A configuration as HCL files. Owns the addresses of blocks, variables and the folding into `count`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skywright.model.values import Value
from skywright.program.emit.frame import Names
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node, is_node
from skywright.program.emit.hcl.table import blocks
from skywright.program.emit.hcl.text import Block, Body, Encoded, Raw, document, inside, quoted

_SOURCE = "hashicorp/aws"
_VERSION = ">= 5.0"


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a workspace by name, and where in it each resource stands.

    Attributes:
        addresses: by key.
    """

    texts: Mapping[str, str]
    addresses: Mapping[str, str]

    @property
    def whole(self) -> str:
        """All files one after the other, as one module in one file."""
        return "\n".join(text for text in self.texts.values() if text)


class _Apart(Exception):
    """The resources are not alike enough to stand in one block."""


def files(configuration: Configuration, region: str) -> Files:
    """Write a configuration down; `main.tf`, `variables.tf`, `outputs.tf` and `changes.tf`."""
    writer = _Writer(configuration)
    main = writer.blocks()
    outputs = [
        Block("output", (name,), Body({"value": writer.expression(node)}))
        for name, node in configuration.outputs.items()
    ]
    variables = {"region": (region, "string"), **writer.variables}
    declared = [
        Block("variable", (name,), Body({"type": Raw(kind), "default": value}))
        for name, (value, kind) in variables.items()
    ]
    texts = {
        "main.tf": document([*head(Raw("var.region")), *main]),
        "variables.tf": document(declared),
        "outputs.tf": document(outputs),
        "changes.tf": document(_changes(configuration, writer.addresses)),
    }
    return Files(texts, writer.addresses)


def head(region: Raw) -> list[Block]:
    """With what every module begins: the provider, and where it acts."""
    providers = Block("required_providers", (), Body({"aws": {"source": _SOURCE, "version": _VERSION}}))
    return [
        Block("terraform", (), Body({}, (providers,))),
        Block("provider", ("aws",), Body({"region": region})),
    ]


def _changes(configuration: Configuration, addresses: Mapping[str, str]) -> list[Block]:
    """What is brought in, and what stands at another address than before."""
    found: list[Block] = []
    for one in configuration.managed():
        here = Raw(addresses[one.key])
        if one.imported:
            found.append(Block("import", (), Body({"to": here, "id": one.imported})))
        elif one.address and one.address != addresses[one.key]:
            found.append(Block("moved", (), Body({"from": Raw(one.address), "to": here})))
    return found


@dataclass
class _Writer:
    """Writes resources as blocks and collects the variables that they use."""

    configuration: Configuration
    addresses: dict[str, str] = field(default_factory=dict[str, str])
    variables: dict[str, tuple[Value, str]] = field(default_factory=dict[str, tuple[Value, str]])
    _names: Names = field(default_factory=lambda: Names({"region"}))
    _known: dict[tuple[str, int, str], str] = field(default_factory=dict[tuple[str, int, str], str])

    def blocks(self) -> list[Block]:
        groups: dict[tuple[str, str, bool], list[Resource]] = {}
        for one in self.configuration.resources.values():
            groups.setdefault((one.type, one.name, one.data), []).append(one)
        merged: dict[tuple[str, str, bool], Mapping[str, Node] | None] = {}
        for place, members in groups.items():
            merged[place] = _counted(members)
            for one in members:
                self.addresses[one.key] = _address(one, merged[place] is not None)
        found: list[Block] = []
        for place, members in groups.items():
            arguments = merged[place]
            if arguments is not None:
                counted = {"count": len(members), **arguments}
                found.append(self._block(members[0], place[1], counted))
            else:
                found += [self._block(one, _alone(one), one.arguments) for one in members]
        return found

    def _block(self, one: Resource, name: str, arguments: Mapping[str, Node]) -> Block:
        body = self._body(arguments)
        meta: dict[str, Any] = {}
        if one.after:
            there = [key for key in one.after if key in self.addresses]
            if there:
                meta["depends_on"] = [Raw(self.addresses[key].partition("[")[0]) for key in there]
        blocks = list(body.blocks)
        lifecycle: dict[str, Node] = {"create_before_destroy": True} if one.lasting else {}
        if one.ignored:
            lifecycle["ignore_changes"] = [Raw(name) for name in one.ignored]
        if lifecycle:
            blocks.append(Block("lifecycle", (), Body(lifecycle)))
        kind = "data" if one.data else "resource"
        return Block(kind, (one.type, name), Body({**body.attributes, **meta}, blocks), one.note)

    def _body(self, arguments: Mapping[str, Node]) -> Body:
        attributes: dict[str, Node] = {}
        nested: list[Block] = []
        for name, value in arguments.items():
            if name in blocks() and not is_node(value):
                inner = value if isinstance(value, list) else [value]
                nested += [Block(name, (), self._body(one)) for one in inner]
            else:
                attributes[name] = self.expression(value)
        return Body(attributes, nested)

    def expression(self, value: Node) -> Node:
        """The value with everything that is not plain as an expression."""
        if not is_node(value):
            if isinstance(value, Mapping):
                return {name: self.expression(inner) for name, inner in value.items()}
            return [self.expression(one) for one in value] if isinstance(value, list) else value
        if "$raw" in value:
            return Raw(value["$raw"])
        if "$json" in value:
            return Encoded(value["$json"])
        if "$ref" in value:
            return Raw(self._reference(value))
        if "$join" in value:
            return Raw('"' + "".join(self._part(part) for part in value["$join"]) + '"')
        if "$counted" in value:
            return Raw(f"var.{self._list(value)}[count.index]")
        if "index" in value:
            return value["value"]
        return Raw(f"var.{self._variable(value['$var'], value['of'], value['value'])}")

    def _reference(self, node: Mapping[str, Any]) -> str:
        address = self.addresses[node["$ref"]]
        if node.get("counted"):
            address = address.partition("[")[0] + "[count.index]"
        prefix = "data." if self.configuration.resources[node["$ref"]].data else ""
        return f"{prefix}{address}.{node['attribute']}"

    def _part(self, part: Node) -> str:
        if not is_node(part):
            return inside(str(part))
        found = self.expression(part)
        return "${" + found.text + "}" if isinstance(found, Raw) else inside(str(found))

    def _variable(self, name: str, serial: int, value: Value) -> str:
        place = (name, serial, quoted(str(value)))
        if place not in self._known:
            self._known[place] = self._names.name(name)
            self.variables[self._known[place]] = (value, _kind(value))
        return self._known[place]

    def _list(self, node: Mapping[str, Any]) -> str:
        values = node["values"]
        place = (node["$counted"], node["of"], quoted(str(values)))
        if place not in self._known:
            self._known[place] = self._names.name(node["$counted"])
            self.variables[self._known[place]] = (values, f"list({_kind(values[0])})")
        return self._known[place]


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else "string"


def _alone(one: Resource) -> str:
    return one.name if one.index is None else f"{one.name}_{one.index + 1}"


def _address(one: Resource, counted: bool) -> str:
    return f"{one.type}.{one.name}[{one.index}]" if counted else f"{one.type}.{_alone(one)}"


def _counted(members: Sequence[Resource]) -> Mapping[str, Node] | None:
    """The arguments of several resources as those of one block; None if they have to stand alone."""
    if len(members) < 2 or [one.index for one in members] != list(range(len(members))):
        return None
    if len({(one.after, one.lasting, bool(one.imported), one.ignored) for one in members}) > 1:
        return None
    try:
        merged = _merged([dict(one.arguments) for one in members], members[0].name)
    except _Apart:
        return None
    return merged


def _merged(values: Sequence[Node], name: str) -> Node:
    first = values[0]
    if all(value == first for value in values):
        return first
    if all(isinstance(value, Mapping) and not is_node(value) for value in values):
        if len({tuple(value) for value in values}) > 1:
            raise _Apart
        return {key: _merged([value[key] for value in values], f"{name}_{key}") for key in first}
    if all(isinstance(value, list) for value in values):
        if len({len(value) for value in values}) > 1:
            raise _Apart
        return [_merged(list(items), name) for items in zip(*values, strict=True)]
    if all(isinstance(value, Mapping) and "$ref" in value for value in values):
        return _same_reference(values)
    return _listed(values, name)


def _same_reference(values: Sequence[Node]) -> Node:
    """A reference from each to the one of another block that has its own index."""
    stems = {value["$ref"].rpartition("[")[0] for value in values}
    whole = [f"{stem}[{number}]" for number in range(len(values)) for stem in stems]
    if len(stems) != 1 or "" in stems or [value["$ref"] for value in values] != whole:
        raise _Apart
    if len({value["attribute"] for value in values}) > 1:
        raise _Apart
    return {**values[0], "counted": True}


def _listed(values: Sequence[Node], name: str) -> Node:
    """Different plain values, or those of one parameter, as a list that is indexed."""
    serial, label = 0, name
    found: list[Value] = []
    for value in values:
        if is_node(value):
            if "$var" not in value:
                raise _Apart
            serial, label = value["of"], value["$var"]
            value = value["value"]
        if not isinstance(value, str | int | float):
            raise _Apart
        found.append(value)
    if len({type(value) for value in found}) > 1:
        raise _Apart
    return {"$counted": label, "of": serial, "values": found}
