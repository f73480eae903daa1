"""HCL as text, laid out as `terraform fmt` does. Owns quoting and alignment; knows no resource.

The rule of alignment is `formatCells` of hclwrite: the `=` of attributes on neighbouring lines stand below
each other, unless the attribute's value goes on over several lines.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skywright.program.emit.hcl.nodes import Node

_WIDTH = 100
_IDENTIFIER = re.compile(r"(?!(?:for|null|true|false)$)[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Raw:
    """An expression that is ours and stands as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A value of which a JSON text is made."""

    value: Node


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between braces: attributes first, then blocks, as they come."""

    attributes: Mapping[str, Node] = field(default_factory=dict[str, Node])
    blocks: Sequence["Block"] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block such as `resource "aws_vpc" "main" { … }`; a comment stands above it."""

    type: str
    labels: tuple[str, ...] = ()
    body: Body = Body()
    comment: str = ""


def document(blocks: Sequence[Block]) -> str:
    """Blocks with a blank line between them."""
    return "\n".join(_block(block, 0) for block in blocks)


def quoted(text: str) -> str:
    """A string literal that is this text and nothing else: no template of it is ever evaluated."""
    return '"' + inside(text) + '"'


def inside(text: str) -> str:
    """Text as it stands inside a string literal."""
    plain = "".join(
        letter if letter.isprintable() and letter not in '"\\' else _escaped(letter) for letter in text
    )
    return plain.replace("${", "$${").replace("%{", "%%{")


def _escaped(letter: str) -> str:
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(letter)
    if named:
        return named
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _block(block: Block, indent: int) -> str:
    pad = " " * indent
    comment = "".join(f"{pad}# {line}\n" for line in block.comment.splitlines() if line.strip())
    head = " ".join([block.type, *(quoted(label) for label in block.labels)])
    lines = _lines(block.body, indent + 2)
    if not lines:
        return f"{comment}{pad}{head} {{}}\n"
    return f"{comment}{pad}{head} {{\n" + "".join(lines) + f"{pad}}}\n"


def _lines(body: Body, indent: int) -> list[str]:
    lines = _attributes(body.attributes, indent)
    for number, block in enumerate(body.blocks):
        if lines and (number == 0 or block.body.blocks or block.body.attributes):
            lines.append("\n")
        lines.append(_block(block, indent))
    return lines


def _attributes(attributes: Mapping[str, Node], indent: int) -> list[str]:
    """Lines of `name = value`, the signs of neighbours below each other."""
    pad = " " * indent
    names = {key: key if _IDENTIFIER.fullmatch(key) else quoted(key) for key in attributes}
    written = [(names[key], _expression(value, indent)) for key, value in attributes.items()]
    lines: list[str] = []
    chain: list[tuple[str, str]] = []
    for name, text in [*written, ("", "\n")]:
        if "\n" not in text:
            chain.append((name, text))
            continue
        width = max((len(one) for one, _ in chain), default=0)
        lines += [f"{pad}{one:<{width}} = {value}\n" for one, value in chain]
        chain = []
        if name:
            lines.append(f"{pad}{name} = {text}\n")
    return lines


def _expression(value: Node, indent: int) -> str:
    if isinstance(value, Encoded):
        return f"jsonencode({_expression(value.value, indent)})"
    flat = _flat(value)
    if isinstance(value, Mapping) and value:
        return "{\n" + "".join(_attributes(value, indent + 2)) + " " * indent + "}"
    if isinstance(value, list) and len(flat) + indent > _WIDTH - 20:
        pad = " " * (indent + 2)
        items = "".join(f"{pad}{_expression(item, indent + 2)},\n" for item in value)
        return "[\n" + items + " " * indent + "]"
    return flat


def _flat(value: Node) -> str:
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool | int | float) or value is None:
        return json.dumps(value)
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        entries = (
            f"{key if _IDENTIFIER.fullmatch(key) else quoted(key)} = {_flat(inner)}"
            for key, inner in value.items()
        )
        return "{ " + ", ".join(entries) + " }"
    return "[" + ", ".join(_flat(item) for item in value) + "]"
