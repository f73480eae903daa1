"""The gym's process, from start to end. Owns the order of things: folder, port, accounts, announcement,
loading moto, keeping what changed, and going down. The composition root of the gym.
"""

import asyncio
import gc
import importlib
import logging
import os
import secrets
import signal
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web

from skywright_gym import account as account_module
from skywright_gym import copying, keep
from skywright_gym.account import Account, Accounts
from skywright_gym.control import Control, Serving
from skywright_gym.home import CannotServe, Home
from skywright_gym.portal.server import Portal
from skywright_gym.portal.signin import OwnAccount
from skywright_gym.sites import Serve, Sites
from skywright_gym.world import World

_log = logging.getLogger(__name__)
_FIRST_ACCOUNT = "default"
_KEEP_EVERY_SECONDS = 3.0
_SHARE_FOR_KEEPING = 0.05
_SWITCHES = {
    # moto checks what it is given only if told so, and reads this when it is imported.
    "MOTO_ENABLE_AMI_VALIDATION": "1",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "1",
    "MOTO_ENABLE_KEYPAIR_VALIDATION": "1",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What `serve` was asked for; `port` 0 is any free one."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 0


def serve(options: Options) -> None:
    """Run a gym until it is told to stop (`POST /down`, SIGTERM, SIGINT).

    Raises:
        CannotServe: The folder or the port cannot be had.
    """
    home = Home(options.home)
    home.log_to_file()
    # Pickling follows a world's references as deep as they go.
    sys.setrecursionlimit(copying.DEPTH)
    threading.stack_size(copying.STACK_BYTES)
    try:
        asyncio.run(_Gym(home, options).run())
    finally:
        home.leave()


class _Gym:
    def __init__(self, home: Home, options: Options) -> None:
        self._home = home
        self._options = options
        self._down = asyncio.Event()
        self._accounts = Accounts(_prepare)
        self._asleep: list[tuple[Account, bytes]] = []
        self._next_keep: dict[str, float] = {}

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._down.set)
        ready: asyncio.Future[Serve] = loop.create_future()
        sites = Sites(self._options.host, ready)
        portal = Portal(partial(self._own, sites), ready)
        self._read_accounts()
        token = secrets.token_urlsafe(32)
        control = Control(Serving(self._accounts, sites, portal, ready), token, self._down, self._forget)
        runner = web.AppRunner(control.application(), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        address = await self._listen(runner)
        for account in self._accounts.all():
            await sites.open(account)
        await portal.open()
        self._home.announce(address, token)
        _log.info("up at %s, process %d", address, os.getpid())
        keeping = asyncio.create_task(self._keep_on(ready))
        loading = asyncio.create_task(self._load(ready))
        await self._down.wait()
        await runner.cleanup()
        await portal.close()
        await sites.close_all()
        keeping.cancel()
        await asyncio.wait([loading])
        for account in self._accounts.all():
            if account.dirty and ready.done():
                self._keep(account)
        _log.info("down")

    async def _listen(self, runner: "web.AppRunner") -> str:
        host, port = self._options.host, self._options.port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotServe(f"the gym cannot listen on {host} port {port}: {error.strerror}") from None
        bound = runner.addresses[0][1]
        return f"http://[{host}]:{bound}" if ":" in host else f"http://{host}:{bound}"

    def _own(self, sites: Sites) -> list[OwnAccount]:
        return [
            OwnAccount(account.name, sites.endpoint(account), account.keys.access_key_id)
            for account in self._accounts.all()
            if sites.serves(account)
        ]

    def _read_accounts(self) -> None:
        for path in sorted(self._home.accounts.glob("*.world")):
            try:
                kept = keep.read(path)
                if keep.path_of(self._home.accounts, kept.name) != path:
                    raise keep.Corrupt(f"it is of an account {kept.name!r}")
            except (keep.Corrupt, OSError) as why:
                self._start_afresh(path, str(why))
                continue
            account = Account(kept.name, kept.keys, World(kept.account_id), kept.snapshots, dirty=False)
            self._accounts.add(account)
            self._asleep.append((account, kept.world))
        if not self._accounts.all():
            self._accounts.create(_FIRST_ACCOUNT)

    def _start_afresh(self, path: Path, why: str) -> None:
        aside = keep.set_aside(path)
        sentence = f"the kept account {path.stem} cannot be read ({why}); it was set aside as {aside.name}"
        _log.error(sentence)
        print(sentence, file=sys.stderr, flush=True)  # noqa: T201 - the one thing a user has to be told
        try:
            self._accounts.create(path.stem)
        except account_module.Unfit:
            _log.error("no fresh account was made in its place: its name is not one of an account")

    async def _load(self, ready: "asyncio.Future[Serve]") -> None:
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        serve = await loop.run_in_executor(None, self._load_moto)
        _log.info("ready after %.1f s", time.monotonic() - started)
        ready.set_result(serve)

    def _load_moto(self) -> Serve:
        for name, value in _SWITCHES.items():
            os.environ.setdefault(name, value)
        # Seconds of imports, which nobody has to wait for who only asks for the status.
        importlib.import_module("skywright_gym.aws.moto_app").install()
        importlib.import_module("skywright_gym.aws.timekeeping").install()
        importlib.import_module("skywright_gym.aws.importing").install()
        # Before the tables are frozen below: what botocore is for the portal is here to stay too.
        importlib.import_module("skywright_gym.portal.calls")
        front = importlib.import_module("skywright_gym.aws.front")
        for account, data in self._asleep:
            try:
                account.world = copying.loads(data)
                _prepare(account.world)
            except copying.Unreadable as why:
                aside = keep.set_aside(keep.path_of(self._home.accounts, account.name))
                _log.error("account %s cannot be read (%s); set aside as %s", account.name, why, aside.name)
                account.dirty = True
        self._asleep.clear()
        # moto's tables are here to stay: the collector need not walk them again.
        gc.collect()
        gc.freeze()
        gc.enable()
        return front.serve

    async def _keep_on(self, ready: "asyncio.Future[Serve]") -> None:
        """Write what changed every few seconds, but never spend more than a share of the time on it."""
        await asyncio.shield(ready)
        while True:
            await asyncio.sleep(_KEEP_EVERY_SECONDS)
            for account in self._accounts.all():
                if account.dirty and time.monotonic() >= self._next_keep.get(account.name, 0.0):
                    started = time.monotonic()
                    await asyncio.get_running_loop().run_in_executor(None, self._keep, account)
                    ended = time.monotonic()
                    self._next_keep[account.name] = ended + (ended - started) / _SHARE_FOR_KEEPING

    def _keep(self, account: Account) -> None:
        # Cleared before reading, so that a change during it is written next time.
        account.dirty = False
        world = account.world
        try:
            with world.lock:
                data = copying.dumps(world)
            kept = keep.Kept(account.name, world.account_id, account.keys, data, account.snapshots)
            keep.write(self._home.accounts, kept)
        except (OSError, copying.CannotCopy) as error:
            account.dirty = True
            _log.error("account %s could not be written: %s", account.name, error)

    def _forget(self, name: str) -> None:
        keep.forget(self._home.accounts, name)


def _prepare(world: World) -> None:
    importlib.import_module("skywright_gym.aws.isolation").register(world)
