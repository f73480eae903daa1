"""Where attempts are made: what the process that performs a program is given, and nothing else."""

from dataclasses import replace
from pathlib import Path

from skywright.engine.parts import Parts
from skywright.errors import Unavailable
from skywright.modalities.base import Workplace
from skywright.model.target import Credential
from skywright.state.runs import Run


def workplace(run: Run, parts: Parts, credential: Credential, region: str) -> Workplace:
    """The place for an attempt at the target itself.

    Raises:
        Unavailable: The deadline has passed, or the modality's folder cannot be made.
    """
    return Workplace(
        parts.gate.endpoint,
        credential,
        region,
        parts.runs.folder(run.id),
        parts.progress.say,
        seconds_left(run, parts),
        kept(run, parts),
        parts.shelves,
    )


def kept(run: Run, parts: Parts) -> Path:
    """What the run's modality keeps of the run's target from run to run, as it is now on all machines.

    Raises:
        Unavailable: It cannot be made.
    """
    folder = parts.kept / run.request.target / str(run.papers["modality"])
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be made: {error.strerror}") from error
    parts.shelves.fetch(folder)
    return folder


def seconds_left(run: Run, parts: Parts) -> float:
    """Until the deadline, which counts from the run's start; an hour where there is none.

    Raises:
        Unavailable: It has passed.
    """
    if run.request.deadline_seconds is None:
        return 3600.0
    left = run.created + run.request.deadline_seconds - parts.clock()
    if left <= 0:
        raise Unavailable(f"the deadline of {run.request.deadline_seconds:g} s has passed")
    return left


def timely(run: Run, parts: Parts) -> Parts:
    """The parts for work that ends with the run's deadline: whoever waits waits no longer.

    What a pause raises then is Unavailable.
    """
    if run.request.deadline_seconds is None:
        return parts

    def pause(seconds: float) -> None:
        parts.pause(min(seconds, seconds_left(run, parts)))
        seconds_left(run, parts)

    return replace(parts, pause=pause)
