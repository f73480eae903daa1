"""What is bound to happen: transitions that have an effect, kept on the backend that they change.

Owns the list and the order in which what is due is carried out. Knows no particular effect. The list is
plain data on moto's own backend, so it is copied, pickled and forgotten together with the resources. There
are no threads: whoever reads first carries out what is due.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any

from skywright_gym.aws.behaviour import timing

Effect = Callable[[Any, str, float], None]
"""Carries one transition out on an EC2 backend: `effect(backend, subject_id, due)`."""


Between = Callable[[float], bool]


@dataclass(frozen=True, order=True)
class Transition:
    """`kind` happens to the resource `subject` at `due`, seconds since the epoch."""

    due: float
    kind: str
    subject: str


@dataclass
class Agenda:
    """What one region's EC2 backend still has before it, and what the rules remember there."""

    # A heap: of thousands of machines that start at once, each is the next in turn.
    transitions: list[Transition] = field(default_factory=lambda: list[Transition]())
    tokens: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())
    notes: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())


def agenda_of(backend: Any) -> Agenda:
    """The agenda of an EC2 backend, made when first asked for."""
    agenda = vars(backend).get("agenda")
    if agenda is None:
        agenda = backend.agenda = Agenda()
    return agenda


def schedule(backend: Any, kind: str, subject: str, due: float) -> None:
    """Let `kind` happen to `subject` at `due`."""
    heappush(agenda_of(backend).transitions, Transition(due, kind, subject))


def cancel(backend: Any, kind: str, subject: str) -> None:
    """Forget what was to happen; unknown is harmless."""
    agenda = agenda_of(backend)
    agenda.transitions = [t for t in agenda.transitions if (t.kind, t.subject) != (kind, subject)]
    heapify(agenda.transitions)


def settle(backend: Any, effects: Mapping[str, Effect], now: float, between: Between | None = None) -> None:
    """Carry out everything due by `now`, oldest first, including what that brings about.

    Args:
        between: what else happens by a moment; says whether it has changed anything and may again by then.
    """
    agenda = agenda_of(backend)
    # An account that an earlier version kept has them in no order.
    heapify(agenda.transitions)
    while True:
        due = agenda.transitions[0].due if agenda.transitions else now
        if between is not None and between(min(due, now)):
            continue
        if not agenda.transitions or due > now:
            return
        first = heappop(agenda.transitions)
        with timing.standing_at(first.due):
            effects[first.kind](backend, first.subject, first.due)
