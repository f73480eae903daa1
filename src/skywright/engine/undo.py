"""Undo: a program made from the journal that leads back to the state before a run."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from skywright.clouds.base import Cloud
from skywright.clouds.restoring import WayBack
from skywright.engine.account import writes
from skywright.journal.redact import STRUCK
from skywright.model.call import Trace
from skywright.model.operation import Undoability
from skywright.model.program import Program, Step
from skywright.model.values import Value, texts


@dataclass(frozen=True, slots=True)
class WayBackOf:
    """The way back from a whole run.

    Attributes:
        lost: what does not come back, a sentence each.
        in_doubt: operations whose outcome is not known, so that they cannot be taken back yet.
    """

    program: Program
    lost: tuple[str, ...]
    in_doubt: tuple[str, ...]

    def left(self) -> tuple[str, ...]:
        """What the program does not take back, a sentence each."""
        return (
            *self.lost,
            *(f"{operation}: whether it happened is not known" for operation in self.in_doubt),
        )


def way_back_of(trace: Trace, cloud: Cloud, name: str) -> WayBackOf:
    """The steps that take back the run's changes, the last change first."""
    lost: list[str] = []
    groups: list[list[Step]] = []
    names = (f"undo_{number}" for number in itertools.count(1))
    for call in reversed(writes(trace)):
        way_back = without_secrets(cloud.effects.way_back(call))
        if way_back.undoability in (Undoability.NONE, Undoability.LOSSY):
            lost.append(f"{call.operation}: {way_back.reason}")
        groups.append(named_anew(way_back, names, call.region))
    steps = waiting_together([group for group in groups if group])
    doubtful = tuple(
        str(call.operation)
        for call in trace
        if call.principal.kind == "perform" and call.effect.mutates and call.outcome is None
        if call.verdict.decision.value == "allow"
    )
    region = steps[0].region if steps else ""
    program = Program(
        name=name.replace(" ", "-"), steps=tuple(steps), cloud=cloud.name, region=region, source=name
    )
    return WayBackOf(program, tuple(lost), doubtful)


def named_anew(way_back: WayBack, names: Iterator[str], region: str) -> list[Step]:
    """The steps of a way back under names that no other way has; in that region where they say none."""
    renamed = {step.id: next(names) for step in way_back.steps}
    return [replace(_rename(step, renamed), region=step.region or region) for step in way_back.steps]


def without_secrets(way_back: WayBack) -> WayBack:
    """The way back, or none if it would set what was struck out before it was kept."""
    if any(STRUCK in text for step in way_back.steps for text in texts(step.arguments)):
        return WayBack(Undoability.NONE, reason="a secret that it would set again was not kept")
    return way_back


def waiting_together(groups: Sequence[Sequence[Step]]) -> list[Step]:
    """Steps in order, but of like neighbours all are asked for before any is waited for.

    Ten machines end at the same time then, not one after the other.
    """
    steps: list[Step] = []
    for _, like in itertools.groupby(groups, lambda group: (group[0].operation, len(group), group[0].region)):
        found = list(like)
        if any(step.operation is not None for group in found for step in group[1:]):
            steps.extend(step for group in found for step in group)
        else:
            steps.extend(group[0] for group in found)
            steps.extend(step for group in found for step in group[1:])
    return steps


def _rename(step: Step, names: Mapping[str, str]) -> Step:
    return replace(step, id=names[step.id], arguments=_renamed(step.arguments, names))  # type: ignore[arg-type]


def _renamed(value: Value, names: Mapping[str, str]) -> Value:
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(f"${{{old}.", f"${{{new}.")
        return value
    if isinstance(value, Mapping):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_renamed(item, names) for item in value]
    return value
