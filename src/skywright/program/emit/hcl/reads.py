"""Programs that only read, as data sources and outputs; and the outputs as the operations' own answers.

Owns the translation there and back, by the table beside this file. Runs nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, cast

from skywright.model import yaml_text
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program.emit.frame import Inexpressible, Names
from skywright.program.emit.hcl.nodes import Node
from skywright.program.emit.hcl.render import head
from skywright.program.emit.hcl.table import blocks, searched
from skywright.program.emit.hcl.text import Block, Body, Raw, document, quoted
from skywright.program.expand import Instance, instances, specialise
from skywright.program.references import references
from skywright.program.resolving import Scope, resolve

_SIZES = frozenset({"MaxResults", "PageSize"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A configuration that only looks.

    Attributes:
        outputs: the name of each step's output, by the step's key.
        untold: what Terraform does not say, of what the answer may ask for; one sentence each.
    """

    text: str
    outputs: Mapping[str, str]
    untold: tuple[str, ...] = ()


@cache
def table() -> Mapping[str, Any]:
    """By operation, how it is said in data sources."""
    text = resources.files("skywright.program.emit.hcl").joinpath("reads.yaml").read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", yaml_text.load(text))


def reading(program: Program) -> Reading:
    """Write a program down that only reads.

    Raises:
        Inexpressible: Terraform has no data source for a step; the sentence says what can tell it.
    """
    special = specialise(program)
    region = str(resolve(special.region, Scope(special.values())))
    names, aliases = Names(), Names()
    found: list[Block] = []
    outputs: dict[str, str] = {}
    untold: list[str] = []
    regions = {region: ""}
    for one in instances(special):
        row = _row(one)
        name = outputs[one.key] = names.name(one.key)
        if one.region not in regions:
            regions[one.region] = aliases.name(one.region)
        alias = regions[one.region]
        found += list(_blocks(row, name, _arguments(one, row), alias))
        found.append(Block("output", (name,), Body({"value": _value(row, name)}), one.step.note))
        asked = str(program.answer)
        untold += [f"Terraform does not tell {word}" for word in row.get("untold", ()) if word in asked]
    others = [
        Block("provider", ("aws",), Body({"alias": alias, "region": place}))
        for place, alias in regions.items()
        if alias
    ]
    text = document([*head(Raw(quoted(region))), *others, *found])
    return Reading(text, outputs, tuple(dict.fromkeys(untold)))


def results(program: Program, reading: Reading, outputs: Mapping[str, Value]) -> dict[str, Value]:
    """What the program's steps would have been answered."""
    found: dict[str, Value] = {}
    for one in instances(program):
        told = outputs.get(reading.outputs[one.key])
        answer = searched(_row(one)["result"], told)
        if one.index is None:
            found[one.step.id] = answer
        else:
            cast("list[Value]", found.setdefault(one.step.id, [])).append(answer)
    return found


def _row(one: Instance) -> Mapping[str, Any]:
    step = one.step
    row = table().get(str(step.operation))
    if row is None or step.until is not None:
        what = step.operation or step.waiter
        raise Inexpressible(f"Terraform has no data source for what {what} tells; use --modality cli")
    return row


def _arguments(one: Instance, row: Mapping[str, Any]) -> dict[str, Node]:
    if any(True for _ in references(dict(one.arguments))):
        raise Inexpressible(f"step '{one.step.id}' refers to what another finds; use --modality cli")
    found = {name: resolve(value, Scope({})) for name, value in one.arguments.items() if name not in _SIZES}
    strange = set(found) - {row["ids"], "Filters"}
    if strange or ("Filters" in found and row["all"]["data"] == "aws_lbs"):
        raise Inexpressible(
            f"step '{one.step.id}': Terraform cannot say {', '.join(sorted(strange or {'Filters'}))} "
            f"of {one.step.operation}; use --modality cli"
        )
    return found


def _blocks(row: Mapping[str, Any], name: str, arguments: Mapping[str, Node], alias: str) -> Iterator[Block]:
    every = row["all"]
    ids = arguments.get(row["ids"])
    if ids:
        wanted = list(dict.fromkeys(ids))
        chosen: Node = Raw(f"toset({_listed(wanted)})")
    else:
        filters = [
            {"name": str(one["Name"]), "values": list(one["Values"])}
            for one in arguments.get("Filters") or []
        ]
        given = dict(every.get("arguments", {})) | ({"filter": filters} if filters else {})
        yield _data(every["data"], name, given, name, alias)
        chosen = Raw(f"toset(data.{every['data']}.{name}.{every.get('ids', 'ids')})")
    each = row["each"]
    if each["by"] == "volume":
        by = {"filter": [{"name": "volume-id", "values": ["=each.value"]}]}
    else:
        by = {each["by"]: "=each.value"}
    yield _data(each["data"], name, {"for_each": chosen, **by}, name, alias)
    for label, beside in row.get("beside", {}).items():
        yield _data(beside["data"], f"{name}_{label}", beside.get("arguments", {}), name, alias)


def _data(type_: str, label: str, arguments: Mapping[str, Node], name: str, alias: str) -> Block:
    flat = {key: _text(value, name) for key, value in arguments.items() if key not in blocks()}
    if alias:
        flat = {"provider": Raw(f"aws.{alias}"), **flat}
    nested = [
        Block(key, (), Body(_text(one, name)))
        for key, value in arguments.items()
        if key in blocks()
        for one in value
    ]
    return Block("data", (type_, label), Body(flat, nested))


def _text(value: Node, name: str) -> Node:
    if isinstance(value, str) and value.startswith("="):
        return Raw(re.sub(r"\bNAME", name, value[1:]))
    if isinstance(value, dict):
        return {key: _text(inner, name) for key, inner in value.items()}
    return [_text(one, name) for one in value] if isinstance(value, list) else value


def _value(row: Mapping[str, Any], name: str) -> Raw:
    """The fields of all that were looked at, as a list."""
    fields = {key: re.sub(r"\bNAME", name, text.strip()) for key, text in row["fields"].items()}
    width = max(len(key) for key in fields)
    lines = "".join(f"    {key:<{width}} = {text}\n" for key, text in fields.items())
    return Raw(f"[for one in data.{row['each']['data']}.{name} : {{\n{lines}  }}]")


def _listed(values: list[Value]) -> str:
    body = document([Block("x", (), Body({"y": values}))])
    return body.partition("y = ")[2].rpartition("}")[0].strip()
