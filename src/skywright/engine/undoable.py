"""Whether a run may be undone now, and the undo of it that was begun before."""

from typing import Final

from skywright.errors import Usage
from skywright.model.run import Status
from skywright.state.runs import Run, Runs

OPEN: Final = (Status.RUNNING, Status.NEEDS_APPROVAL, Status.NEEDS_INPUT)
"""In these a run can still go on."""


def check_undoable(run: Run, runs: Runs) -> None:
    """See that a run may be undone.

    Raises:
        Usage: It was rolled back or undone already, or has not ended.
    """
    if run.status is Status.ROLLED_BACK:
        raise Usage(f"run {run.id} was rolled back already; there is nothing to undo")
    if run.papers.get("undone_by"):
        raise Usage(f"run {run.id} was undone already, by run {run.papers['undone_by']}")
    if run.status is Status.RUNNING and (runs.driven(run.id) or run.papers.get("surveyed")):
        raise Usage(
            f"run {run.id} has not ended; first: skywright runs resume {run.id}, or runs cancel {run.id}"
        )


def earlier_undo(undone: str, runs: Runs) -> Run | None:
    """An undo of that run that did not come to its end; what it took back, it need not again.

    Raises:
        Usage: It can still go on.
    """
    for run in runs.all():
        if run.papers.get("undoes") != undone:
            continue
        if run.status in OPEN:
            raise Usage(f"run {run.id} is undoing run {undone}; go on with: skywright runs resume {run.id}")
        if run.status in (Status.FAILED, Status.CANCELLED) and run.papers.get("agreed"):
            again = int(run.papers.get("again", 0)) + 1
            return runs.note(run.id, status=Status.RUNNING, again=again, error="", ended=False)
    return None
