"""Bytes to and from the cloud, over one shared pool of connections. Knows no operation."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from yarl import URL

from skywright.clouds.wire import Answer, Outgoing

PIECE: Final = 256 * 1024
"""Bytes of a stream that are held at a time."""

_CONNECT_SECONDS: Final = 10.0
_SILENCE_SECONDS: Final = 120.0
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

    def __init__(self) -> None:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS, ttl_dns_cache=60)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=_NOT_OURS,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENCE_SECONDS
            ),
        )

    async def ask(self, outgoing: Outgoing) -> Answer:
        """Send, and hold the whole answer.

        Raises:
            Lost: As said there.
        """
        async with self.open(outgoing, None) as response:
            body = await response.read()
            return Answer(response.status, headers_of(response), body)

    @asynccontextmanager
    async def open(
        self, outgoing: Outgoing, stream: AsyncIterator[bytes] | None
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Send, and hand out the answer as soon as its head is there.

        Raises:
            Lost: As said there.
        """
        headers = {name: value for name, value in outgoing.headers.items() if name != "host"}
        headers["Host"] = outgoing.headers["host"]
        data = stream if stream is not None else (outgoing.body or None)
        try:
            async with self._session.request(
                outgoing.method,
                URL(outgoing.url, encoded=True),
                headers=headers,
                data=data,
                allow_redirects=False,
            ) as response:
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
