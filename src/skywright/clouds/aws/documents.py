"""Documents that say who may do what: whom they let in. Judges nothing."""

import json
from collections.abc import Mapping
from typing import Final

from skywright.clouds.aws.template import has_reference
from skywright.model.values import Value, texts

UNKNOWN: Final = "unknown"


def is_policy(value: Value) -> bool:
    """Whether it is the text of a policy."""
    return isinstance(value, str) and '"Statement"' in value and value.lstrip().startswith("{")


def lets_anybody(policy: Value) -> bool | str | None:
    """Whether anybody at all is allowed something: true, under conditions alone, unknown, or None if not.

    Conditions are not weighed: they may hold for anybody. A part that is not known yet counts only where it
    decides: as a whole policy, as an effect, or as a principal.
    """
    try:
        read = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return UNKNOWN
    if not isinstance(read, Mapping):
        return UNKNOWN
    statements = read.get("Statement", ())
    said = {_of_statement(each) for each in (statements if isinstance(statements, list) else [statements])}
    return next((each for each in (True, UNKNOWN, "conditional") if each in said), None)


def _of_statement(statement: Value) -> bool | str | None:
    if not isinstance(statement, Mapping) or has_reference(statement.get("Effect")):
        return UNKNOWN
    if statement.get("Effect") != "Allow":
        return None
    principals = [*texts(statement.get("Principal"))]
    if "NotPrincipal" in statement or "*" in principals:
        return "conditional" if statement.get("Condition") else True
    return UNKNOWN if any(each.startswith("${") for each in principals) else None
