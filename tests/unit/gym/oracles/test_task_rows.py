"""Every task that says in rows what is to come of it: its cheat passes, and nobody else does.

Who does nothing fails; who does it and stops somebody else's machine besides fails for that alone; and each
wrong end that the task's file describes is caught.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
from bench.exam.account import Account
from tests.unit.gym.oracles.begun import SETTLING_SECONDS, Begun, Owner, grounds

from skywright.model.values import Value
from skywright_bench.library import prompts, tasks
from skywright_bench.oracles.closely import look_closely
from skywright_bench.oracles.form import Wanted
from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.judge import Case, verdict
from skywright_bench.oracles.state import State
from skywright_bench.task import HOME_REGION, Task, Wrong, fitted
from skywright_gym.world import inside

BY_ROWS = {task.id: task for task in tasks().values() if task.wanted is not None}
IDLE: Any = {"vms": [], "dependencies": [], "events": []}


@pytest.fixture(scope="module")
def begun() -> Iterator[Begun]:
    with grounds() as found:
        yield found
    _looks.clear()
    _cheated.clear()


@dataclass
class Trial:
    """One task as its first prompt means it."""

    task: Task
    begun: Begun

    @property
    def intent(self) -> Intent:
        return self.task.meant(_first_params()[self.task.id])

    def before(self) -> State:
        account = self.begun.original(self.task, self.intent)
        if id(account) not in _looks:
            _looks[id(account)] = self._look(Owner(account))
        return _looks[id(account)]

    def cheated(self) -> tuple[Account, State, Value]:
        """The account after the cheat, a look at it, and the cheat's answer."""
        if self.task.id not in _cheated:
            owner = Owner(self.begun.account(self.task, self.intent))
            with inside(owner.account.world):
                told = owner.perform(fitted(self.task.cheat, self.intent))
                owner.account.wait(SETTLING_SECONDS)
            _cheated[self.task.id] = owner.account, self._look(owner), told
        return _cheated[self.task.id]

    def judged(self, wrong: Wrong) -> list[str]:
        """What the oracle finds wrong with a wrong end."""
        account, after, told = self.cheated() if wrong.after_cheat else (None, self.before(), None)
        begin = account or self.begun.original(self.task, self.intent)
        owner = Owner(begin.copy())
        with inside(owner.account.world):
            told = owner.perform(fitted(wrong.program, self.intent)) or told
            owner.account.wait(SETTLING_SECONDS)
        return self.verdict(self._look(owner) if wrong.program.steps else after, told)

    def verdict(self, after: State, told: object) -> list[str]:
        reader = self.begun.empty
        case = Case(self.intent, self.before(), after, told, HOME_REGION, self.task.wanted)
        return verdict(case, reader)

    def _look(self, owner: Owner) -> State:
        with inside(owner.account.world):
            return look_closely(owner, self.task.regions(self.intent))


_looks: dict[int, State] = {}
_cheated: dict[str, tuple[Account, State, Value]] = {}


@lru_cache(maxsize=1)
def _first_params() -> dict[str, Any]:
    return {prompt.task: prompt.params for prompt in reversed(prompts(None))}


@pytest.mark.parametrize("id", BY_ROWS)
def test_the_cheat_passes(begun: Begun, id: str) -> None:
    trial = Trial(BY_ROWS[id], begun)
    _, after, told = trial.cheated()
    assert trial.verdict(after, told) == []


@pytest.mark.parametrize("id", BY_ROWS)
def test_the_idle_do_not(begun: Begun, id: str) -> None:
    trial = Trial(BY_ROWS[id], begun)
    for told in (None, {}, IDLE, {tell.key: [] for tell in _wanted(trial.task).tells}):
        assert trial.verdict(trial.before(), told)


@pytest.mark.parametrize("id", BY_ROWS)
def test_the_careless_fail_for_what_nobody_asked(begun: Begun, id: str) -> None:
    trial = Trial(BY_ROWS[id], begun)
    _, after, told = trial.cheated()
    bystander = next(key for key, row in after.items() if key[0] == "vm" and row["name"] == "bystander")
    stopped = {**after, bystander: {**after[bystander], "state": "stopped"}}
    found = trial.verdict(stopped, told)
    assert any(problem.startswith("not asked for: vm bystander") for problem in found)


WRONG = {f"{id}: {end.says}": (task, end) for id, task in BY_ROWS.items() for end in task.wrong}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_end_is_caught(begun: Begun, what: str) -> None:
    task, end = WRONG[what]
    assert Trial(task, begun).judged(end)


def test_every_task_has_a_wrong_end_of_its_own() -> None:
    assert [id for id, task in BY_ROWS.items() if not task.wrong] == []


def _wanted(task: Task) -> Wanted:
    assert task.wanted is not None
    return task.wanted
