"""Waiting for a state of the cloud: what an answer means to a waiter, and how often to ask.

Owns the meaning of acceptors, as botocore's waiters define it. Calls nothing: it is told answers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from skywright.clouds.calling import Acceptor
from skywright.errors import CloudFailed
from skywright.model.values import Value
from skywright.program.references import BadReference, search

_FIRST_SECONDS = 0.2
_LONGEST_SECONDS = 5.0
_GROWTH = 1.4


@dataclass(frozen=True, slots=True)
class Answer:
    """What the cloud said: a result, or the code of an error."""

    result: Value = None
    code: str | None = None


def state(acceptors: Sequence[Acceptor], answer: Answer) -> str | None:
    """The state that the first fitting acceptor enters: `success`, `failure`, `retry`; None if none fits."""
    for acceptor in acceptors:
        if _fits(acceptor, answer):
            return acceptor.state
    return None


def holds(expression: str, result: Value) -> bool:
    """Whether JMESPath over a result is true, as JMESPath counts truth (0 is true, an empty list is not).

    Raises:
        BadReference: It is not JMESPath.
    """
    found = search(expression, result)
    return not (found is None or found is False or found in ("", [], {}))


def pauses(
    timeout_seconds: float, pause: Callable[[float], None], clock: Callable[[], float]
) -> Iterator[None]:
    """Yields each time that it is time to ask again, ever more slowly; ends when the time is up."""
    end = clock() + timeout_seconds
    seconds = _FIRST_SECONDS
    yield
    while (left := end - clock()) > 0:
        pause(min(seconds, left))
        seconds = min(seconds * _GROWTH, _LONGEST_SECONDS)
        yield


def timed_out(what: str, timeout_seconds: float) -> CloudFailed:
    return CloudFailed(what, "TimedOut", f"not so after {timeout_seconds:g} seconds")


def _fits(acceptor: Acceptor, answer: Answer) -> bool:
    if acceptor.matcher == "error":
        if isinstance(acceptor.expected, bool):
            return (answer.code is not None) is acceptor.expected
        return answer.code == acceptor.expected
    if acceptor.matcher == "status":
        # Only the code of a failure is known, which for answers without a body is the status.
        status = "200" if answer.code is None else answer.code
        return status == str(acceptor.expected)
    if answer.code is not None:
        return False
    try:
        found = search(acceptor.argument, answer.result)
    except BadReference:
        return False
    if acceptor.matcher == "path":
        return found == acceptor.expected
    if not isinstance(found, list) or not found:
        return False
    if acceptor.matcher == "pathAll":
        return all(one == acceptor.expected for one in found)
    return acceptor.matcher == "pathAny" and any(one == acceptor.expected for one in found)
