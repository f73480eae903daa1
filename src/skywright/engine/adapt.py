"""Adapting to what was foreseen: a step that fails is done by the next of its declared alternatives.

Owns which alternatives of a run are in force. They were proven and agreed to with the program, and what is
chosen is in the journal before it is tried. What is done already stays done, as in any other attempt.
"""

import re

from skywright.engine.parts import Parts
from skywright.modalities.base import Attempt
from skywright.model.program import Program
from skywright.program.alternatives import chosen, following, in_force
from skywright.program.text import alternative_row, load
from skywright.state.runs import Run

_STEP = re.compile(r"step (\w+)(?:\[\d+\])?: ")
_CODE = re.compile(r"An error occurred \(([\w.]+)\)")
_LATE = re.compile(r"did not become true within|it did not happen in time|Max attempts exceeded|not so after")
"""How the emitted programs and boto3's waiters say that the time is up."""

TIMED_OUT = "TimedOut"


def present(run: Run, paper: str = "program") -> Program:
    """A run's program as the alternatives that are in force have it."""
    return chosen(load(str(run.papers[paper])), _choice(run))


def adapt(run: str, parts: Parts, attempt: Attempt) -> bool:
    """Put the next alternative in force for what failed; whether there was one."""
    record = parts.runs.get(run)
    found = failed(attempt.error)
    if found is None or not parts.modalities[str(record.papers["modality"])].faithful:
        return False
    step, code = found
    program = load(str(record.papers["program"]))
    choice = following(program, _choice(record), step, code)
    if choice is None:
        return False
    alternative = in_force(next(each for each in program.steps if each.id == step), choice)
    assert alternative is not None
    change = alternative_row(alternative)
    parts.record(record, "alternative", step=step, error=code, number=choice[step], change=change)
    parts.runs.note(run, alternatives=choice)
    parts.progress.say(f"{attempt.error}; going on by alternative {choice[step]} of step '{step}'")
    if alternative.wait_seconds:
        parts.pause(alternative.wait_seconds)
    return True


def failed(error: str) -> tuple[str, str] | None:
    """The step that an attempt's error names, and the error's code."""
    step, code = _STEP.match(error), _CODE.search(error)
    if step is None:
        return None
    if code is not None:
        return step[1], code[1]
    return (step[1], TIMED_OUT) if _LATE.search(error) else None


def _choice(run: Run) -> dict[str, int]:
    return {str(step): int(number) for step, number in dict(run.papers.get("alternatives", {})).items()}
