"""Values as Python source. Owns quoting and layout; knows no program."""

import keyword
from collections.abc import Mapping
from dataclasses import dataclass

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Code:
    """An expression, as it stands in the source."""

    text: str


def string(text: str) -> str:
    """A string literal in double quotes; whatever does not print is escaped."""
    return '"' + "".join(_letter(letter) for letter in text) + '"'


def inside(text: str) -> str:
    """Text as it stands in an f-string in double quotes."""
    return "".join(_letter(letter) for letter in text).replace("{", "{{").replace("}", "}}")


def _letter(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(letter)
    number = ord(letter)
    return named or (
        f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"
    )


def literal(value: object, indent: int = 0) -> str:
    """Source for a value, over several lines if it does not fit in one.

    Args:
        value: JSON values, and `Code` anywhere among them.
        indent: of the line that the source begins in.
    """
    flat = _flat(value)
    if len(flat) + indent <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, Mapping):
        rows = [f"{pad}{string(str(key))}: {literal(inner, indent + 4)}," for key, inner in value.items()]
        return "\n".join(["{", *rows, " " * indent + "}"])
    rows = [f"{pad}{literal(inner, indent + 4)}," for inner in value]
    return "\n".join(["[", *rows, " " * indent + "]"])


def call(function: str, arguments: Mapping[str, object], indent: int, rest: str = "") -> str:
    """A call with keyword arguments; `rest` follows its closing bracket."""
    if any(not name.isidentifier() or keyword.iskeyword(name) for name in arguments):
        return f"{function}(**{literal(arguments, indent)}){rest}"
    flat = f"{function}({', '.join(f'{name}={_flat(value)}' for name, value in arguments.items())}){rest}"
    if len(flat) + indent <= WIDTH or not arguments:
        return flat
    pad = " " * (indent + 4)
    rows = [f"{pad}{name}={literal(value, indent + 4)}," for name, value in arguments.items()]
    return "\n".join([f"{function}(", *rows, " " * indent + ")" + rest])


def _flat(value: object) -> str:
    if isinstance(value, Code):
        return value.text
    if isinstance(value, str):
        return string(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{string(str(key))}: {_flat(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flat(inner) for inner in value) + "]"
    return repr(value)
