"""What references mean: a program's strings with the values that their names have at one place of it.

Owns scopes and evaluation; `references` owns the grammar. Must not know steps, operations or clouds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from skywright.errors import Usage
from skywright.model.values import Value, is_list, is_object, with_texts
from skywright.program.references import INDEX, Reference, escape, parse, search, write


class Unresolved(Usage):
    """A reference has no value, or none yet.

    Attributes:
        name: what it refers to.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one place of a program.

    Attributes:
        values: of parameters and of the steps done so far, by name.
        index: of this repetition, from 0; None outside of one.
    """

    values: Mapping[str, Value]
    index: int | None = None


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
    if is_object(value):
        return {key: resolve(inner, scope, nulls) for key, inner in value.items()}
    if is_list(value):
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
    if is_object(value):
        return {key: bind(inner, scope) for key, inner in value.items()}
    if is_list(value):
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
    return INDEX.sub(f"[{scope.index}]", path)


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
