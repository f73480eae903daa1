"""References inside a program's strings: `${name.path}`. Owns their grammar and their evaluation.

Knows values and JMESPath; must not know steps, operations or clouds. `name` is a word; what follows
it is JMESPath (`.Vpc.VpcId`, `[0].Id`, `[].Instances[].InstanceId`, ` | length(@)`). `$${` stands for
`${`, and `${'$'}` for a `$` where a reference follows at once. `[index]` is this repetition's number,
from 0.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import jmespath
from jmespath.exceptions import JMESPathError

from skywright.errors import Usage
from skywright.model.values import Value, with_texts

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WHOLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*|\[(?:[0-9]*|index)\])*)\}")
_INDEX = re.compile(r"\[index\]")


class BadReference(Usage):
    """A text that looks like a reference, or like JMESPath, and is not."""


class Unresolved(Usage):
    """A reference has no value, or none yet.

    Attributes:
        name: what it refers to.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


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


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one place of a program.

    Attributes:
        values: of parameters and of the steps done so far, by name.
        index: of this repetition, from 0; None outside of one.
    """

    values: Mapping[str, Value]
    index: int | None = None


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
    compiled(_INDEX.sub("[0]", path))
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


def search(expression: str, value: Value) -> Value:
    """Evaluate JMESPath.

    Raises:
        BadReference: It is not JMESPath, or is applied to a value of a type that it cannot take.
    """
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


def resolve(value: Value, scope: Scope, nulls: bool = False) -> Value:
    """The value with all references replaced by what they refer to.

    Args:
        nulls: whether a reference to something that is not there is null; else it is an error.

    Raises:
        Unresolved: A name is not in scope (yet), or its path leads to nothing.
        BadReference: As for `parse` and `search`.
    """
    if isinstance(value, str):
        return _resolve_text(value, scope, nulls) if "${" in value else value
    if isinstance(value, Mapping):
        return {key: resolve(inner, scope, nulls) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [resolve(inner, scope, nulls) for inner in value]
    return value


def bind(value: Value, scope: Scope) -> Value:
    """Like `resolve`, but leaves names that are not in scope for later.

    What remains is still made of templates, so a value that is put in and happens to look like
    a reference is escaped: no user's word ever becomes a reference. `[index]` in what remains is
    replaced by the scope's index.

    Raises:
        Unresolved: A name is in scope and its path leads to nothing.
    """
    if isinstance(value, str):
        return _bind_text(value, scope) if "${" in value else value
    if isinstance(value, Mapping):
        return {key: bind(inner, scope) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [bind(inner, scope) for inner in value]
    return value


def fill(expression: str, scope: Scope) -> str:
    """A JMESPath expression with its references written in as literals, whatever they hold.

    Raises:
        Unresolved: As for `resolve`.
    """
    if "${" not in expression:
        return expression
    return "".join(
        part if isinstance(part, str) else _literal(lookup(part, scope, nulls=False))
        for part in parse(expression)
    )


def lookup(reference: Reference, scope: Scope, nulls: bool) -> Value:
    """What one reference refers to.

    Raises:
        Unresolved: As for `resolve`.
    """
    if reference.name in ("index", "number") and reference.name not in scope.values:
        if scope.index is None:
            raise Unresolved(reference.name, f"{reference} has a meaning only in a repeated step")
        return scope.index + (reference.name == "number")
    if reference.name not in scope.values:
        raise Unresolved(reference.name, f"{reference} has no value yet")
    value = scope.values[reference.name]
    found = search(_at(reference.path, scope), value) if reference.path and value is not None else value
    if found is None and not nulls:
        raise Unresolved(reference.name, f"{reference} leads to nothing")
    return found


def _at(path: str, scope: Scope) -> str:
    if "[index]" not in path:
        return path
    if scope.index is None:
        raise Unresolved("index", f"[index] in '{path}' has a meaning only in a repeated step")
    return _INDEX.sub(f"[{scope.index}]", path)


def _resolve_text(text: str, scope: Scope, nulls: bool) -> Value:
    template = parse(text)
    if len(template) == 1:
        only = template[0]
        return only if isinstance(only, str) else lookup(only, scope, nulls)
    return "".join(
        part if isinstance(part, str) else _written(lookup(part, scope, nulls)) for part in template
    )


def _bind_text(text: str, scope: Scope) -> Value:
    template = parse(text)
    if len(template) == 1 and isinstance(template[0], Reference):
        only = template[0]
        if _in_scope(only, scope):
            return with_texts(lookup(only, scope, nulls=False), escape)
        return str(Reference(only.name, _at(only.path, scope)))
    return write(
        part
        if isinstance(part, str)
        else _written(lookup(part, scope, nulls=False))
        if _in_scope(part, scope)
        else Reference(part.name, _at(part.path, scope))
        for part in template
    )


def _in_scope(reference: Reference, scope: Scope) -> bool:
    return reference.name in scope.values or reference.name in ("index", "number")


def _written(value: Value) -> str:
    """A value as it stands in a longer text."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _literal(value: Value) -> str:
    """A value as a JMESPath literal; a backtick in it is escaped as the grammar wants it."""
    return "`" + json.dumps(value).replace("`", "\\`") + "`"


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"
