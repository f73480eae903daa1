"""A gym for the tests: real, in a process of its own, in a temporary home."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from skywright.state.database import open_shared
from tests import clients, costs, left, postgres

# What is imported to collect the tests stays: to look for garbage in it takes as long as to import it.
gc.disable()

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it runs in the background ignore it, and so would all that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

for _name in [name for name in os.environ if name.endswith(("_API_KEY", "_BASE_URL"))]:
    # No test asks a model but one that it serves itself.
    del os.environ[_name]
os.environ["SKYWRIGHT_MODEL_REQUESTS"] = "loopback"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(costs.Costs())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts much is slow; files with slow tests come first, so that the workers end together."""
    for item in items:
        starters = _STARTERS & set(getattr(item, "fixturenames", ()))
        if starters - ({"gym"} if "unit/gym/" in item.nodeid else set()):
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on garbage is looked for, but not in what is here to stay."""
    gc.collect()
    gc.freeze()
    gc.enable()


_STARTERS = {"user", "empty_home", "program", "gym"}
"""Fixtures that start a gym, which its own tests need, a process that commands are typed in, or a browser."""


@dataclass(frozen=True)
class GymAccount:
    """One account of the gym, and clients for it."""

    name: str
    endpoint: str
    access_key_id: str
    secret_access_key: str
    account_id: str

    def client(self, service: str, region: str = "eu-west-1", **config: Any) -> Any:
        keys = (self.access_key_id, self.secret_access_key)
        return clients.client(
            service, region, self.endpoint, keys, **({"retries": {"total_max_attempts": 1}} | config)
        )

    def environment(self, region: str = "eu-west-1") -> dict[str, str]:
        """For a real `aws` in a process of its own."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_DEFAULT_REGION": region,
            "AWS_PAGER": "",
            "AWS_EC2_METADATA_DISABLED": "true",
        }


class Refused(Exception):
    """The control interface refused."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status}: {sentence}")
        self.status = status
        self.sentence = sentence


@dataclass
class Gym:
    """A gym that is up."""

    home: Path
    pid: int
    control: str
    token: str
    _made: list[str] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, token: str | None = None
    ) -> Any:
        request = urllib.request.Request(
            self.control + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token if token is None else token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.load(error)["error"]) from None

    def account(self, name: str = "default") -> GymAccount:
        for told in self.ask("GET", "/status")["accounts"]:
            if told["name"] == name:
                return _account(told)
        raise LookupError(name)

    def fresh_account(self, name: str | None = None, seed: str | None = None) -> GymAccount:
        asked = {"name": name or f"t-{uuid4().hex[:12]}", "seed": seed}
        return _account(self.ask("POST", "/accounts", asked))

    def fork(self, origin: GymAccount | str, name: str | None = None) -> GymAccount:
        origin_name = origin if isinstance(origin, str) else origin.name
        return _account(self.ask("POST", f"/accounts/{origin_name}/fork", {"name": name} if name else {}))

    def reset(self, account: GymAccount | str) -> GymAccount:
        name = account if isinstance(account, str) else account.name
        return _account(self.ask("POST", f"/accounts/{name}/reset"))

    def delete(self, account: GymAccount | str) -> None:
        name = account if isinstance(account, str) else account.name
        self.ask("DELETE", f"/accounts/{name}")

    def down(self) -> None:
        self.ask("POST", "/down")
        wait_for_end(self.pid)


def _account(told: dict[str, Any]) -> GymAccount:
    return GymAccount(name=told["name"], **told["aws"])


def wait_for_end(pid: int, seconds: float = 30) -> None:
    """Wait until a process that is not our child has ended."""
    deadline = time.monotonic() + seconds
    while _alive(pid):
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {pid} has not ended")
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        try:
            return stat.read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def start_gym(home: Path, *options: str) -> Gym:
    """Start a gym in the background; the caller ends it."""
    command = [sys.executable, "-m", "skywright_gym", "serve", "--home", str(home), "--detach", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = json.loads((home / "gym.json").read_text())
    return Gym(home, told["pid"], told["control"], told["token"])


@pytest.fixture(scope="session", autouse=True)
def nothing_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No gym outlives the tests: one that nobody took down is told, and is ended."""
    folder = str(tmp_path_factory.getbasetemp())
    with left.ended_with_us(folder):
        yield
        found = left.end(folder)
    if found:
        warnings.warn(f"gyms that nobody took down: {sorted(found.values())}", stacklevel=1)


@pytest.fixture(scope="session")
def gym(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gym]:
    """One gym for all tests of the session: take a `fresh_account()` of it each."""
    started = start_gym(tmp_path_factory.mktemp("gym"))
    yield started
    try:
        started.down()
    except (OSError, TimeoutError):
        os.kill(started.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One PostgreSQL for all tests of the session; gives its URL."""
    with postgres.served() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=postgres.needed)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.db'}"
    return postgres.empty(request.getfixturevalue("postgres_server"))


@pytest.fixture
def database(database_url: str) -> Iterator[sa.Engine]:
    """The same, opened."""
    engine = open_shared(database_url)
    yield engine
    engine.dispose()
