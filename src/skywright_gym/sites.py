"""The addresses at which accounts are served. Owns sockets and the way of a request from the wire to
the front and back; knows nothing of what the request means.
"""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from skywright_gym.account import Account
from skywright_gym.aws.refusal import Response
from skywright_gym.aws.signature import Request

_DRAIN_SECONDS = 3.0
_HANG_UP_SECONDS = 0.1  # for idle connections, of which clients keep some open

Serve = Callable[[Account, Request], Any]


@dataclass
class _Site:
    runner: web.ServerRunner
    port: int
    turn: asyncio.Lock


class Sites:
    """One listening port for every account."""

    def __init__(self, host: str, serve: "asyncio.Future[Serve]") -> None:
        """`serve` becomes known when moto is loaded; requests that come earlier wait for it."""
        self._host = host
        self._serve = serve
        self._sites: dict[str, _Site] = {}
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="request")

    async def open(self, account: Account) -> None:
        """Serve the account at a free port of its own."""
        turn = asyncio.Lock()

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            return await self._handle(account, turn, request)

        runner = web.ServerRunner(
            web.Server(handle, access_log=None, auto_decompress=False), shutdown_timeout=_HANG_UP_SECONDS
        )
        await runner.setup()
        await web.TCPSite(runner, self._host, 0, reuse_address=True).start()
        self._sites[account.name] = _Site(runner, runner.addresses[0][1], turn)

    def endpoint(self, account: Account) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._sites[account.name].port}"

    def serves(self, account: Account) -> bool:
        return account.name in self._sites

    async def close(self, name: str) -> None:
        """Stop serving an account, once its requests under way are answered."""
        site = self._sites.pop(name, None)
        if site is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(site.turn.acquire(), _DRAIN_SECONDS)
        await site.runner.cleanup()

    async def close_all(self) -> None:
        await asyncio.gather(*(self.close(name) for name in list(self._sites)))
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _handle(self, account: Account, turn: asyncio.Lock, request: web.BaseRequest) -> web.Response:
        raw = request.raw_path
        path, _, query = raw.partition("?")
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            lower = name.lower()
            headers[lower] = f"{headers[lower]},{value}" if lower in headers else value
        _go_on(request, headers)
        asked = Request(request.method, path, query, headers, await request.content.read())
        serve = await asyncio.shield(self._serve)
        # Requests of one account take turns here, so that its queue does not fill the pool for others.
        async with turn:
            answer = await asyncio.get_running_loop().run_in_executor(self._pool, serve, account, asked)
        account.dirty = account.dirty or answer.changed
        if answer.delay_seconds:
            await asyncio.sleep(answer.delay_seconds)
        if answer.response is None:
            return _hung_up(request)
        return _to_wire(answer.response, request.method)


def _hung_up(request: web.BaseRequest) -> web.Response:
    """Close the connection without an answer; what is returned is written to nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


def _go_on(request: web.BaseRequest, headers: dict[str, str]) -> None:
    """Tell a client that waits for leave to send its body that it has it; otherwise it waits a second."""
    if headers.get("expect", "").lower() == "100-continue" and request.transport is not None:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def _to_wire(response: Response, method: str) -> web.Response:
    headers = {
        name: value
        for name, value in response.headers.items()
        if name.lower() not in ("transfer-encoding", "connection", "date", "content-length", "status")
    }
    if method == "HEAD":
        length = next((v for k, v in response.headers.items() if k.lower() == "content-length"), "0")
        headers["Content-Length"] = length
        return web.Response(status=response.status, headers=headers)
    return web.Response(status=response.status, headers=headers, body=response.body)
