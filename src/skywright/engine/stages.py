"""The stages of a run in their order, and what becomes of it where one of them fails."""

from collections.abc import Callable, Mapping

from skywright.engine import durable, perform, prepare
from skywright.engine.parts import Parts
from skywright.engine.place import seconds_left
from skywright.errors import Refused, SkywrightError
from skywright.model.run import Status
from skywright.state.runs import Run

_PREPARE = (
    ("understand", prepare.understand),
    ("explore", prepare.explore),
    ("prove", prepare.judge),
    ("approve", prepare.approve),
)
_PERFORM = (
    ("survey", perform.survey),
    ("perform", perform.perform),
    ("roll back", perform.roll_back),
    ("confirm", perform.confirm),
)

_NEEDLESS_AFTER = {"understand": ("draft",), "explore": ("as_written",), "roll back": ("performed",)}
"""Stages that have nothing to do once one of these papers is there; they are not shown then."""


def stages(parts: Parts) -> Mapping[str, tuple[tuple[str, durable.Stage], ...]]:
    """Those before the approval, and those after it, as the durable engine wants them."""
    return {
        "prepare": tuple((name, _stage(parts, name, stage)) for name, stage in _PREPARE),
        "perform": tuple((name, _stage(parts, name, stage)) for name, stage in _PERFORM),
    }


def _stage(parts: Parts, name: str, stage: Callable[[Run, Parts], Run]) -> durable.Stage:
    """A stage by a run's id: the world's failures end the run, ours crash."""

    def carry_out(id: str) -> str:
        runs = parts.runs
        run = runs.note(id, stage=name)
        if not any(run.papers.get(paper) for paper in _NEEDLESS_AFTER.get(name, ())):
            parts.progress.stage(name)
        try:
            if run.status is Status.RUNNING and any(stage is each for _, each in _PREPARE):
                seconds_left(run, parts)
            run = stage(run, parts)
        except Refused as refused:
            run = runs.note(id, status=Status.REFUSED, error=str(refused), rule=refused.rule)
        except SkywrightError as error:
            run = runs.note(id, status=Status.FAILED, error=str(error))
        return durable.GO if run.status is Status.RUNNING else run.status.value

    return carry_out
