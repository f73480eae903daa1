"""A battle: which trials there are, fought side by side, each written down as it ends so that none is lost.

The order of fighting is shuffled by the seed, so that slow modalities spread over the time; what is written
in the end is in the order of the trials. Knows neither gym nor judge: `trial` does.
"""

import json
import os
import platform
import random
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from skywright.errors import Malformed, NotFound, Unavailable
from skywright_bench.arena import Arena
from skywright_bench.fighters import Fighter, Limits, fighter
from skywright_bench.task import Prompt, Task
from skywright_bench.trial import Fought, Trial, again, fight

MODALITIES = ("cli", "sdk", "iac", "web")


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
            chosen = self._prompts(task)
            found += [
                Trial(task, modality, brain, number, prompt)
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


@dataclass(frozen=True, slots=True)
class Record:
    """Where each trial is written down as it ends."""

    file: Path

    def begin(self, plan: Plan) -> list[Fought]:
        """What was fought already of this very plan by this very version; otherwise begin anew.

        Raises:
            Unavailable: The file cannot be written.
        """
        head = json.dumps({"plan": plan.told(), "by": _by()}, sort_keys=True)
        try:
            lines = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
            if lines and lines[0] == head:
                return [again(json.loads(line)) for line in _whole(lines[1:])]
            self.file.write_text(head + "\n", "utf-8")
        except OSError as error:
            raise Unavailable(f"{self.file} cannot be written: {error.strerror}") from error
        except TypeError as error:
            raise Malformed(str(self.file), ("it is no record of a battle; remove it",)) from error
        return []

    def add(self, fought: Fought) -> None:
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(fought.row()) + "\n")

    def end(self) -> None:
        self.file.unlink(missing_ok=True)


def _whole(lines: Iterable[str]) -> list[str]:
    """All but a last line that was cut off."""
    return [line for line in lines if line.endswith("}")]


def battle(plan: Plan, arena: Arena, record: Record, say: Callable[[Fought, int, int], None]) -> list[Fought]:
    """Fight whatever of the plan has not been fought, and give all in the plan's order.

    Args:
        say: is told of each trial that ends, how many have ended and how many there are.
    """
    trials = plan.all()
    ended = {fought.trial: fought for fought in record.begin(plan)}
    fighters = plan.fighters()
    left = [trial for trial in trials if trial.id not in ended]
    random.Random(plan.seed).shuffle(left)
    pool = ThreadPoolExecutor(plan.workers, thread_name_prefix="trial")
    try:
        under_way = [pool.submit(fight, trial, fighters[trial.brain], arena, plan.limits) for trial in left]
        for future in as_completed(under_way):
            fought = future.result()
            record.add(fought)
            ended[fought.trial] = fought
            say(fought, len(ended), len(trials))
    except KeyboardInterrupt:
        arena.interrupt()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return [ended[trial.id] for trial in trials]


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
