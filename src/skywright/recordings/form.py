"""A recording: what was asked of an account and what it answered, in order, as a file that can be shared.

Owns the file's form: JSON lines, a header and then one exchange a line. Secrets are struck out before
anything comes here, by the same rules as in the journal.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

from skywright.errors import Malformed
from skywright.model.call import CallError, Trace
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value
from skywright.model.verdict import Decision

FORMAT: Final = "skywright-recording"
VERSION: Final = 1
Source = Literal["gym", "aws"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        at: when it was asked, in seconds since the epoch.
        error: set if the cloud refused it; then there is no result.
        seconds: until it was answered.
    """

    operation: Operation
    region: str
    at: float
    arguments: Arguments
    status: int
    result: Value
    error: CallError | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Recording:
    """A session.

    Attributes:
        source: whether a real account answered or one of the gym's.
        account: its number; empty if nobody knew it.
        region: where the session was at home.
        date: of its beginning, in UTC.
    """

    source: Source
    account: str
    region: str
    date: str
    exchanges: tuple[Exchange, ...]


def record(trace: Trace, source: Source, account: str, region: str) -> Recording:
    """What of a session's calls reached the account and was answered."""
    exchanges = tuple(
        Exchange(
            call.operation,
            call.region,
            call.at,
            call.arguments,
            call.outcome.status,
            call.outcome.result,
            call.outcome.error,
            call.outcome.seconds,
        )
        for call in trace
        if call.outcome is not None and call.outcome.status and call.verdict.decision is Decision.ALLOW
    )
    began = datetime.fromtimestamp(exchanges[0].at if exchanges else 0.0, UTC)
    return Recording(source, account, region, f"{began:%Y-%m-%dT%H:%M:%SZ}", exchanges)


def dump(recording: Recording) -> str:
    """The file's text."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "source": recording.source,
        "account": recording.account,
        "region": recording.region,
        "date": recording.date,
    }
    lines = [header, *(_line(exchange) for exchange in recording.exchanges)]
    return "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)


def _line(exchange: Exchange) -> dict[str, Value]:
    error = exchange.error
    answer: dict[str, Value] = (
        {"response": exchange.result}
        if error is None
        else {"error": {"code": error.code, "message": error.message}}
    )
    return {
        "service": exchange.operation.service,
        "operation": exchange.operation.name,
        "region": exchange.region,
        "at": exchange.at,
        "request": exchange.arguments,
        "status": exchange.status,
        **answer,
        "seconds": round(exchange.seconds, 6),
    }


def load(text: str, what: str) -> Recording:
    """Read a file's text.

    Args:
        what: how the file is called in a complaint.

    Raises:
        Malformed: It is not of this form; each line that is not is named.
    """
    rows = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    findings: list[str] = []
    read = [(number, row) for number, line in rows if (row := _object(number, line, findings)) is not None]
    if not rows or (read and read[0][1].get("format") != FORMAT):
        raise Malformed(what, (f'line 1: a recording begins with {{"format": "{FORMAT}", …}}',))
    if findings:
        raise Malformed(what, tuple(findings))
    header = read[0][1]
    if header.get("version") != VERSION:
        raise Malformed(what, (f"line 1: version {header.get('version')!r} is not known, only {VERSION}",))
    if header.get("source") not in ("gym", "aws"):
        raise Malformed(what, ("line 1: the source is neither gym nor aws",))
    exchanges = tuple(_exchanges(read[1:], findings))
    if findings:
        raise Malformed(what, tuple(findings))
    words = {name: str(header.get(name) or "") for name in ("account", "region", "date")}
    return Recording(cast("Source", header["source"]), exchanges=exchanges, **words)


def _object(number: int, line: str, findings: list[str]) -> Mapping[str, Any] | None:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        findings.append(f"line {number}: not JSON")
        return None
    if not isinstance(row, dict):
        findings.append(f"line {number}: not a JSON object")
        return None
    return cast("Mapping[str, Any]", row)


def _exchanges(rows: list[tuple[int, Mapping[str, Any]]], findings: list[str]) -> Iterator[Exchange]:
    for number, row in rows:
        try:
            yield _exchange(row)
        except (KeyError, TypeError, ValueError) as error:
            findings.append(f"line {number}: {_why(error)}")


def _why(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _exchange(row: Mapping[str, Any]) -> Exchange:
    if ("response" in row) == ("error" in row):
        raise ValueError("an exchange has either a response or an error")
    error = row.get("error")
    if not isinstance(row["request"], dict):
        raise TypeError("the request is not an object")
    return Exchange(
        operation=Operation(_text(row, "service"), _text(row, "operation")),
        region=_text(row, "region"),
        at=_number(row, "at"),
        arguments=row["request"],
        status=int(_number(row, "status")),
        result=row.get("response"),
        error=None if error is None else CallError(_text(error, "code"), _text(error, "message")),
        seconds=_number(row, "seconds"),
    )


def _text(row: Any, name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a text")
    return value


def _number(row: Any, name: str) -> float:
    value = row[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is not a number")
    return value
