"""A battle: which trials there are, and how they are fought side by side, by all who take part.

The order of fighting is shuffled by the seed, so that slow modalities spread over the time; what is written
in the end is in the order of the trials. Knows neither gym nor judge: `trial` does.
"""

import hashlib
import json
import os
import platform
import random
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from skywright.errors import NotFound
from skywright_bench import queue
from skywright_bench.arena import Arena
from skywright_bench.fighters import PROGRAM, Fighter, Limits, fighter
from skywright_bench.task import Prompt, Task
from skywright_bench.trial import Fought, Trial, again, fight, unfought

MODALITIES = ("cli", "sdk", "iac", "web")
_ENDS_BY = {"iac": 0.75, "web": 0.9}
"""The part of the battle within which the slow modalities begin."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be fought.

    Attributes:
        trials: at most so many a cell (task, modality, brain); None: one for each prompt.
        limits: how far one trial's fighter may go.
    """

    tasks: Sequence[Task]
    prompts: Sequence[Prompt]
    modalities: Sequence[str]
    brains: Sequence[str]
    trials: int | None = None
    seed: int = 0
    workers: int = 3
    limits: Limits = field(default_factory=Limits)

    def all(self) -> list[Trial]:
        """Every trial, in order.

        Raises:
            NotFound: There is no prompt for a task.
        """
        found: list[Trial] = []
        for task in self.tasks:
            if PROGRAM in self.brains and task.program is None:
                raise NotFound(f"the task '{task.id}' has no program of its own for --brain {PROGRAM}")
            chosen = self._prompts(task)
            found += [
                Trial(task, modality, brain, number, prompt, self.seed)
                for modality in self.modalities
                for brain in self.brains
                for number, prompt in enumerate(chosen, 1)
            ]
        return found

    def fighters(self) -> dict[str, Fighter]:
        """Who fights under each brain's name. Raises Usage: Somebody is not known."""
        return {brain: fighter(brain) for brain in self.brains}

    def _prompts(self, task: Task) -> list[Prompt]:
        """The task's prompts; fewer are drawn, and more repeated, by the seed."""
        known = [prompt for prompt in self.prompts if (prompt.task, prompt.cloud) == (task.id, task.cloud)]
        if not known:
            raise NotFound(f"there is no prompt for the task '{task.id}'")
        if self.trials is None:
            return known
        drawn = list(known)
        random.Random(f"{self.seed} {task.id}").shuffle(drawn)
        return [drawn[number % len(drawn)] for number in range(self.trials)]

    def told(self) -> dict[str, Any]:
        """What was planned, as JSON; two plans that say the same can go on with each other's trials."""
        return {
            "seed": self.seed,
            "limits": asdict(self.limits),
            "trials": [[trial.id, trial.prompt.text] for trial in self.all()],
        }


@contextmanager
def battle(
    plan: Plan, arena: Arena, url: str, say: Callable[[Fought, int, int], None]
) -> Generator[list[Fought]]:
    """Fight whatever of the plan has not been fought, and give all in the plan's order.

    Whoever else fights the same plan at the same database takes part. Once the block has ended well, the
    battle is over; otherwise the same plan goes on with what is left.

    Args:
        url: of the database in which the trials wait.
        say: is told of each trial that ends, how many have ended and how many there are.
    """
    trials = {trial.id: trial for trial in plan.all()}
    fighters = plan.fighters()

    def fought(id: str) -> queue.Row:
        trial = trials[id]
        try:
            row = fight(trial, fighters[trial.brain], arena, plan.limits).row()
        finally:
            if arena.is_over:
                queue.stand_still()
        return {**row, "worker": arena.name}

    order = _order(trials, plan.seed)
    by = _by()
    place = queue.Place(url, f"{by['version']} {by['commit']}", arena.name, plan.workers)
    with queue.opened(place, _digest(plan), fought) as waiting:
        waiting.put(order)
        ended = {id: _ended(trials[id], row) for id, row in waiting.ended(())}
        try:
            while len(ended) < len(trials):
                waiting.wait()
                for id, row in waiting.ended(ended):
                    ended[id] = _ended(trials[id], row)
                    say(ended[id], len(ended), len(trials))
        except KeyboardInterrupt:
            arena.interrupt()
            raise
        yield [ended[id] for id in trials]
        waiting.finish()


def _order(trials: Mapping[str, Trial], seed: int) -> list[str]:
    """Mixed, with none of the slow at the very end, where one worker would be waited for by all others."""
    drawn = random.Random(seed)
    place = {id: drawn.random() * _ENDS_BY.get(trial.modality, 1.0) for id, trial in trials.items()}
    return sorted(place, key=lambda id: place[id])


def _ended(trial: Trial, row: queue.Row | None) -> Fought:
    return unfought(trial, "whatever fights it dies") if row is None else again(row)


def _digest(plan: Plan) -> str:
    """A name of the battle: plans that say the same, fought by the same version, are one."""
    told = json.dumps({"plan": plan.told(), "by": _by()}, sort_keys=True)
    return f"battle-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def produced_by(plan: Plan) -> dict[str, Any]:
    """What a report must say of where it comes from."""
    cores, python = os.cpu_count() or 1, platform.python_version()
    return {
        "seed": plan.seed,
        **_by(),
        "machine": f"{platform.machine()}, {cores} cores, {platform.system()}, Python {python}",
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "workers": plan.workers,
    }


def _by() -> dict[str, str]:
    """The version, and the commit where there is a repository."""
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )
        commit = said.stdout.strip() if said.returncode == 0 else ""
    except FileNotFoundError:
        commit = ""
    return {"version": version("skywright"), "commit": commit}
