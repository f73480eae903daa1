"""Waiters as one JMESPath condition. Owns what the matchers mean (botocore/waiter.py); knows no language."""

import json
from dataclasses import dataclass

from skywright.clouds.calling import Acceptor, Waiter
from skywright.program.references import compiled


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition over the answer of a waiter's operation.

    Attributes:
        query: true, false, or `failed` where it cannot become true any more.
        again: error codes that mean no more than not yet.
        good: error codes that mean that it is so.
    """

    query: str
    again: tuple[str, ...] = ()
    good: tuple[str, ...] = ()


def condition(waiter: Waiter) -> Condition | None:
    """The waiter's acceptors as a condition; None if they look at more than answers and error codes."""
    success: list[str] = []
    failed: list[str] = []
    bad: dict[str, list[str]] = {}
    again: list[str] = []
    good: list[str] = []
    for acceptor in waiter.acceptors:
        if acceptor.matcher == "error" and isinstance(acceptor.expected, str):
            if acceptor.state != "failure":
                (again if acceptor.state == "retry" else good).append(acceptor.expected)
            continue
        query = _matches(acceptor)
        if query is None:
            return None
        if acceptor.state == "success":
            success.append(query)
        elif acceptor.state == "failure" and acceptor.matcher == "pathAny":
            bad.setdefault(acceptor.argument, []).append(_literal(acceptor.expected))
        elif acceptor.state == "failure":
            failed.append(f"({query}) && 'failed'")
    failed += [
        f"({path} | [?contains([{', '.join(values)}], @)]) && 'failed'" for path, values in bad.items()
    ]
    query = " || ".join([*success, *failed]) or "`false`"
    return Condition(query, tuple(again), tuple(good))


def truth(expression: str) -> str:
    """The expression as a plain true or false, where it may be another value."""
    kinds = {"comparator", "not_expression"}
    return expression if compiled(expression).parsed["type"] in kinds else f"!(!({expression}))"


def _matches(acceptor: Acceptor) -> str | None:
    expected = acceptor.expected
    wanted = _literal(expected)
    path = acceptor.argument
    if acceptor.matcher == "path":
        return truth(path) if expected is True else f"({path}) == {wanted}"
    if acceptor.matcher == "pathAll":
        return f"{path} && !({path} | [?@ != {wanted}])"
    if acceptor.matcher == "pathAny":
        return f"({path} | [?@ == {wanted}])"
    return None


def _literal(value: object) -> str:
    if isinstance(value, str) and value.isprintable() and not set("'\\") & set(value):
        return f"'{value}'"
    return "`" + json.dumps(value).replace("`", "\\`") + "`"
