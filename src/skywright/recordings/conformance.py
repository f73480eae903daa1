"""A conformance run: what was asked of a recorded account is asked of the gym, and the answers compared.

Owns the order, the time between two requests, and the verdict on each. What counts as the same is in
`comparing`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, cast
from urllib.parse import urlsplit

from skywright.clouds.calling import Catalogue
from skywright.clouds.wire import Answer, Outgoing, Wire
from skywright.errors import NotFound, Refused, Unavailable
from skywright.journal.redact import STRUCK
from skywright.model.call import CallError
from skywright.model.operation import Operation
from skywright.model.target import Upstream
from skywright.model.values import Arguments, Value, with_texts
from skywright.recordings.comparing import Difference, Translation, differences
from skywright.recordings.form import Exchange, Recording

_NOT_OFFERED: Final = frozenset({"UnsupportedOperation", "GymFailure"})
_STAND_IN: Final = "Struck-out-1"
"""What is sent where the recording has no secret any more."""
_POLL_SECONDS, _POLLS = 5.0, 60
_STATE: Final = re.compile(r"(State|Status)(\.(Name|Code))?$")
_MOST_PAUSE_SECONDS = 6 * 3600.0


class Verdict(StrEnum):
    """What came of one request."""

    SAME = "same"
    DIFFERS = "differs"
    ERROR_DIFFERS = "error differs"
    NOT_IMPLEMENTED = "not implemented"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Judged:
    """A request of the recording (by its number, from 1), and how the gym's answer compares."""

    number: int
    operation: Operation
    verdict: Verdict
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Place:
    """The account of the gym that is asked.

    Attributes:
        advance: lets so many seconds pass there.
        now: what time it is there, in seconds since the epoch.
    """

    upstream: Upstream
    number: str
    advance: Callable[[float], None]
    now: Callable[[], float]


def conform(
    recording: Recording, place: Place, catalogue: Catalogue, wire: Wire, known: Mapping[str, str]
) -> Iterator[Judged]:
    """Ask, one after another.

    Args:
        known: the gym's own identifiers by the recorded account's, of what was there before.

    Raises:
        Unavailable: The gym does not answer.
    """
    names = {**known, **({recording.account: place.number} if recording.account else {})}
    run = _Run(place, catalogue, wire, Translation(names))
    before: float | None = None
    for number, exchange, polled in _polls(recording.exchanges, catalogue):
        if before is not None:
            place.advance(min(max(0.0, exchange.at - before), _MOST_PAUSE_SECONDS))
        before = exchange.at
        yield run.judge(number, exchange, polled)


def _polls(exchanges: Sequence[Exchange], catalogue: Catalogue) -> Iterator[tuple[int, Exchange, bool]]:
    """The exchanges with their numbers; of the same read again and again the last, which it waited for."""
    for number, exchange in enumerate(exchanges):
        following = exchanges[number + 1] if number + 1 < len(exchanges) else None
        previous = exchanges[number - 1] if number else None
        if following is not None and _is_same_read(exchange, following, catalogue):
            continue
        yield number + 1, exchange, previous is not None and _is_same_read(previous, exchange, catalogue)


def _is_same_read(one: Exchange, other: Exchange, catalogue: Catalogue) -> bool:
    asked = (one.operation, one.region, one.arguments) == (other.operation, other.region, other.arguments)
    try:
        return asked and not catalogue.signature(one.operation).effect.mutates
    except NotFound:
        return False


@dataclass(frozen=True)
class _Run:
    place: Place
    catalogue: Catalogue
    wire: Wire
    translation: Translation

    def judge(self, number: int, exchange: Exchange, polled: bool) -> Judged:
        """Ask once; what was waited for, or is on its way to a state, until the answer is the same."""
        try:
            signature = self.catalogue.signature(exchange.operation)
        except NotFound:
            return Judged(number, exchange.operation, Verdict.LEFT_OUT)
        if signature.streams or (exchange.error is not None and exchange.error.code.startswith("Skywright")):
            return Judged(number, exchange.operation, Verdict.LEFT_OUT)
        judged = self._once(number, exchange)
        for _ in range(0 if signature.effect.mutates else _POLLS):
            if judged.verdict is not Verdict.DIFFERS or not (polled or _is_on_its_way(judged)):
                break
            self.place.advance(_POLL_SECONDS)
            judged = self._once(number, exchange)
        return judged

    def _once(self, number: int, exchange: Exchange) -> Judged:
        result, error = self._ask(exchange)
        operation = exchange.operation
        if error is not None and error.code in _NOT_OFFERED and error != exchange.error:
            told = Difference("", _code(exchange.error), error.message)
            return Judged(number, operation, Verdict.NOT_IMPLEMENTED, (told,))
        if _code(error) != _code(exchange.error):
            got = "no error" if error is None else f"{error.code}: {error.message}"
            told = Difference("", _code(exchange.error), got)
            return Judged(number, operation, Verdict.ERROR_DIFFERS, (told,))
        if error is not None:
            return Judged(number, operation, Verdict.SAME)
        signature = self.catalogue.signature(operation)
        if signature.effect.mutates:
            self.translation.note(exchange.result)
            self.translation.note(result)
        found = differences(exchange.result, result, signature.output, self.translation)
        return Judged(number, operation, Verdict.DIFFERS if found else Verdict.SAME, tuple(found))

    def _ask(self, exchange: Exchange) -> tuple[Value, CallError | None]:
        arguments = cast("Arguments", with_texts(self.translation.there(exchange.arguments), _filled))
        try:
            understood = self.wire.ask(exchange.operation, arguments, exchange.region)
            outgoing = self.wire.compose(understood, self.place.upstream, self.place.now(), None)
        except Refused as refused:
            return None, CallError("SkywrightRefused", refused.reason)
        return self.wire.result(understood, _sent(outgoing))


def _is_on_its_way(judged: Judged) -> bool:
    """Whether it differs by a state: one account is faster than the other."""
    return any(_STATE.search(difference.path) for difference in judged.differences)


def _code(error: CallError | None) -> str:
    return "no error" if error is None else error.code


def _filled(text: str) -> str:
    return _STAND_IN if text == STRUCK else text


def _sent(outgoing: Outgoing) -> Answer:
    place = urlsplit(outgoing.url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        target = place.path + (f"?{place.query}" if place.query else "")
        connection.request(outgoing.method, target or "/", outgoing.body or None, dict(outgoing.headers))
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    except (OSError, HTTPException) as error:
        raise Unavailable(f"the gym does not answer: {error}") from error
    finally:
        connection.close()


# ---- what is told of it


def told(recording: Recording, judged: Sequence[Judged]) -> dict[str, Any]:
    """The run as JSON: the tally, each operation's, and every difference."""
    tallies: dict[str, Counter[Verdict]] = {}
    for one in judged:
        tallies.setdefault(str(one.operation), Counter())[one.verdict] += 1
    whole = Counter(one.verdict for one in judged)
    return {
        "recording": {"source": recording.source, "date": recording.date, "region": recording.region},
        **_tally(whole),
        "operations": [{"operation": name, **_tally(tallies[name])} for name in sorted(tallies)],
        "differences": [
            {
                "request": one.number,
                "operation": str(one.operation),
                "verdict": one.verdict.value,
                "path": difference.path,
                "expected": difference.expected,
                "got": difference.got,
            }
            for one in judged
            for difference in one.differences
        ],
    }


def _tally(counted: Counter[Verdict]) -> dict[str, int]:
    return {verdict.value.replace(" ", "_"): counted[verdict] for verdict in Verdict}
