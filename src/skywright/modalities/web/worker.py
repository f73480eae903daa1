"""The process that drives the browser: reads what is to be done, does it, and writes down what came of it.

It is given the portal's address, goals, and the gate's credential in its environment, and nothing else. The
credential signs in at the portal before the agent sees anything; it is never typed into a page.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from skywright.errors import SkywrightError, Unavailable
from skywright.modalities.web.actions import Fumble, Go, Gone, told
from skywright.modalities.web.driver import Tab
from skywright.modalities.web.enclosure import enclose, opened
from skywright.modalities.web.goal import Goal, from_json
from skywright.modalities.web.job import JOB, OUTCOME
from skywright.modalities.web.loop import Loop, Outcome
from skywright.modalities.web.reader.reader import Reader

_REFUSED_WORDS = "Refused by Skywright"
_REFUSED_CODE = "SkywrightRefused"


def main(folder: Path) -> None:
    """Carry out the job of a folder and leave its outcome there."""
    job: dict[str, Any] = json.loads((folder / JOB).read_text(encoding="utf-8"))
    log: list[str] = []
    answers: list[Any] = []
    error = ""
    try:
        error = _carry_out(job, folder, log, answers)
    except SkywrightError as problem:
        error = str(problem)
    except (Gone, Fumble, PlaywrightError) as problem:
        error = " ".join(str(problem).split()[:60])
    if _REFUSED_WORDS in error and _REFUSED_CODE not in error:
        error = f"{error} ({_REFUSED_CODE})"
    steps = sum(1 for line in log if line[:1].isdigit())
    outcome = {"error": error, "steps": steps, "log": log, "answers": answers}
    (folder / OUTCOME).write_text(json.dumps(outcome), encoding="utf-8")


def _carry_out(job: Mapping[str, Any], folder: Path, log: list[str], answers: list[Any]) -> str:
    """Reach the goals one after the other; gives a sentence if one is not reached."""

    def say(line: str) -> None:
        log.append(line)
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - the way that progress is told

    portal = str(job["portal"])
    with sync_playwright() as playwright, opened(playwright, job["browser"], portal, folder) as context:
        tab = Tab(context, portal)
        enclose(context, portal, tab.note)
        loop = Loop(tab, Reader(), say)
        region = ""
        goals = [from_json(each) for each in job["goals"]]
        for goal in goals:
            wanted = goal.region or os.environ["AWS_REGION"]
            if wanted != region:
                region = wanted
                sign_in(context, portal, region)
                tab.act(Go("/"))
            outcome = _reach(loop, goal, goal is goals[-1], say)
            answers.append(outcome.answer)
            if outcome.error:
                return outcome.error
    return ""


def _reach(loop: Loop, goal: Goal, last: bool, say: Callable[[str], None]) -> Outcome:
    say(f"-- {goal.name}")
    outcome = loop.reach(goal, last)
    for step in outcome.steps:
        if step.trouble:
            say(f"   {told(step.action)}: {step.trouble}")
    return outcome


def sign_in(context: BrowserContext, portal: str, region: str) -> None:
    """Take the session's credential to the portal, which answers with a cookie for this browser.

    Raises:
        Unavailable: The portal does not answer, or does not take it.
    """
    body = {
        "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "session_token": os.environ.get("AWS_SESSION_TOKEN", ""),
        "region": region,
    }
    try:
        answer = context.request.post(f"{portal}/api/session", data=body)
    except PlaywrightError as error:
        raise Unavailable(f"the web portal at {portal} does not answer; see: skywright gym status") from error
    if not answer.ok:
        try:
            said = str(answer.json()["error"]["message"])
        except (ValueError, KeyError, TypeError, PlaywrightError):
            said = f"it answered {answer.status}"
        raise Unavailable(f"the web portal does not let the agent in: {said}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
