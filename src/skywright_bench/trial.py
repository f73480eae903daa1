"""One trial: an account is made ready, a fighter is let loose on it, and the account is judged."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from skywright.clouds.aws.cloud import aws
from skywright.errors import Corrupt, SkywrightError
from skywright_bench.arena import Arena, Ground
from skywright_bench.fighters import Came, Fighter, Limits, Round
from skywright_bench.furnishing import in_sight
from skywright_bench.oracles.closely import look_closely
from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.judge import Case, verdict
from skywright_bench.oracles.state import look
from skywright_bench.task import HOME_REGION, Prompt, Task
from skywright_bench.trace import digest


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried.

    Attributes:
        number: its place among those of its cell, from 1.
        seed: of the battle.
    """

    task: Task
    modality: str
    brain: str
    number: int
    prompt: Prompt
    seed: int = 0

    @property
    def account_seed(self) -> str:
        """Decides the account; the same one for whoever fights, in whichever modality."""
        return f"{self.seed}/{self.task.id}/{self.task.cloud}/{self.number}"

    @property
    def id(self) -> str:
        return f"{self.task.id}/{self.task.cloud}/{self.modality}/{self.brain}/{self.number}"


@dataclass(frozen=True, slots=True)
class Fought:
    """How a trial went.

    Attributes:
        status: what the fighter said of itself; it decides nothing.
        cause: of a failure: `asked`, `refused`, `timed out`, `crashed`, `wrong answer`, `wrong outcome`,
            `collateral`, `infrastructure`, or what kept a bare agent from its end (`bare.loop.Ended`);
            empty after success.
        why: the judge's reasons, or the fighter's last words.
        steps: actions of the agent, None where they are not counted.
        llm_usd: None where the model's price is not known.
        calls: how many reached the cloud, None where that is not told.
        worker: the process that fought it.
        tokens_in, tokens_out: read and written by the model, None where that is not told.
        set: that of the task.
        size: how much there was to the program, as Skywright counted (`simple`, `moderate`, `complex`).
        trace: a word for what was asked of the cloud (`skywright_bench.trace`); empty if nothing was.
    """

    trial: str
    task: str
    cloud: str
    modality: str
    brain: str
    stage: str
    prompt: str
    success: bool
    status: str
    cause: str
    why: str
    steps: float | None
    seconds: float
    llm_usd: float | None
    run: str
    calls: int | None = None
    set: str = "paper"
    tokens_in: int | None = None
    tokens_out: int | None = None
    transcript: str = ""
    worker: str = ""
    size: str = ""
    trace: str = ""

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def fight(trial: Trial, fighter: Fighter, arena: Arena, limits: Limits) -> Fought:
    """Try it once. What the world does wrong is not raised: it is told as a failure of the infrastructure."""
    intent = trial.task.meant(trial.prompt.params)
    began = time.monotonic()
    try:
        with arena.ground(trial.task, intent, trial.account_seed) as ground:
            began = time.monotonic()
            given = Round(trial.prompt.text, trial.modality, trial.task, trial.prompt.params, limits)
            came, problems, took = _fought(given, intent, fighter, arena, ground)
    except SkywrightError as error:
        return unfought(trial, str(error), time.monotonic() - began)
    fought = _told(trial, came, cause_of(came, intent, problems), problems, took)
    return replace(fought, trace=_trace(arena, came.run, trial.modality))


def _trace(arena: Arena, run: str, modality: str) -> str:
    """The word for what was asked in a run; what is said instead if somebody has meddled with the journal."""
    try:
        return digest(arena.trace(run), aws().catalogue, in_order=modality != "iac")
    except Corrupt:
        return "the journal was changed"


def unfought(trial: Trial, why: str, seconds: float = 0.0) -> Fought:
    """One that could not be fought."""
    return _told(trial, Came("failed"), "infrastructure", [why], seconds)


def _fought(
    given: Round, intent: Intent, fighter: Fighter, arena: Arena, ground: Ground
) -> tuple[Came, list[str], float]:
    task = given.task
    eyes = look if task.wanted is None else look_closely
    usual = task.regions(intent)
    with in_sight(ground):
        before = eyes(ground, usual)
    began = time.monotonic()
    came = fighter(given, ground, arena)
    took = time.monotonic() - began
    with in_sight(ground):
        ground.settle(usual, targets=task.wanted is not None, checks=bool(task.incident))
        after = eyes(ground, usual | ground.regions())
    case = Case(intent, before, after, came.told, HOME_REGION, task.wanted)
    if given.modality in task.declines and came.told is None and "--modality" in came.said:
        case = replace(case, intent=Intent({**intent.row, "kind": "decline"}))
    return came, verdict(case, ground), took


def cause_of(came: Came, intent: Intent, problems: list[str]) -> str:
    """Why a trial failed, in a word; empty if nothing is wrong."""
    if came.status == "out of steps":
        return came.status  # whatever was done by then: that is the paper's rule
    if not problems:
        return ""
    if came.status in ("timed out", "crashed", "refused", "no action", "model failed"):
        return came.status
    if came.status in ("needs_input", "needs_approval"):
        return "asked"
    unasked = [problem.startswith("not asked for") for problem in problems]
    if all(unasked) or (intent.kind == "answer" and any(unasked)):
        return "collateral"  # who asks a question wants nothing changed: that is worse than a wrong answer
    return "wrong answer" if intent.kind == "answer" else "wrong outcome"


def _told(trial: Trial, came: Came, cause: str, problems: list[str], seconds: float) -> Fought:
    why = "; ".join(problems)
    return Fought(
        trial.id,
        trial.task.id,
        trial.task.cloud,
        trial.modality,
        trial.brain,
        trial.task.stage,
        trial.prompt.text,
        not cause,
        came.status,
        cause,
        f"{why} ({came.said})".strip() if cause and came.said and came.said not in why else why,
        came.steps,
        round(seconds, 2),
        came.llm_usd,
        came.run,
        came.calls,
        trial.task.set,
        *(came.tokens or (None, None)),
        came.transcript,
        size=came.size,
    )


def again(row: Mapping[str, Any]) -> Fought:
    """One that was written down by `Fought.row`. Raises TypeError for anything else."""
    return Fought(**row)
