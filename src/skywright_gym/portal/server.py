"""The web portal's server. Owns its routes, its cookie and its socket.

It holds no state: whoever is signed in holds a sealed cookie, and every call goes to the cloud's own API
with that credential. So a portal may stand before the gym, or before a gate that stands before it.
"""

import asyncio
import gzip
import importlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from skywright_gym.portal import gatekeeping, signin
from skywright_gym.portal.assets import Assets
from skywright_gym.portal.crew import Crew
from skywright_gym.portal.failure import Failure
from skywright_gym.portal.session import LIFETIME_SECONDS, Asked, Seal, Session

_HOST = "127.0.0.1"
_MOST_BODY_BYTES = 4 * 1024**2
_WORTH_PACKING_BYTES = 1024
_NOT_BUILT = (
    "<!doctype html><title>Skywright</title><p>The portal's user interface is not built yet: "
    "run <code>make portal</code> in the checkout, then reload this page.</p>"
)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Portal:
    """Serves the user interface and carries its calls to the clouds."""

    def __init__(
        self,
        own: signin.Own,
        ready: "asyncio.Future[Any]",
        assets: Assets | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`own` gives the gym's accounts; nothing is asked of a cloud before the gym is `ready`."""
        self._own = own
        self._ready = ready
        self._calls: Any = None
        self._loading = asyncio.Lock()
        self._assets = assets or Assets()
        self._seal = Seal(clock)
        self._crew = Crew()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def address(self) -> str:
        return f"http://{_HOST}:{self._port}"

    async def open(self) -> None:
        """Serve at a free port of this machine."""
        app = web.Application(middlewares=[self._around], client_max_size=_MOST_BODY_BYTES)
        app.add_routes(
            [
                web.get("/api/session", self._session),
                web.post("/api/session", self._sign_in),
                web.delete("/api/session", self._sign_out),
                web.post("/api/call/{service}/{operation}", self._call),
                web.route("*", "/api/{rest:.*}", self._nothing),
                web.get("/{path:.*}", self._page),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0).start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _around(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        try:
            gatekeeping.check_place(request, self._port)
            response = await handler(request)
        except Failure as failure:
            response = web.json_response(failure.told(), status=failure.status)
            if failure.signed_out:
                self._forget(response)
        except web.HTTPException as refused:
            sentence = f"{request.method} {request.path[:80]}: {refused.reason}"
            failure = Failure(refused.status, "NotAccepted", sentence)
            response = web.json_response(failure.told(), status=refused.status)
        if request.path.startswith("/api/"):
            response.headers["Cache-Control"] = "no-store"
        gatekeeping.protect(response)
        return response

    # The cookie. Its name has the port, since all ports of a host share their cookies.

    @property
    def _cookie(self) -> str:
        return f"skywright-portal-{self._port}"

    def _remember(self, response: web.StreamResponse, session: Session) -> None:
        value = self._seal.close(session)
        response.set_cookie(
            self._cookie, value, max_age=LIFETIME_SECONDS, path="/", httponly=True, samesite="Strict"
        )

    def _forget(self, response: web.StreamResponse) -> None:
        response.del_cookie(self._cookie, path="/", httponly=True, samesite="Strict")

    def _signed_in(self, request: web.Request) -> Session:
        session = self._seal.open(request.cookies.get(self._cookie, ""))
        if session is None:
            raise Failure(401, "NoSession", "sign in first", signed_out=True)
        return session

    # What is behind /api/.

    async def _session(self, request: web.Request) -> web.Response:
        return await self._told(self._signed_in(request))

    async def _sign_in(self, request: web.Request) -> web.Response:
        gatekeeping.check_json(request)
        body = await request.read()
        session = await asyncio.to_thread(signin.session_of, body, self._own())
        try:
            said = await self._carried_out(Asked(session, session.region, "sts", "GetCallerIdentity"))
        except Failure as failure:
            if failure.status in (400, 403, 404) and failure.code != "InvalidRegion":
                raise Failure(401, failure.code, failure.message, failure.operation) from None
            raise
        number = str(json.loads(said).get("Account", ""))
        session = replace(session, account_name=session.account_name or number, account_id=number)
        response = await self._told(session)
        self._remember(response, session)
        return response

    async def _sign_out(self, _request: web.Request) -> web.Response:
        response = web.json_response({})
        self._forget(response)
        return response

    async def _told(self, session: Session) -> web.Response:
        calls = await self._loaded()
        account = {"name": session.account_name, "id": session.account_id}
        return web.json_response({"account": account, "region": session.region, "regions": calls.regions})

    async def _call(self, request: web.Request) -> web.Response:
        gatekeeping.check_header(request)
        session = self._signed_in(request)
        names = request.match_info["service"], request.match_info["operation"]
        region = request.headers.get("X-Region") or session.region
        answer = await self._carried_out(Asked(session, region, *names, await request.read()))
        headers = {"Content-Type": "application/json", "Vary": "Accept-Encoding"}
        if _takes_gzip(request) and len(answer) > _WORTH_PACKING_BYTES:
            headers["Content-Encoding"] = "gzip"
            answer = await asyncio.to_thread(gzip.compress, answer, 1)
        return web.Response(body=answer, headers=headers)

    async def _carried_out(self, asked: Asked) -> bytes:
        calls = await self._loaded()
        return await self._crew.do(asked.session.endpoint, partial(calls.call, asked))

    async def _loaded(self) -> Any:
        await asyncio.shield(self._ready)
        async with self._loading:
            if self._calls is None:
                self._calls = await asyncio.to_thread(_load)
        return self._calls

    async def _nothing(self, request: web.Request) -> web.Response:
        raise Failure(404, "NoSuchPath", f"there is nothing at {request.method} {request.path[:80]}")

    # The page.

    async def _page(self, request: web.Request) -> web.Response:
        if not self._assets.built:
            return web.Response(text=_NOT_BUILT, content_type="text/html", status=503)
        asset = await asyncio.to_thread(self._assets.find, request.path)
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Content-Type": asset.content_type, "Cache-Control": asset.cache_control}
        body = asset.content
        if asset.packed is not None:
            headers["Vary"] = "Accept-Encoding"
            if _takes_gzip(request):
                headers["Content-Encoding"], body = "gzip", asset.packed
        return web.Response(body=body, headers=headers)


def _load() -> Any:
    # It imports botocore, for which nobody has to wait who only wants the gym up.
    return importlib.import_module("skywright_gym.portal.calls").Calls()


def _takes_gzip(request: web.Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
