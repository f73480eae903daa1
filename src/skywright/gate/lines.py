"""Connections to clouds that are kept, and one request with its answer at a time on each.

Owns the connections. Knows no operation, and never sends a request twice that could change something:
aiohttp's own session repeats a PUT or a DELETE by itself when a connection ends without an answer. It
also takes several times as long over a request, of which every call at the gate makes one or two.
What streams goes through a session all the same (`traffic`); the parser of answers is aiohttp's for both.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp import StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import HttpProcessingError

from skywright.clouds.wire import Outgoing

_PORTS: Final = {"http": 80, "https": 443}
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKS: Final = frozenset({"GET", "HEAD"})
_SWITCHED: Final = 101


class Unreachable(Exception):
    """There is no connection; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection leads."""

    scheme: str
    host: str
    port: int


@dataclass(slots=True)
class Line:
    """One connection; `since` is when it was last used, by the loop's clock."""

    place: Place
    handler: ResponseHandler
    since: float

    def cut(self) -> None:
        """In the middle of something."""
        self.handler.abort()

    def end(self) -> None:
        """When nothing is under way."""
        self.handler.close()

    @property
    def usable(self) -> bool:
        return self.handler.is_connected() and not self.handler.should_close


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of an answer; its body is in `content` or still on its way."""

    line: Line
    message: RawResponseMessage
    content: StreamReader


class Lines:
    """The connections of one gate. Used inside its event loop."""

    def __init__(self, connect_seconds: float, idle_seconds: float) -> None:
        self._connect_seconds = connect_seconds
        self._idle_seconds = idle_seconds
        self._kept: dict[Place, list[Line]] = {}
        self._encryption: Callable[[], ssl.SSLContext] = lru_cache(maxsize=1)(_encryption)

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send, and give the answer as soon as its head is there; to be given to `keep`, or else cut.

        Raises:
            Unreachable: As said there.
            aiohttp.ClientError: No answer came; the cloud may have received the request.
        """
        place, target = _place(outgoing.url)
        written = _written(outgoing, target)
        line = self._take(place)
        if line is not None:
            try:
                return await _exchange(line, outgoing.method, written)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                # Clouds close what is idle, now and then just when it is used again.
                if outgoing.method not in _ASKS:
                    raise
        return await _exchange(await self._connect(place), outgoing.method, written)

    def keep(self, reply: Reply) -> None:
        """The answer was read to its end: its connection can be used again."""
        line = reply.line
        if not line.usable:
            line.end()
            return
        line.since = asyncio.get_running_loop().time()
        self._kept.setdefault(line.place, []).append(line)

    def close(self) -> None:
        for lines in self._kept.values():
            for line in lines:
                line.end()
        self._kept.clear()

    def _take(self, place: Place) -> Line | None:
        """The connection that was used last; those that were idle for too long are ended."""
        lines = self._kept.get(place)
        if not lines:
            return None
        oldest = asyncio.get_running_loop().time() - self._idle_seconds
        while lines and (lines[0].since < oldest or not lines[0].usable):
            lines.pop(0).end()
        while lines:
            line = lines.pop()
            if line.usable:
                return line
            line.end()
        return None

    async def _connect(self, place: Place) -> Line:
        loop = asyncio.get_running_loop()
        encrypted = place.scheme == "https"
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, handler = await loop.create_connection(
                    lambda: ResponseHandler(loop),
                    place.host,
                    place.port,
                    ssl=self._encryption() if encrypted else None,
                    server_hostname=place.host if encrypted else None,
                )
        except TimeoutError as error:
            raise Unreachable(f"no connection within {self._connect_seconds:.0f} s") from error
        except OSError as error:
            raise Unreachable(str(error)) from error
        return Line(place, handler, loop.time())


async def _exchange(line: Line, method: str, written: bytes) -> Reply:
    handler = line.handler
    try:
        handler.set_response_params(skip_payload=method == "HEAD", read_until_eof=True, auto_decompress=False)
        transport = handler.transport
        if transport is None:
            raise aiohttp.ServerDisconnectedError
        transport.write(written)
        while True:
            message, content = await handler.read()
            # What only says that an answer will come is none.
            if message.code >= 200 or message.code == _SWITCHED:
                return Reply(line, message, content)
    except HttpProcessingError as error:
        line.cut()
        raise aiohttp.ClientPayloadError(f"it is not HTTP: {error.message}") from error
    except BaseException:
        line.cut()
        raise


def _written(outgoing: Outgoing, target: str) -> bytes:
    """The request as HTTP/1.1 says it.

    Raises:
        ValueError: A line break where none can be.
    """
    headers = outgoing.headers
    lines = [f"{outgoing.method} {target} HTTP/1.1", f"Host: {headers['host']}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if name != "host"]
    if "content-length" not in headers and (outgoing.body or outgoing.method not in _BODILESS):
        lines.append(f"Content-Length: {len(outgoing.body)}")
    head = "\r\n".join(lines)
    if head.count("\r") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
        raise ValueError("a line break in the head of a request")
    return f"{head}\r\n\r\n".encode() + outgoing.body


def _place(url: str) -> tuple[Place, str]:
    """Where an address leads, and what is asked for there."""
    start = url.index("://") + 3
    end = min(at for at in (url.find("/", start), url.find("?", start), len(url)) if at >= 0)
    target = url[end:]
    return _place_of(url[:end]), target if target.startswith("/") else f"/{target}"


@lru_cache(maxsize=256)
def _place_of(base: str) -> Place:
    parts = urlsplit(base)
    return Place(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])


def _encryption() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
