"""The event that others are told when a run goes no further without a person."""

from skywright.engine.parts import Parts
from skywright.model.run import Status
from skywright.state.runs import Run

_COMMANDS = {
    Status.NEEDS_INPUT: "skywright runs answer {run} NAME=VALUE …",
    Status.NEEDS_APPROVAL: "skywright runs approve {run}",
    Status.FAILED: "skywright runs show {run}",
    Status.ROLLED_BACK: "skywright runs show {run}",
}
"""What a person types next, by how the run stands; of other ends nobody is told."""


def alarm(run: Run, parts: Parts) -> None:
    """Tell it, if the run stands still and was not told of in that state before."""
    command = _COMMANDS.get(run.status)
    state = f"{run.status.value} {run.papers.get('round', 0)} {run.papers.get('again', 0)}"
    if command is None or run.papers.get("alarmed") == state:
        return
    parts.runs.note(run.id, alarmed=state)
    handovers = sorted(parts.runs.folder(run.id).glob("**/handover.md"))
    parts.alarm(
        {
            "event": f"run.{run.status.value}",
            "run": run.id,
            "request": run.request.words,
            "target": run.request.target,
            "stage": run.stage,
            "brain": run.brain,
            "modality": str(run.papers.get("modality", "")),
            "why": str(run.papers.get("error", "")),
            "asks": [str(question[1]) for question in run.papers.get("questions", [])],
            "approvals": [str(reason) for reason in run.papers.get("approvals", [])],
            "go_on": command.format(run=run.id),
            "handover": str(handovers[0]) if handovers else None,
        }
    )
