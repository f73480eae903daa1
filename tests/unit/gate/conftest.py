"""A gate before a real moto server over HTTP, and boto3 clients for both."""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from moto.server import ThreadedMotoServer
from tests import clients

from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.effects import Effects
from skywright.gate.limits import Limits
from skywright.gate.replies import Replies
from skywright.gate.server import Configuration, Gate
from skywright.guard.base import Decider
from skywright.journal.chain import Journal
from skywright.model.program import Program
from skywright.model.target import Credential, Upstream
from skywright.model.verdict import Decision, Principal, Proposal, Verdict


@dataclass
class Rules:
    """Lets everything through but what a test says, at once or once it is seen what is to be changed."""

    denied: dict[str, Decision] = field(default_factory=dict)
    afterwards: dict[str, Decision] = field(default_factory=dict)

    def decide(self, proposal: Proposal) -> Verdict | None:
        seen = self.afterwards if "before" in proposal.facts else {}
        decision = (self.denied | seen).get(proposal.operation.name)
        if decision is None:
            return Verdict(Decision.ALLOW, "test-allows")
        return Verdict(decision, "test-rule", "the test says so")


@dataclass
class World:
    """A gate, what is behind it, and ways to start anew with the same records."""

    upstream: str
    folder: Path
    rules: Rules = field(default_factory=Rules)
    deciders: Sequence[Decider] | None = None
    now: Callable[[], float] = time.time
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        engine = sa.create_engine(f"sqlite:///{self.folder}/gate.db")
        self.journal = Journal.open(engine, self.folder / "keys", time.time)
        self.replies = Replies(engine, self.journal)
        self.restart()

    def restart(self) -> None:
        if hasattr(self, "gate"):
            self.gate.close()
        deciders = (self.rules,) if self.deciders is None else self.deciders
        self.gate = Gate.start(
            Configuration(
                Catalogue(),
                Effects(),
                deciders,
                self.journal,
                self.replies,
                lambda: self.now(),
                lambda: uuid.uuid4().hex,
                limits=self.limits,
            )
        )

    def mint(
        self, kind: str = "guest", run: str = "run", program: Program | None = None, **more: Any
    ) -> Credential:
        who = Principal(run, kind, "", "sdk", "test")
        cloud = Upstream(
            Credential("AKIAIOSFODNN7EXAMPLE", "the-target's-secret"), self.upstream, "eu-west-1"
        )
        return self.gate.mint(who, cloud, program=program, **({"lifetime_seconds": 600} | more))

    def client(self, credential: Credential, service: str, region: str = "eu-west-1", **settings: Any) -> Any:
        keys = (credential.access_key_id, credential.secret_access_key)
        return clients.client(service, region, self.gate.endpoint, keys, **settings)

    def behind(self, service: str, region: str = "eu-west-1") -> Any:
        return clients.client(service, region, self.upstream, ("AKIAIOSFODNN7EXAMPLE", "x"))


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def world(moto: str, tmp_path: Path) -> Iterator[World]:
    world = World(moto, tmp_path)
    yield world
    world.gate.close()
