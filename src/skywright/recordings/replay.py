"""A recorded session served as a cloud: the same answers to the same requests, no account needed.

Owns which exchange answers a request. Signatures are not checked: there is nothing to protect, and any key
will do.
"""

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from skywright.clouds.calling import Catalogue
from skywright.clouds.wire import Answer, Head, Understood, Wire
from skywright.errors import NotFound, Refused, Unavailable
from skywright.gate.secrecy import strike
from skywright.journal.redact import redact
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value
from skywright.program.noise import clean, timeless
from skywright.recordings.form import Exchange, Recording

_MOST_BYTES = 64 * 1024 * 1024
_UNKNOWN = "SkywrightNotRecorded"
Key = tuple[Operation, str, str]


@dataclass
class Script:
    """Which exchange of a recording is next for a request. Safe to share between threads."""

    recording: Recording
    catalogue: Catalogue
    wire: Wire
    _served: set[int] = field(default_factory=set[int])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at: int = -1

    def __post_init__(self) -> None:
        self._numbers: dict[Key, list[int]] = {}
        for number, exchange in enumerate(self.recording.exchanges):
            key = self.key(exchange.operation, exchange.region, exchange.arguments)
            self._numbers.setdefault(key, []).append(number)

    def key(self, operation: Operation, region: str, arguments: Arguments) -> Key:
        """What makes two requests the same: all but idempotency tokens, moments, secrets and empty values."""
        try:
            shape = self.catalogue.signature(operation).input
        except NotFound:
            return operation, region, _written(redact(arguments))
        added = self.wire.incidental(operation)
        asked = {name: value for name, value in clean(arguments, shape).items() if name not in added}
        return operation, region, _written(strike(timeless(asked, shape), shape))

    def next(self, operation: Operation, region: str, arguments: Arguments) -> Exchange | None:
        """The exchange that answers; None if there is none, or a change has been made as often as it was.

        A read is answered as it was after the last change that was made; and in the end, when it has been
        asked more often than in the recording, as it was the last time.
        """
        numbers = self._numbers.get(self.key(operation, region, arguments), [])
        with self._lock:
            left = [number for number in numbers if number not in self._served]
            changes = self._changes(operation)
            later = [number for number in left if number > self._at]
            if later:
                number = later[0]
            elif left or (numbers and not changes):
                number = (left or numbers)[-1]
            else:
                return None
            self._served.add(number)
            if changes:
                self._at = number
            return self.recording.exchanges[number]

    def _changes(self, operation: Operation) -> bool:
        try:
            return self.catalogue.signature(operation).effect.mutates
        except NotFound:
            return False


def _written(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{name}:{_written(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(inner) for inner in value) + "]"
    return repr(value)


class Replay:
    """A recording being served, until it is closed."""

    def __init__(self, script: Script, port: int = 0) -> None:
        """Begin to serve.

        Args:
            port: on the loopback; 0: any free one.

        Raises:
            Unavailable: The port cannot be had.
        """
        handler = type("Handler", (_Handler,), {"script": script, "wire": script.wire})
        try:
            self._server = _Server(("127.0.0.1", port), handler)
        except OSError as error:
            raise Unavailable(f"port {port} cannot be listened on: {error.strerror}") from error
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait(self) -> None:
        """Wait until somebody interrupts."""
        self._thread.join()

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection. `script` and `wire` are given by the class that is made for a server."""

    protocol_version = "HTTP/1.1"
    script: Script
    wire: Wire

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the clients do."""

    def do_GET(self) -> None:
        """Answer whatever was asked."""
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        head = Head(self.command, path, query, headers)
        said = headers.get("content-length", "0")
        length = int(said) if said.isdecimal() else _MOST_BYTES + 1
        body = self.rfile.read(length) if length <= _MOST_BYTES else b""
        if length > _MOST_BYTES or "transfer-encoding" in headers:
            # What was not read would be taken for the next request.
            self.close_connection = True
        self._send(self._answer(head, body))

    do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_GET

    def _answer(self, head: Head, body: bytes) -> Answer:
        understood: Understood | None = None
        try:
            claim = self.wire.claim(head)
            opening = self.wire.open(head, claim)
            understood = self.wire.understand(head, opening, b"" if opening.streams else body)
            found = self.script.next(understood.operation, understood.region, understood.arguments)
            if found is None:
                raise Refused(
                    "not-recorded", f"{understood.operation} with these arguments is not in the recording"
                )
            if found.error is not None:
                return self.wire.error(head, understood, found.status, found.error)
            if understood.answer_streams:
                raise Refused(
                    "not-recorded", f"what {understood.operation} gave was a stream, and was not recorded"
                )
            return self.wire.make_up(understood, found.result)
        except Refused as refused:
            return self.wire.failure(head, understood, _UNKNOWN, refused.reason)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
