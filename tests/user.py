"""A user for tests: types commands, reads what they print, and looks at the cloud with plain boto3."""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests import clients, postgres
from tests.preloaded import Preloaded

_KEPT = ("SKYWRIGHT_TERRAFORM_MIRROR", "SKYWRIGHT_MODEL_REQUESTS")
SKYWRIGHT = Path(sys.executable).with_name("skywright")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object and nothing else."""
        return json.loads(self.out)

    def in_one_sentence(self) -> bool:
        """Whether it failed as it should: something on standard error, and no traceback."""
        return self.status != 0 and bool(self.err.strip()) and "Traceback" not in self.err + self.out


@dataclass(frozen=True)
class Cloud:
    """An account of the gym as an outside judge sees it: plain boto3 at its own address."""

    target: str
    account: dict[str, Any]

    def client(self, service: str, region: str = "us-east-1") -> Any:
        keys = (self.account["access_key_id"], self.account["secret_access_key"])
        return clients.client(service, region, self.account["endpoint"], keys, retries={"max_attempts": 1})

    def instances(self, region: str = "us-east-1") -> list[dict[str, Any]]:
        """All instances that are not terminated."""
        reservations = self.client("ec2", region).describe_instances()["Reservations"]
        found = [instance for reservation in reservations for instance in reservation["Instances"]]
        return [item for item in found if item["State"]["Name"] not in ("terminated", "shutting-down")]


preloaded = cache(Preloaded)
"""The one of this process."""


class User:
    """Someone with a terminal and a state folder.

    If `SKYWRIGHT_TEST_DATABASE` is the URL of a PostgreSQL, all state is there, in a place of his own.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "SKYWRIGHT_")) or name in _KEPT
        } | {"SKYWRIGHT_HOME": str(home)}
        if server := os.environ.get("SKYWRIGHT_TEST_DATABASE"):
            self.environment["SKYWRIGHT_DATABASE"] = postgres.empty(server)

    def run(self, *words: str, seconds: float = 120, **environment: str) -> Said:
        """Type a command and wait for its end."""
        done = preloaded().run(words, {**self.environment, **environment}, seconds)
        return Said(done.returncode, done.stdout, done.stderr)

    def run_afresh(self, *words: str, seconds: float = 120, **environment: str) -> Said:
        """The same with nothing imported beforehand: all of it that a user waits for."""
        done = subprocess.run(
            [SKYWRIGHT, *words],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Type a command and do not wait."""
        return subprocess.Popen(
            [SKYWRIGHT, *words],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    def account(self) -> Cloud:
        """A new, empty account of the gym, and a target of the same name that leads there."""
        name = f"t{secrets.token_hex(4)}"
        accounts = self.run("gym", "create", name, "--json").json["accounts"]
        assert self.run("target", "add", name, "--gym", name).status == 0
        found = next(account for account in accounts if account["name"] == name)
        return Cloud(name, found["aws"])

    def do(self, words: str, cloud: Cloud, *options: str, seconds: float = 180) -> Said:
        """A request to that account, with JSON asked for."""
        return self.run("do", words, "--target", cloud.target, "--json", *options, seconds=seconds)
