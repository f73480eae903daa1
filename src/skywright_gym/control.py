"""The control interface: JSON over HTTP with the gym's token. Owns its routes and their checks; what
they do is in `account`, `sites` and `keep`.
"""

import asyncio
import hmac
import importlib
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

from aiohttp import web

from skywright_gym import account as accounts_module
from skywright_gym import copying
from skywright_gym.account import Account, Accounts
from skywright_gym.physics import faults, kinds
from skywright_gym.portal.server import Portal
from skywright_gym.sites import Sites
from skywright_gym.world import inside

_log = logging.getLogger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


# How an account is and how it is set: method, what, and the function that answers, from the world and, unless
# it only tells, from what was asked.
_WAYS = (
    ("GET", "clock", "physics.pace", "told"),
    ("POST", "clock", "physics.pace", "change"),
    ("GET", "load", "aws.behaviour.loads", "told"),
    ("POST", "load", "aws.behaviour.loads", "change"),
    ("DELETE", "load", "aws.behaviour.loads", "end"),
    ("GET", "people", "physics.people", "told"),
    ("POST", "people", "physics.people", "put"),
    ("DELETE", "people", "physics.people", "end"),
    ("GET", "quotas", "physics.quotas", "told"),
    ("POST", "quotas", "physics.quotas", "change"),
    ("GET", "spot", "aws.behaviour.spot_market", "told"),
    ("POST", "spot", "aws.behaviour.spot_market", "change"),
)


@dataclass(frozen=True, slots=True)
class Serving:
    """What the gym serves, and `ready`: whether moto is loaded."""

    accounts: Accounts
    sites: Sites
    portal: Portal
    ready: "asyncio.Future[Any]"


