"""A run that another was quicker than: it is planned again from what is there now, by the leases that it
has got.

Nobody else can change what it is to change meanwhile, so it comes through. Where a person agreed to the
very program that is out of date, that person is told instead; so is who reverts what may be drift no more.
"""

from typing import Final

from skywright.engine.fresh import STALE
from skywright.engine.parts import Parts
from skywright.model.run import Status
from skywright.state.holding import LOST
from skywright.state.runs import Run

PLANNED_AGAIN: Final = "run.planned_again"

_MOST: Final = 3
_PROVEN: Final = (
    "modality", "program", "rehearsed", "certificate", "approvals", "usd_month", "proven_at", "proven_after",
    "relied_on", "read_at", "agreed", "rule", "error",
)  # fmt: skip
_PLANNED: Final = ("draft", "summary", "advisories")
"""What came of the words; of a program that was given, it is what was asked for."""

_PLANNED_BACK: Final = ("draft", "advisories")
"""What came of the run that is to be taken back."""


def overtaken(run: Run) -> bool:
    """Whether a run was refused, before it did anything, only because another was quicker."""
    return (
        run.status is Status.REFUSED
        and run.papers.get("rule") in (STALE, LOST)
        and "agreed" in run.papers
        and "surveyed" not in run.papers
        and not run.papers.get("approved")
        and "reverts" not in run.papers
        and int(run.papers.get("begun_again", 0)) < _MOST
    )


def plan_again(run: Run, parts: Parts) -> Run:
    """Begin such a run anew, under the leases that it holds; if it lost one, it has none."""
    if run.papers.get("rule") == LOST:
        parts.holdings.release(str(run.papers["realm"]), run.id)
    why = str(run.papers.get("error", ""))
    parts.progress.say(f"{why.partition(';')[0]}; planning again")
    parts.record(run, PLANNED_AGAIN.removeprefix("run."), error=why)
    return parts.runs.begin_again(run.id, _PROVEN + _planned(run))


def _planned(run: Run) -> tuple[str, ...]:
    if "undoes" in run.papers:
        return _PLANNED_BACK
    return () if run.papers.get("as_written") else _PLANNED
