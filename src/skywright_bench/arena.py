"""Where a battle is fought: a gym of its own, in a state folder of its own, with an account for each trial.

Owns accounts and what is in them before a trial. Knows no agent.
"""

import fcntl
import itertools
import os
import platform
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from skywright.app.stores import Stores
from skywright.brains.model.settings import FILE, PLACE
from skywright.clouds.aws.clients import Client
from skywright.clouds.aws.cloud import aws
from skywright.errors import Unavailable
from skywright.journal.calls import calls
from skywright.journal.chain import Journal
from skywright.model.call import Trace
from skywright.model.operation import Operation
from skywright.model.program import Program
from skywright.model.target import Target
from skywright.model.values import Value
from skywright.program.interpret import answer, interpret
from skywright.state.gym import Account, Gym
from skywright.state.home import Home
from skywright.state.targets import Targets
from skywright_bench.furnishing import furnish, in_sight
from skywright_bench.oracles.intents import Intent
from skywright_bench.task import HOME_REGION, Task

_SETTLING_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_ENDING_SECONDS = 30
"""What a command that took too long has to take its leave."""
_UNDER_WAY = ("pending", "stopping", "shutting-down")


@dataclass(frozen=True)
class Ground:
    """One trial's account, as its owner sees it: the judge's eyes, and the hand of set-ups and cheats.

    Attributes:
        target: the name under which agents know it.
        gym: where it is.
    """

    target: str
    account: Account
    gym: Gym
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])

    def client(self, service: str, region: str) -> Any:
        """A boto3 client."""
        if (service, region) not in self._clients:
            credential = self.account.credential
            with _making:
                self._clients[service, region] = _session().client(
                    service,
                    region_name=region,
                    endpoint_url=self.account.endpoint,
                    aws_access_key_id=credential.access_key_id,
                    aws_secret_access_key=credential.secret_access_key,
                    config=Config(retries={"mode": "standard"}),
                )
        return self._clients[service, region]

    def perform(self, program: Program) -> Value:
        """Carry out a program as the account's owner, and give its answer."""
        catalogue = aws().catalogue
        results = interpret(program, self._caller(), catalogue, time.sleep, time.monotonic, lambda _: None)
        return answer(program, results)

    def fault(self, asked: Mapping[str, Any]) -> None:
        """Have something wrong in the account."""
        self.gym.fault(self.target, asked)

    def lift(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Take away the faults of a kind; gives what they were, as the gym tells them."""
        held = [fault for fault in self.gym.faults(self.target) if fault["kind"] == kind]
        for fault in held:
            self.gym.mend(self.target, fault["id"])
        return held

    def load(self, asked: Mapping[str, Any]) -> None:
        """Let a load balancer get traffic."""
        self.gym.put_load(self.target, asked)

    def advance(self, seconds: float) -> None:
        """Let so much time pass in the account."""
        self.gym.set_clock(self.target, {"advance_seconds": seconds})

    def market(self, asked: Mapping[str, Any]) -> None:
        """Set the spot market from the next full hour on."""
        self.gym.set_spot(self.target, asked)

    def hasten(self, speed: float) -> None:
        """Let the account's time run so much faster than the wall's."""
        self.gym.set_clock(self.target, {"speed": speed})

    def settle(self, regions: Iterable[str], *, targets: bool = False, checks: bool = False) -> None:
        """Wait until no machine is on its way to another state, or a minute.

        Args:
            targets: wait for the health of targets too.
            checks: wait for the machines' status checks too.
        """
        deadline = time.monotonic() + _SETTLING_SECONDS
        for region in sorted(regions):
            while time.monotonic() < deadline and self._is_under_way(region, targets, checks):
                time.sleep(_LOOK_SECONDS)

    def _is_under_way(self, region: str, targets: bool, checks: bool) -> bool:
        ec2 = self.client("ec2", region)
        states = [{"Name": "instance-state-name", "Values": list(_UNDER_WAY)}]
        if ec2.describe_instances(Filters=states)["Reservations"]:
            return True
        early = [{"Name": "instance-status.status", "Values": ["initializing"]}]
        if checks and ec2.describe_instance_status(Filters=early)["InstanceStatuses"]:
            return True
        elbv2 = self.client("elbv2", region)
        return targets and any(
            item["TargetHealth"]["State"] == "initial"
            for group in elbv2.describe_target_groups()["TargetGroups"]
            for item in elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])[
                "TargetHealthDescriptions"
            ]
        )

    def regions(self) -> set[str]:
        """Where any machine or disk is."""
        everywhere: Any = self._caller().call(Operation("ec2", "DescribeRegions"), {}, HOME_REGION)["Regions"]
        return {row["RegionName"] for row in everywhere if self._occupied(row["RegionName"])}

    def _occupied(self, region: str) -> bool:
        return any(
            self._caller().call(Operation("ec2", name), {}, region)[key]
            for name, key in (("DescribeInstances", "Reservations"), ("DescribeVolumes", "Volumes"))
        )

    def _caller(self) -> Client:
        return Client(self.account.endpoint, self.account.credential)


@dataclass(frozen=True)
class Arena:
    """The gym of a battle, which is up.

    Attributes:
        name: of this process; the same whenever one is in this arena.
        transcripts: where bare agents write down what was said.
        journal: of all runs.
    """

    name: str
    environment: Mapping[str, str]
    gym: Gym
    targets: Targets
    transcripts: Path
    journal: Journal
    _running: set["subprocess.Popen[str]"] = field(default_factory=set["subprocess.Popen[str]"])
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self, command: Sequence[str | Path], seconds: float) -> "subprocess.CompletedProcess[str] | None":
        """A fighter's command in the battle's environment, to its end; None if it takes too long.

        Raises:
            Unavailable: The battle was interrupted: nobody will judge what came of it.
        """
        self._go_on()
        process = subprocess.Popen(
            command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self._running.add(process)
        if self._over.is_set():  # since the look above
            process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                process.communicate(timeout=_ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            return None
        finally:
            self._running.discard(process)
        self._go_on()
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    @property
    def is_over(self) -> bool:
        """Whether the battle was interrupted."""
        return self._over.is_set()

    def interrupt(self) -> None:
        """Tell all commands that are under way to end, as Ctrl-C does; no other begins."""
        self._over.set()
        for process in list(self._running):
            process.send_signal(signal.SIGINT)

    def _go_on(self) -> None:
        if self._over.is_set():
            raise Unavailable("the battle was interrupted")

    def trace(self, run: str) -> Trace:
        """What was asked of the cloud in a run; empty if there was none."""
        return calls(self.journal, run) if run else ()

    @contextmanager
    def ground(self, task: Task, intent: Intent, seed: str) -> Generator[Ground]:
        """An account in which a task's trial can begin; it is gone afterwards.

        Args:
            seed: decides all that the cloud draws in it.
        """
        name = f"trial-{secrets.token_hex(6)}"
        account = self.gym.create(name, seed=seed)
        try:
            self.targets.add(Target(name, "gym", name, account.number, HOME_REGION))
            ground = Ground(name, account, self.gym)
            furnish(task, intent, ground)
            if task.wanted is not None:
                with in_sight(ground):
                    ground.settle(task.regions(intent), targets=True, checks=bool(task.incident))
            yield ground
        finally:
            if any(target.name == name for target in self.targets.all()):
                self.targets.remove(name)
            self.gym.remove(name)


_making = threading.Lock()
"""A boto3 session makes clients for one thread at a time, and holds the API models that they share."""


@lru_cache(maxsize=1)
def _session() -> boto3.Session:
    return boto3.Session()


@contextmanager
def opened(folder: Path) -> Generator[Arena]:
    """A battle's gym, up as long as the block lasts, in the first arena of a folder that nobody is in.

    What an interrupted battle left there is cleared.

    Raises:
        Unavailable: The gym does not come up.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    with _alone(folder) as home:
        settings = kept.get(PLACE) or str(Home.locate(os.environ).path / FILE)
        # It is the brain that is measured: no trial may be served by what another one left.
        environment = {
            "SKYWRIGHT_BRAIN_MEMORY": "false",
            **kept,
            "SKYWRIGHT_HOME": str(home),
            PLACE: settings,
        }
        stores = Stores(environment=environment)
        try:
            stores.gym.up()
            try:
                _clear(stores)
                transcripts = home / "transcripts"
                transcripts.mkdir(exist_ok=True)
                yield Arena(_name(home), environment, stores.gym, stores.targets, transcripts, stores.journal)
            finally:
                stores.gym.down()
        finally:
            stores.close()


def _clear(stores: Stores) -> None:
    for target in stores.targets.all():
        if target.name.startswith("trial-"):
            stores.targets.remove(target.name)
    for described in stores.gym.status()["accounts"]:
        if described["name"] != "default":
            stores.gym.remove(described["name"])


@contextmanager
def _alone(folder: Path) -> Generator[Path]:
    """A home in a folder, of one process at a time."""
    for number in itertools.count(1):
        home = folder / ("home" if number == 1 else f"home-{number}")
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (home / "battle.lock").open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield home
            return


def _name(home: Path) -> str:
    """A home's own name, made once; machines that are called alike have others."""
    file = home / "name"
    if not file.exists():
        file.write_text(f"{platform.node()[:40]}-{secrets.token_hex(6)}", "utf-8")
    return file.read_text("utf-8")
