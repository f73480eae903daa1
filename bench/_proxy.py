"""A proxy that passes requests on and asks nothing: what standing in between costs by itself.

It receives and sends by the very parts that the gate does, and neither verifies, understands, decides, signs
nor records. What a gate costs beyond it is the gate's work; what it costs itself no gate that is built of
these parts can save.
"""

import asyncio
import threading
from concurrent.futures import Future

import uvloop
from aiohttp import web

from skywright.clouds.wire import Outgoing
from skywright.gate.delivery import http
from skywright.gate.limits import Limits
from skywright.gate.traffic import Traffic


def start(upstream: str) -> str:
    """Serve in a thread until the process ends; gives the address."""
    started: Future[str] = Future()
    threading.Thread(target=lambda: uvloop.run(_serve(upstream, started)), daemon=True).start()
    return started.result()


async def _serve(upstream: str, started: "Future[str]") -> None:
    traffic = Traffic(Limits())

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        return http(await traffic.ask(Outgoing(request.method, upstream + request.raw_path, headers, body)))

    runner = web.ServerRunner(web.Server(handle, access_log=None, auto_decompress=False))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    started.set_result(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await asyncio.Event().wait()
