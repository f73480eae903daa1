"""Between text and calls. Owns the form of an action and of an answer in JSON, and how a long one
is cut.

A list that is cut says how many of its items were left out, so an agent knows to ask for less.
"""

import json
from dataclasses import dataclass
from typing import Any, cast

from skywright_gym.env.account import REGION, Account, Refused
from skywright_gym.plain import NotPlain, plain

MOST_ACTION, MOST_OBSERVATION = 8_192, 16_384
"""Characters."""
MOST_WAIT_SECONDS = 3600
_FIELDS = {"service": str, "operation": str, "arguments": dict, "region": str}
_LENGTHS = (100, 50, 20, 10, 5, 2, 1, 0)
_MOST_STREAMED_BYTES = 1_000_000


@dataclass(frozen=True)
class Call:
    """One API call."""

    service: str
    operation: str
    arguments: dict[str, Any]
    region: str

    def carry_out(self, account: Account) -> Any:
        """Its result as plain JSON values. Raises Refused."""
        return _plain(account.call(self.service, self.operation, self.arguments, self.region))


@dataclass(frozen=True)
class Wait:
    """Nothing, for some seconds."""

    seconds: float

    def carry_out(self, _account: Account) -> Any:
        return {"waited": self.seconds}


def read(action: str) -> Call | Wait:
    """What an agent wrote. Raises Refused, code MalformedAction, with what is wrong about it."""
    if len(action) > MOST_ACTION:
        raise _malformed(f"an action has {MOST_ACTION} characters at most")
    try:
        value: Any = json.loads(action)
    except (ValueError, RecursionError):
        raise _malformed("an action is one JSON object and nothing else") from None
    if not isinstance(value, dict):
        raise _malformed("an action is a JSON object")
    given = cast("dict[str, Any]", value)
    if set(given) == {"wait"}:
        return _wait(given["wait"])
    unknown = sorted(set(given) - set(_FIELDS))
    if unknown:
        raise _malformed(f"an action has no {unknown[0][:40]!r}; it has {', '.join(_FIELDS)}, or wait alone")
    called: dict[str, Any] = {"arguments": {}, "region": REGION, **given}
    for name, kind in _FIELDS.items():
        if not isinstance(called.get(name), kind):
            raise _malformed(f"{name!r} is to be {'an object' if kind is dict else 'a text'}")
    return Call(**called)


def written(answer: Any, most: int = MOST_OBSERVATION) -> str:
    """The answer as JSON in ASCII, of `most` characters at most, its lists cut as little as that takes."""
    text = json.dumps(answer, separators=(",", ":"))
    for length in _LENGTHS:
        if len(text) <= most:
            return text
        text = json.dumps(_cut(answer, length), separators=(",", ":"))
    if len(text) <= most:
        return text
    error = {"code": "AnswerTooLong", "message": "it was carried out, but the answer is too long to be shown"}
    return json.dumps({"error": error})


def _wait(seconds: Any) -> Wait:
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int | float)
        or not 0 < seconds <= MOST_WAIT_SECONDS
    ):
        raise _malformed(f"'wait' is a number of seconds, {MOST_WAIT_SECONDS} at most")
    return Wait(float(seconds))


def _malformed(why: str) -> Refused:
    return Refused("MalformedAction", why)


def _cut(value: Any, length: int) -> Any:
    match value:
        case dict():
            return {key: _cut(inner, length) for key, inner in cast("dict[str, Any]", value).items()}
        case list():
            items = cast("list[Any]", value)
            left_out = [f"and {len(items) - length} more"] if len(items) > length else []
            return [_cut(inner, length) for inner in items[:length]] + left_out
        case _:
            return value


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _plain(inner) for key, inner in cast("dict[Any, Any]", value).items()}
        case list() | tuple():
            return [_plain(inner) for inner in cast("list[Any]", value)]
        case str() | int() | float() | bool() | None:
            return value
        case _:
            try:
                return plain(value, _MOST_STREAMED_BYTES)
            except NotPlain as error:
                raise Refused("AnswerNotShown", f"it was carried out, but {error}") from error
