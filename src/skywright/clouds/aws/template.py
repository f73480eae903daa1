"""The templates in our data files: JSON with `${JMESPath}` in its strings, filled from a call.

A string that is one expression alone has the type of what it finds; what finds nothing is left
out of its list or object. Owns the filling; knows no operation. Not to be confused with the
references of programs: what comes out is values, and `escaped` makes them safe to stand in one.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathTypeError

from skywright.model.values import Value, with_texts

_ALONE = re.compile(r"\$\{([^${}]+)\}")


def find(path: str, scope: Value) -> Any:
    """What the expression finds in the scope; None if nothing, or if the scope is not of its form."""
    try:
        return _compiled(path).search(scope)
    except JMESPathTypeError:
        return None


def filled(template: Value, scope: Mapping[str, Value]) -> Any:
    """The template with every expression replaced by what it finds; None if that is nothing."""
    if isinstance(template, str):
        alone = _ALONE.fullmatch(template)
        if alone:
            return find(alone[1], scope)
        return _ALONE.sub(lambda match: str(find(match[1], scope)), template)
    if isinstance(template, Mapping):
        pairs = {key: filled(value, scope) for key, value in template.items()}
        return {key: value for key, value in pairs.items() if value is not None}
    if isinstance(template, Sequence):
        return [value for value in (filled(item, scope) for item in template) if value is not None]
    return template


def escaped(value: Value) -> Any:
    """The value as a program has to write it, so that no `${` in it is taken for a reference."""
    return with_texts(value, lambda text: text.replace("${", "$${"))


def unescaped(value: Value) -> Any:
    """A value without references as it is meant."""
    return with_texts(value, lambda text: text.replace("$${", "${"))


def has_reference(value: Value) -> bool:
    """Whether a program's reference is anywhere in the value, so that it is not known yet."""
    if isinstance(value, str):
        return "${" in value.replace("$${", "")
    if isinstance(value, Mapping):
        return any(has_reference(item) for item in value.values())
    if isinstance(value, Sequence):
        return any(has_reference(item) for item in value)
    return False


@lru_cache(maxsize=2048)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)
