"""References inside a program's strings: `${name.path}`. Owns their grammar; what they mean is `resolving`'s.

Knows values and JMESPath; must not know steps, operations or clouds. `name` is a word; what follows
it is JMESPath (`.Vpc.VpcId`, `[0].Id`, `[].Instances[].InstanceId`, ` | length(@)`). `$${` stands for
`${`, and `${'$'}` for a `$` where a reference follows at once. `[index]` is this repetition's number,
from 0.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import jmespath
from jmespath.exceptions import JMESPathError

from skywright.errors import Usage
from skywright.model.values import Value, is_object

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WHOLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*|\[(?:[0-9]*|index)\])*)\}")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
INDEX = re.compile(r"\[index\]")


class BadReference(Usage):
    """A text that looks like a reference, or like JMESPath, and is not."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One `${…}`.

    Attributes:
        path: JMESPath into the value of `name`; empty for the value itself.
    """

    name: str
    path: str = ""

    def __str__(self) -> str:
        joint = "" if not self.path or self.path.startswith("[") else "."
        if self.path.startswith("@"):
            return "${" + self.name + self.path[1:] + "}"
        return "${" + self.name + joint + self.path + "}"


Template = tuple[str | Reference, ...]
"""A string taken apart: literal text and references, in order."""


@lru_cache(maxsize=8192)
def parse(text: str) -> Template:
    """Take a string apart.

    Raises:
        BadReference: A `${` that is not closed, or what stands in it is no reference.
    """
    whole = _WHOLE.fullmatch(text)
    if whole:
        return (Reference(whole[1], _path(whole[2], text)),)
    parts: list[str | Reference] = []
    literal = ""
    at = 0
    while (start := text.find("${", at)) >= 0:
        if start > at and text[start - 1] == "$":
            literal += text[at : start - 1] + "${"
            at = start + 2
            continue
        literal += text[at:start]
        end = _close(text, start + 2)
        inside = text[start + 2 : end].strip()
        at = end + 1
        if inside == "'$'":
            literal += "$"
            continue
        if literal:
            parts.append(literal)
            literal = ""
        parts.append(_reference(inside, text))
    literal += text[at:]
    if literal or not parts:
        parts.append(literal)
    return tuple(parts)


def _close(text: str, at: int) -> int:
    """Where the `}` stands that closes a reference whose inside begins at `at`."""
    depth = 0
    quote = ""
    while at < len(text):
        mark = text[at]
        if quote:
            if mark == "\\":
                at += 1
            elif mark == quote:
                quote = ""
        elif mark in "'\"`":
            quote = mark
        elif mark == "{":
            depth += 1
        elif mark == "}":
            if depth == 0:
                return at
            depth -= 1
        at += 1
    raise BadReference(
        f"'{_short(text)}' opens a reference with ${{ and never closes it; write $${{ for a plain ${{"
    )


def _reference(inside: str, text: str) -> Reference:
    name = _NAME.match(inside)
    if name is None:
        raise BadReference(f"'${{{inside}}}' is not a reference; write ${{name}} or ${{name.path}}")
    return Reference(name[0], _path(inside[name.end() :].strip(), text))


def _path(rest: str, text: str) -> str:
    if not rest:
        return ""
    if rest[0] == ".":
        path = rest[1:]
    elif rest[0] == "[":
        path = rest
    elif rest[0] == "|":
        path = "@ " + rest
    else:
        raise BadReference(f"in '{_short(text)}', '{rest}' does not follow a name; write ${{name.path}}")
    compiled(INDEX.sub("[0]", path))
    return path


@lru_cache(maxsize=8192)
def compiled(expression: str) -> Any:
    """JMESPath, compiled once.

    Raises:
        BadReference: It is not JMESPath.
    """
    try:
        return jmespath.compile(expression)
    except JMESPathError as problem:
        raise BadReference(f"'{_short(expression)}' is not JMESPath: {_first_line(problem)}") from problem


@lru_cache(maxsize=8192)
def _keys(expression: str) -> tuple[str, ...]:
    """The keys of an expression that is nothing but keys, as most are; JMESPath reads it as they do."""
    return tuple(expression.split(".")) if _PLAIN.fullmatch(expression) else ()


def search(expression: str, value: Value) -> Value:
    """Evaluate JMESPath.

    Raises:
        BadReference: It is not JMESPath, or is applied to a value of a type that it cannot take.
    """
    keys = _keys(expression)
    if keys:
        for key in keys:
            value = value.get(key) if is_object(value) else None
        return value
    try:
        return cast(Value, compiled(expression).search(value))
    except JMESPathError as problem:
        raise BadReference(f"'{_short(expression)}' cannot be evaluated: {_first_line(problem)}") from problem


def strings(value: Value, place: str = "") -> Iterator[tuple[str, str]]:
    """Every string inside a value that may hold references, with its place (`Tags[0].Value`)."""
    if isinstance(value, str):
        if "${" in value:
            yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from strings(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, Sequence):
        for number, inner in enumerate(value):
            yield from strings(inner, f"{place}[{number}]")


def references(value: Value) -> Iterator[Reference]:
    """Every reference inside a value.

    Raises:
        BadReference: As for `parse`.
    """
    for _, text in strings(value):
        for part in parse(text):
            if isinstance(part, Reference):
                yield part


def escape(text: str) -> str:
    """The string whose template is this text and nothing else."""
    return text.replace("${", "$${")


def write(template: Iterable[str | Reference]) -> str:
    """The string that `parse` takes apart into this template (adjacent literals joined)."""
    written = ""
    literal = ""
    for part in template:
        if isinstance(part, str):
            literal += part
            continue
        plain = literal.rstrip("$")
        written += escape(plain) + "${'$'}" * (len(literal) - len(plain)) + str(part)
        literal = ""
    return written + escape(literal)


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"