class Control:
    """Answers the control interface."""

    def __init__(
        self, serving: Serving, token: str, down: asyncio.Event, forget: Callable[[str], None]
    ) -> None:
        """`down` is set to end; `forget` removes what is kept of an account."""
        self._accounts = serving.accounts
        self._sites = serving.sites
        self._portal = serving.portal
        self._ready = serving.ready
        self._token = token.encode()
        self._down = down
        self._forget = forget
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="control")

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded], client_max_size=256 * 1024**2)
        app.add_routes(
            [
                web.get("/status", self._status),
                web.get("/fault-kinds", _fault_kinds),
                web.post("/accounts", self._create),
                web.delete("/accounts/{name}", self._delete),
                web.post("/accounts/{name}/fork", self._fork),
                web.post("/accounts/{name}/reset", self._reset),
                web.post("/accounts/{name}/snapshots", self._snapshot),
                web.post("/accounts/{name}/restore", self._restore),
                web.post("/accounts/{name}/import", self._import),
                web.get("/accounts/{name}/faults", self._faults),
                web.post("/accounts/{name}/faults", self._add_fault),
                web.delete("/accounts/{name}/faults/{id}", self._remove_fault),
                web.get("/accounts/{name}/bill", self._bill),
                web.post("/accounts/{name}/bill", self._switch_bill),
                web.post("/down", self._go_down),
            ]
        )
        app.add_routes(
            [
                web.route(method, f"/accounts/{{name}}/{what}", self._way(module, function))
                for method, what, module, function in _WAYS
            ]
        )
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token):
            return _error("the control interface wants the token of gym.json as bearer", 401)
        if request.path not in ("/status", "/fault-kinds", "/down"):
            await asyncio.shield(self._ready)
        try:
            return await handler(request)
        except accounts_module.Unknown as unknown:
            return _error(str(unknown), 404)
        except (accounts_module.Unfit, faults.Unfit) as unfit:
            return _error(str(unfit), 400)
        except copying.CannotCopy as why:
            _log.error("%s %s: %s", request.method, request.path, why)
            return _error(str(why), 409)
        except web.HTTPException as refused:
            return _error(f"{request.method} {request.path}: {refused.reason}", refused.status)

    async def _off_loop(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def _told(self, account: Account) -> dict[str, Any]:
        return {
            "name": account.name,
            "aws": {
                "endpoint": self._sites.endpoint(account),
                "access_key_id": account.keys.access_key_id,
                "secret_access_key": account.keys.secret_access_key,
                "account_id": account.world.account_id,
            },
        }

    def _account(self, request: web.Request) -> Account:
        return self._accounts.get(request.match_info["name"])

    async def _status(self, _request: web.Request) -> web.Response:
        told = [self._told(account) for account in self._accounts.all() if self._sites.serves(account)]
        return web.json_response({"accounts": told, "portal": self._portal.address})

    async def _create(self, request: web.Request) -> web.Response:
        body = await _body(request)
        number, seed = (
            _text(body, key) if body.get(key) is not None else None for key in ("account_id", "seed")
        )
        account = self._accounts.create(_text(body, "name"), number, seed)
        await self._sites.open(account)
        return web.json_response(self._told(account))

    async def _fork(self, request: web.Request) -> web.Response:
        body = await _body(request)
        name = _text(body, "name") if body.get("name") is not None else None
        account = await self._off_loop(self._accounts.fork, self._account(request), name)
        await self._sites.open(account)
        return web.json_response(self._told(account))

    async def _reset(self, request: web.Request) -> web.Response:
        account = self._account(request)
        self._accounts.reset(account)
        return web.json_response(self._told(account))

    async def _delete(self, request: web.Request) -> web.Response:
        account = self._accounts.delete(request.match_info["name"])
        await self._sites.close(account.name)
        self._forget(account.name)
        return web.json_response({})

    async def _snapshot(self, request: web.Request) -> web.Response:
        name = _text(await _body(request), "name")
        size = await self._off_loop(self._accounts.snapshot, self._account(request), name)
        return web.json_response({"name": name, "bytes": size})

    async def _restore(self, request: web.Request) -> web.Response:
        account = self._account(request)
        await self._off_loop(self._accounts.restore, account, _text(await _body(request), "snapshot"))
        return web.json_response(self._told(account))

    async def _import(self, request: web.Request) -> web.Response:
        account = self._account(request)
        described = (await _body(request)).get("resources")
        if not _is_described(described):
            raise accounts_module.Unfit(
                "the body needs 'resources': region -> 'service:Operation' -> the operation's result"
            )
        importing = _aws("importing")
        outcome = await self._off_loop(importing.run, account.world, described)
        account.dirty = True
        return web.json_response({"imported": outcome.made, "left_out": outcome.left_out})

    async def _faults(self, request: web.Request) -> web.Response:
        listed = await self._off_loop(_in_world, self._account(request), faults.listed)
        return web.json_response({"faults": listed})

    async def _add_fault(self, request: web.Request) -> web.Response:
        account = self._account(request)
        fault_id = await self._off_loop(_in_world, account, faults.add, await _body(request))
        account.dirty = True
        return web.json_response({"id": fault_id})

    async def _remove_fault(self, request: web.Request) -> web.Response:
        account = self._account(request)
        fault_id = request.match_info["id"]
        if not await self._off_loop(_in_world, account, faults.remove, fault_id):
            return _error(f"there is no fault {fault_id!r}", 404)
        account.dirty = True
        return web.json_response({})

    async def _bill(self, request: web.Request) -> web.Response:
        told = request.query.get("for_seconds")
        seconds = _seconds(told) if told is not None else None
        return web.json_response(
            await self._off_loop(
                _in_world_by_now, self._account(request), _aws("billing.statement").told, seconds
            )
        )

    async def _switch_bill(self, request: web.Request) -> web.Response:
        account = self._account(request)
        billed = (await _body(request)).get("billed")
        await self._off_loop(_in_world, account, _aws("billing.statement").switch, billed)
        account.dirty = True
        return web.json_response({"billed": billed})

    def _way(self, module: str, function: str) -> _Handler:
        async def answer(request: web.Request) -> web.Response:
            account = self._account(request)
            asked = [] if request.method == "GET" else [{**request.query, **await _body(request)}]
            work = getattr(_late(module), function)
            told = await self._off_loop(_in_world_by_now, account, work, *asked)
            account.dirty = account.dirty or bool(asked)
            return web.json_response(told)

        return answer

    async def _go_down(self, _request: web.Request) -> web.Response:
        self._down.set()
        return web.json_response({})


async def _fault_kinds(_request: web.Request) -> web.Response:
    return web.json_response({"kinds": [kinds.told(kind) for kind in kinds.KINDS.values()]})


def _aws(module: str) -> Any:
    return _late(f"aws.{module}")


def _late(module: str) -> Any:
    # Moto's half of the gym is loaded in the background.
    return importlib.import_module(f"skywright_gym.{module}")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise accounts_module.Unfit("'for_seconds' is a number from 0 upwards")
    return seconds


def _error(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


async def _body(request: web.Request) -> dict[str, Any]:
    data = await request.read()
    if not data:
        return {}
    try:
        body = json.loads(data)
    except ValueError:
        raise accounts_module.Unfit("the body is not JSON") from None
    if not isinstance(body, dict):
        raise accounts_module.Unfit("the body is not a JSON object")
    return body


def _is_described(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(answers, dict) and all(isinstance(answer, dict) for answer in answers.values())
        for answers in cast("dict[str, Any]", value).values()
    )


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise accounts_module.Unfit(f"the body needs {name!r}, a text")
    return value


def _in_world(account: Account, work: Callable[..., Any], *arguments: Any) -> Any:
    with inside(account.world) as world:
        return work(world, *arguments)


def _in_world_by_now(account: Account, work: Callable[..., Any], *arguments: Any) -> Any:
    """The same, after other people have done what they did up to now."""
    with inside(account.world) as world:
        account.dirty = _aws("people").catch_up(world) or account.dirty
        return work(world, *arguments)
