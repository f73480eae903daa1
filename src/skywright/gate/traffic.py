"""Bytes to and from the cloud, over connections that are kept. Knows no operation."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from yarl import URL

from skywright.clouds.wire import Answer, Outgoing
from skywright.gate.limits import Limits, TooSlow
from skywright.gate.lines import Lines, Unreachable

_CONNECT_SECONDS: Final = 10.0
_IDLE_SECONDS: Final = 15.0
_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-authenticate"}
    | {"proxy-connection", "set-cookie", "alt-svc", "strict-transport-security"}
)
_NOT_OURS: Final = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


_FAILURES: Final = (Unreachable, TimeoutError, aiohttp.ClientError, ConnectionError)


class Lost(Exception):
    """No answer came.

    Attributes:
        sent: whether the cloud may have received the request all the same.
    """

    def __init__(self, why: str, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


class Traffic:
    """To be made inside the gate's own event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS, ttl_dns_cache=60)
        self._lines = Lines(_CONNECT_SECONDS, _IDLE_SECONDS)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=_NOT_OURS,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        )

    async def ask(self, outgoing: Outgoing) -> Answer:
        """Send, and hold the whole answer.

        Raises:
            Lost: As said there.
        """
        try:
            async with asyncio.timeout(self._limits.silence_seconds):
                reply = await self._lines.send(outgoing)
            try:
                body = await self.whole(reply.content)
            except BaseException:
                reply.line.cut()
                raise
            self._lines.keep(reply)
        except _FAILURES as error:
            raise _lost(error) from error
        return Answer(reply.message.code, headers_of(reply.message.headers), body)

    async def whole(self, content: aiohttp.StreamReader) -> bytes:
        """All of an answer's body.

        Raises:
            Lost: It is too long to be held, or does not come.
        """
        pieces: list[bytes] = []
        length, most = 0, self._limits.answer_bytes
        async for piece in self.pieces(content):
            length += len(piece)
            if length > most:
                raise Lost(f"the cloud's answer is longer than {most} bytes", sent=True)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def pieces(self, content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
        """An answer's body in pieces, none of them kept.

        Raises:
            Lost: It does not come.
        """
        pace = self._limits.from_cloud()
        try:
            while not content.at_eof():
                # What is there already needs no clock.
                yield content.read_nowait() if content.is_eof() else await pace.of(content.readany())
        except TooSlow as error:
            raise Lost(f"the cloud's answer was not waited for any longer: {error}", sent=True) from error

    @asynccontextmanager
    async def open(
        self, outgoing: Outgoing, stream: AsyncIterator[bytes] | None = None, length: int = 0
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Send, and hand out the answer as soon as its head is there.

        Args:
            length: the bytes of the stream.

        Raises:
            Lost: As said there.
        """
        limits = self._limits
        seconds = limits.silence_seconds
        if stream is not None:
            seconds += limits.grace_seconds + length / limits.bytes_a_second
        headers = {name: value for name, value in outgoing.headers.items() if name != "host"}
        headers["Host"] = outgoing.headers["host"]
        try:
            async with asyncio.timeout(seconds):
                response = await self._session.request(
                    outgoing.method,
                    URL(outgoing.url, encoded=True),
                    headers=headers,
                    data=stream if stream is not None else (outgoing.body or None),
                    allow_redirects=False,
                )
            async with response:
                yield response
        except _FAILURES as error:
            raise _lost(error) from error

    async def close(self) -> None:
        self._lines.close()
        await self._session.close()


def _lost(error: Exception) -> Lost:
    if isinstance(error, Unreachable | aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Lost(f"the cloud cannot be reached: {error}", sent=False)
    return Lost(f"the cloud did not answer: {type(error).__name__}", sent=True)


def headers_of(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The answer's headers that are the client's business."""
    return {name: value for name, value in headers.items() if name.lower() not in _HOP}
