"""What must never be written down. Owns the rules by which a secret is known; knows nothing of who writes.

Two nets, since neither is whole: the names that an API model marks as sensitive, which the
caller passes, and names and values that look like secrets whatever the model says. A name
alone can be wrong in both directions, so the list of exceptions holds what clouds' own
models use harmlessly (`NextToken`, `HttpTokens`, `PasswordLastUsed`).
"""

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from typing import Final, cast

from skywright.model.values import Value

STRUCK: Final = "[secret struck out]"
"""What stands in a record where a secret was."""

DEEPEST: Final = 100
"""Levels of nesting that are recorded; clouds' own shapes stay far below. Deeper is struck out."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_SECRET_ENDINGS: Final = (
    ("password",),
    ("passwd",),
    ("passphrase",),
    ("pwd",),
    ("secret",),
    ("apikey",),
    ("api", "key"),
    ("private", "key"),
    ("secret", "key"),
    ("secret", "access", "key"),
    ("access", "key"),
    ("account", "key"),
    ("signing", "key"),
    ("authorization",),
    ("key", "material"),
    ("password", "data"),
    ("secret", "string"),
    ("secret", "binary"),
    ("secret", "value"),
    ("connection", "string"),
    ("token",),
    ("credential",),
)

_HARMLESS_TOKENS: Final = frozenset(
    {"next", "client", "continuation", "request", "idempotency", "pagination", "page", "start", "starting"}
    | {"marker", "creation", "caller", "operation", "change", "lock", "update", "task", "reference", "http"}
)

_SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bxox[abposr]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"
    r"|[?&]X-Amz-(?:Signature|Security-Token)=[A-Za-z0-9%]+"
    r"|\bBearer [A-Za-z0-9._~+/-]{16,}"
    r"|://[^/\s:@]+:[^/\s:@]+@"
)

_ASSIGNED = re.compile(
    r"""(?P<before>(?<![\w.-])(?P<name>[A-Za-z_][\w.-]{1,63})["']?\s{0,3}[:=]\s{0,3})"""
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|(?!\[secret)[^\s,;&"'}\])]+)"""
)
"""`name = value` and `"name": "value"`, in whatever language."""

_OPTION = re.compile(
    r"""(?P<before>--(?P<name>[a-z][a-z0-9-]{1,63})\s+)(?P<value>"[^"\n]*"|'[^'\n]*'|(?!\[secret)[^\s-]\S*)"""
)
"""`--name value`."""

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*-----|\Z)", re.DOTALL
)

_PAIRED = re.compile(
    r"""(?P<before>(?:"(?:Key|Name|ParameterKey)":\s*"|\bTAGS\s+|Key=)(?P<name>[^"\s,]{2,128})"""
    r"""(?:",\s*"(?:Value|ParameterValue)":\s*|\s+|,Value=))(?P<value>"[^"\n]*"|(?!\[secret)[^\s,"}\]]+)"""
)
"""A tag or a parameter as `aws` prints it, as JSON or as text, and as it is given to it."""

_SECRET_KEY = re.compile(r"(?<![A-Za-z0-9/+=_-])[A-Za-z0-9/+=_-]{40}(?![A-Za-z0-9/+=_-])")
"""What may be an AWS secret access key: 40 characters, of which not all are hexadecimal."""

_KINDS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))

_NAMES_BESIDE_VALUES: Final = ("Key", "Name", "ParameterKey", "key", "name")
_VALUES_BESIDE_NAMES: Final = frozenset({"Value", "ParameterValue", "value"})


@lru_cache(maxsize=16_384)
def looks_secret(name: str) -> bool:
    """Whether a field of that name (in any case style) is taken to hold a secret."""
    words = tuple(word.lower() for word in _WORD.findall(name))
    if words and words[-1] == "id" and words[-2:-1] == ("key",):
        return False
    for ending in _SECRET_ENDINGS:
        if words[-len(ending) :] == ending:
            return not (ending == ("token",) and words[-2:-1] and words[-2] in _HARMLESS_TOKENS)
    return False


def redact(value: Value, sensitive_names: Set[str] = frozenset()) -> Value:
    """The value with every secret in it struck out; what is not secret is left as it is.

    A name beside a value counts as that value's name (`{"Key": "db_password", "Value": …}`), and so
    does SSM's `Type: SecureString`.

    Args:
        sensitive_names: member names that the API model marks as sensitive, as it spells them.
    """
    return _redact(value, sensitive_names, DEEPEST)


def redact_text(text: str) -> str:
    """A text of whatever kind with everything struck out that looks like a secret or is named like one."""
    text = _SECRET_VALUE.sub(STRUCK, _PRIVATE_KEY.sub(STRUCK, text))
    for pattern in (_PAIRED, _ASSIGNED, _OPTION):
        text = pattern.sub(_struck_if_named_so, text)
    return _SECRET_KEY.sub(
        lambda found: STRUCK if all(kind.search(found[0]) for kind in _KINDS) else found[0], text
    )


def _struck_if_named_so(found: re.Match[str]) -> str:
    value = found["value"]
    harmless = value.strip("\"'") in ("", "null", "true", "false", STRUCK) or value.lstrip("\"'").startswith(
        "$"
    )
    if harmless or not looks_secret(found["name"].replace("/", "_")):
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{found['before']}{quote}{STRUCK}{quote}"


def _redact(value: Value, names: Set[str], depth: int) -> Value:
    if isinstance(value, str):
        return STRUCK if _looks_like_one(value) else value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth == 0:
        return STRUCK
    # A test for the type itself is many times faster than one for what is like it, and nearly always enough.
    if type(value) is dict or isinstance(value, Mapping):
        return _redact_mapping(cast("Mapping[str, Value]", value), names, depth)
    return [_redact(item, names, depth - 1) for item in value]


def _redact_mapping(value: Mapping[str, Value], names: Set[str], depth: int) -> Value:
    paired = not _VALUES_BESIDE_NAMES.isdisjoint(value) and _holds_a_secret_beside_its_name(value)
    redacted: dict[str, Value] = {}
    for key, item in value.items():
        secret = looks_secret(key) or key in names or (paired and key in _VALUES_BESIDE_NAMES)
        redacted[key] = _strike(item, depth - 1) if secret else _redact(item, names, depth - 1)
    return redacted


def _looks_like_one(text: str) -> bool:
    # The expression takes microseconds to find nothing, in what is mostly none: these words stand in all
    # that it finds.
    likely = (
        "-----BEGIN " in text
        or ("_" in text and "gh" in text)
        or "xox" in text
        or "eyJ" in text
        or "X-Amz-S" in text
        or "Bearer " in text
        or ("@" in text and "://" in text)
    )
    return likely and _SECRET_VALUE.search(text) is not None


def _holds_a_secret_beside_its_name(value: Mapping[str, Value]) -> bool:
    if value.get("Type") == "SecureString":
        return True
    for key in _NAMES_BESIDE_VALUES:
        name = value.get(key)
        if isinstance(name, str) and looks_secret(name.replace("/", "_")):
            return True
    return False


def _strike(value: Value, depth: int) -> Value:
    """Strike out every leaf, but keep the shape, so that a reader sees what was there."""
    if value is None or isinstance(value, bool) or value == "":
        return value
    if isinstance(value, Mapping) and depth:
        return {key: _strike(item, depth - 1) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str) and depth:
        return [_strike(item, depth - 1) for item in value]
    return STRUCK
