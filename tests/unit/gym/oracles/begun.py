"""Accounts in which tasks can begin, in the process and on a clock that stands still; each is made once."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bench.exam.account import Account, opened

from skywright.clouds.aws.cloud import aws
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program.interpret import answer, interpret
from skywright_bench.furnishing import furnish
from skywright_bench.oracles.intents import Intent
from skywright_bench.task import HOME_REGION, Task
from skywright_gym.aws.behaviour import loads
from skywright_gym.physics import faults, market
from skywright_gym.world import inside

SETTLING_SECONDS = 60


@dataclass
class Owner:
    """Who does everything in an account; call it within `inside(account.world)`."""

    account: Account

    def perform(self, program: Program) -> Value:
        account = self.account
        done = interpret(program, account, aws().catalogue, account.wait, account.now, lambda _: None)
        return answer(program, done)

    def fault(self, asked: Mapping[str, Any]) -> None:
        faults.add(self.account.world, asked)

    def lift(self, kind: str) -> list[Mapping[str, Any]]:
        held = [fault for fault in faults.listed(self.account.world) if fault["kind"] == kind]
        for fault in held:
            faults.remove(self.account.world, fault["id"])
        return held

    def load(self, asked: Mapping[str, Any]) -> None:
        loads.change(self.account.world, asked)

    def advance(self, seconds: float) -> None:
        self.account.wait(seconds)

    def market(self, asked: Mapping[str, Any]) -> None:
        market.change(self.account.world, asked)

    def hasten(self, speed: float) -> None:
        """Time stands still here but when somebody waits."""

    def client(self, service: str, region: str) -> Any:
        return self.account.client(service, region)


@dataclass
class Begun:
    """Accounts furnished for tasks; tasks that are furnished alike begin in copies of one."""

    empty: Account
    made: dict[str, Account] = field(default_factory=dict[str, Account])

    def account(self, task: Task, intent: Intent) -> Account:
        """A copy of the account in which a task begins."""
        return self.original(task, intent).copy()

    def original(self, task: Task, intent: Intent) -> Account:
        """The account itself: only to be looked at."""
        begin = [setup.fitted(intent) for setup in task.setups]
        key = f"{begin} {task.faults} {task.load} {task.incident} {task.passed_hours}"
        if key not in self.made:
            # What another task's account was made of too is not made again.
            parts = self._parts(begin) if not task.faults else (self.empty, 0)
            account = parts[0].copy()
            with inside(account.world):
                furnish(_from(task, parts[1]), intent, Owner(account))
                account.wait(SETTLING_SECONDS)
            self.made[key] = account
        return self.made[key]

    def _parts(self, programs: list[Program]) -> tuple[Account, int]:
        """An account with the first of these set-ups but the last, and how many those are."""
        first = programs[:-1]
        if not first:
            return self.empty, 0
        key = f"{first} () () () 0.0"
        if key not in self.made:
            before, done = self._parts(first)
            account = before.copy()
            with inside(account.world):
                for program in first[done:]:
                    Owner(account).perform(program)
                account.wait(SETTLING_SECONDS)
            self.made[key] = account
        return self.made[key], len(first)


def _from(task: Task, done: int) -> Task:
    return replace(task, setups=task.setups[done:])


@contextmanager
def grounds() -> Generator[Begun]:
    """As long as the block lasts moto serves this process."""

    def prepare(account: Account) -> None:
        for row in account.client("ec2", HOME_REGION).describe_regions()["Regions"]:
            account.client("ec2", row["RegionName"]).describe_vpcs()

    with opened(prepare) as account:
        yield Begun(account)
