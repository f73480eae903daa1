"""Bytes to and from the cloud, over one shared pool of connections. Knows no operation."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from yarl import URL

from skywright.clouds.wire import Answer, Outgoing
from skywright.gate.limits import Limits, TooSlow

_CONNECT_SECONDS: Final = 10.0
_IDLE_SECONDS: Final = 15.0
_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-authenticate"}
    | {"proxy-connection", "set-cookie", "alt-svc", "strict-transport-security"}
)
_NOT_OURS: Final = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class Lost(Exception):
    """No answer came.

    Attributes:
        sent: whether the cloud may have received the request all the same.
    """

    def __init__(self, why: str, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


class Traffic:
    """One pool, made inside the gate's own event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS, ttl_dns_cache=60)
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
        async with self.open(outgoing) as response:
            return await self.whole(response)

    async def whole(self, response: aiohttp.ClientResponse) -> Answer:
        """An answer with all of its body.

        Raises:
            Lost: It is too long to be held, or does not come.
        """
        body = bytearray()
        async for piece in self.pieces(response):
            body += piece
            if len(body) > self._limits.answer_bytes:
                raise Lost(f"the cloud's answer is longer than {self._limits.answer_bytes} bytes", sent=True)
        return Answer(response.status, headers_of(response), bytes(body))

    async def pieces(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        """An answer's body in pieces, none of them kept.

        Raises:
            Lost: It does not come.
        """
        pace = self._limits.from_cloud()
        try:
            while not (content := response.content).at_eof():
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
        headers = {name: value for name, value in outgoing.headers.items() if name != "host"}
        headers["Host"] = outgoing.headers["host"]
        data = stream if stream is not None else (outgoing.body or None)
        limits = self._limits
        seconds = limits.silence_seconds
        if stream is not None:
            seconds += limits.grace_seconds + length / limits.bytes_a_second
        try:
            async with asyncio.timeout(seconds):
                response = await self._session.request(
                    outgoing.method,
                    URL(outgoing.url, encoded=True),
                    headers=headers,
                    data=data,
                    allow_redirects=False,
                )
            async with response:
                yield response
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Lost(f"the cloud cannot be reached: {error}", sent=False) from error
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            raise Lost(f"the cloud did not answer: {type(error).__name__}", sent=True) from error

    async def close(self) -> None:
        await self._session.close()


def headers_of(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    """The answer's headers that are the client's business."""
    return {name: value for name, value in response.headers.items() if name.lower() not in _HOP}
