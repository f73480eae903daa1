"""Documents that say who may do what: whom they let in. Judges nothing."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Final

from skywright.clouds.aws.template import has_reference
from skywright.model.values import Value, texts

UNKNOWN: Final = "unknown"
_BOUNDS: Final = re.compile(
    r"aws:(?:source(?:ip|arn|vpc|vpce|account|owner|orgid|orgpaths)"
    r"|principal(?:orgid|orgpaths|account|arn)|userid|vpcsourceip)|kms:calleraccount"
    r"|elasticfilesystem:access(?:pointarn|edviamounttarget)",
    re.I,
)
"""Keys of which a fixed value makes a policy non-public: Amazon S3 User Guide, Blocking public access to your
Amazon S3 storage, The meaning of "public"; and those that say the same of a caller elsewhere."""
_ASKS: Final = re.compile(
    r"(?:ForAnyValue:)?(?:String(?:Equals(?:IgnoreCase)?|Like)|Arn(?:Equals|Like)|IpAddress|Bool)", re.I
)
"""Operators that hold only where the key is there and is one of the values: not `…IfExists`, no negation."""
_NO_BOUND: Final = re.compile(
    r"[*?:/]*|false|arn:[^:]*:[^:]*:[^:]*:(?:[*?]+:.*|:[*?/]*)|[\d.]+/[0-7]|[\da-f:]+:/(?:[12]?\d|3[01])",
    re.I,
)
"""Values that are no bound; ranges of addresses broader than /8, or /32 of IPv6 (the same page)."""


def is_policy(value: Value) -> bool:
    """Whether it is the text of a policy, or of what nobody here can read and the cloud perhaps can."""
    if not isinstance(value, str) or not value.lstrip("\ufeff \t\r\n").startswith("{"):
        return False
    try:
        read = json.loads(value)  # JSON may spell a name with escapes
    except (ValueError, RecursionError):
        return "statement" in value.lower()
    return isinstance(read, Mapping) and any(name.lower() == "statement" for name in read)


def lets_anybody(policy: Value) -> bool | str | None:
    """Whether anybody at all is allowed something: true, under conditions alone, unknown, or None if not.

    A condition counts as one where it bounds who calls, or from where, by what is written in it. A part that
    is not known yet counts only where it decides: as a whole policy, as an effect, or as a principal.
    """
    try:
        read = json.loads(policy) if isinstance(policy, str) else policy
    except (ValueError, RecursionError):
        return UNKNOWN
    if not isinstance(read, Mapping):
        return UNKNOWN
    statements = _element(read, "Statement")
    said = {_of_statement(each) for each in (statements if isinstance(statements, list) else [statements])}
    return worst(said)


def worst(said: Collection[bool | str | None]) -> bool | str | None:
    """Of several such findings the one that counts for all."""
    return next((each for each in (True, UNKNOWN, "conditional") if each in said), None)


def _of_statement(statement: Value) -> bool | str | None:
    if not isinstance(statement, Mapping) or has_reference(_element(statement, "Effect")):
        return UNKNOWN
    if _element(statement, "Effect") != "Allow":
        return None
    principals = [*texts(_element(statement, "Principal"))]
    if _element(statement, "NotPrincipal") is not None or "*" in principals:
        return "conditional" if _bounds(_element(statement, "Condition")) else True
    return UNKNOWN if any(each.startswith("${") for each in principals) else None


def _element(of: Mapping[str, Value], name: str) -> Value:
    """An element of a policy; its letters' case is not relied on."""
    return next((value for key, value in of.items() if key.lower() == name.lower()), None)


def _bounds(condition: Value) -> bool:
    """Whether a condition holds for some callers only; all of its parts must hold, so one is enough."""
    return isinstance(condition, Mapping) and any(
        _ASKS.fullmatch(operator) and isinstance(asked, Mapping) and _bounded(asked)
        for operator, asked in condition.items()
    )


def _bounded(asked: Mapping[str, Value]) -> bool:
    return any(
        _BOUNDS.fullmatch(key) and (values := [*texts(value)]) and not any(map(_NO_BOUND.fullmatch, values))
        for key, value in asked.items()
    )
