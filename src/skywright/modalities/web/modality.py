"""Modality `web`: the program's ends reached in the web portal, in a real browser. Knows no other modality.

What it is asked for is turned into goals of things, and an agent that reads pages works towards them in a
process of its own. Its calls are the portal's; so it is rehearsed in itself (`modalities.base`).
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skywright.clouds.base import Effects
from skywright.errors import Unavailable
from skywright.modalities import process
from skywright.modalities.base import Attempt, Foresight, Workplace
from skywright.modalities.web import browser
from skywright.modalities.web.answers import answered
from skywright.modalities.web.goal import Goal, Reading, to_json
from skywright.modalities.web.goals import NoWay, changes, readings
from skywright.modalities.web.job import JOB, OUTCOME
from skywright.model.program import Program


@dataclass(frozen=True)
class Web:
    """Performs programs in the portal.

    Attributes:
        portal: tells the portal's address; it may have to start the gym for it.
        environment: where the browser may be named.
    """

    effects: Effects
    portal: Callable[[], str]
    environment: Mapping[str, str]

    name = "web"
    faithful = False

    def obstacle(self, program: Program) -> str:
        """See `modalities.base.Modality`."""
        try:
            browser.find(self.environment)
            if not changes(program, self.effects):
                readings(program)
        except (NoWay, Unavailable) as problem:
            return str(problem)
        return ""

    def foresee(self, program: Program, workplace: Workplace) -> Foresight:
        """See `modalities.base.Modality`."""
        del workplace
        browser.find(self.environment)
        try:
            goals = changes(program, self.effects)
        except NoWay as problem:
            return Foresight(shown=str(problem))
        return Foresight(shown="\n".join(f"in the web portal: {goal}" for goal in goals))

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        """See `modalities.base.Modality`."""
        program_file = browser.find(self.environment)
        try:
            goals: tuple[Goal, ...] = changes(program, self.effects)
            told = () if goals else readings(program)
        except NoWay as problem:
            return Attempt(False, "", error=str(problem), steps=0)
        attempt, answers = self._run(goals or tuple(each.reading for each in told), program_file, workplace)
        if not attempt.ok or goals:
            return attempt
        answer = answered(program, list(zip(told, answers, strict=True)))
        return Attempt(True, attempt.artefact, attempt.output, steps=attempt.steps, answer=answer)

    def _run(self, goals: tuple[Goal, ...], program: str, workplace: Workplace) -> tuple[Attempt, list[Any]]:
        job = {"browser": program, "portal": self.portal(), "goals": [to_json(goal) for goal in goals]}
        process.write(workplace, JOB, json.dumps(job))
        result = workplace.folder / OUTCOME
        result.unlink(missing_ok=True)
        command = [sys.executable, "-I", "-m", "skywright.modalities.web.worker", str(workplace.folder)]
        variables = process.environment(workplace, [sys.executable])
        ended = process.run(command, variables, workplace)
        try:
            outcome: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            why = (
                f"it did not end within {workplace.timeout_seconds:g} s and was stopped"
                if ended.timed_out
                else f"the browser's process ended with status {ended.status}"
            )
            return Attempt(False, _shown(goals, []), ended.output, why), []
        artefact = _shown(goals, outcome["log"])
        ok = not outcome["error"]
        return Attempt(ok, artefact, "", outcome["error"], steps=int(outcome["steps"])), outcome["answers"]


def _shown(goals: tuple[Goal, ...], log: list[str]) -> str:
    """What was done, as a person would read it."""
    ends = [f"{'find out' if isinstance(goal, Reading) else 'do'}: {goal}" for goal in goals]
    return "\n".join([*ends, "", *log])


def portal_of(status: Mapping[str, Any]) -> str:
    """The portal's address, from what the gym says of itself.

    Raises:
        Unavailable: It has none.
    """
    found = status.get("portal")
    if not found:
        raise Unavailable("the gym has no web portal; start it anew: skywright gym down, skywright gym up")
    return str(found)
