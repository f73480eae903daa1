"""What is due happens in the order of its time, whatever is added or forgotten on the way."""

from types import SimpleNamespace
from typing import Any

from skywright_gym.aws.behaviour.agenda import Agenda, Transition, agenda_of, cancel, schedule, settle


def test_the_oldest_first_with_what_that_brings_about() -> None:
    backend: Any = SimpleNamespace()
    happened: list[tuple[str, float]] = []

    def note(backend: Any, subject: str, due: float) -> None:
        happened.append((subject, due))
        if subject == "a":
            schedule(backend, "note", "after a", due + 1)
            cancel(backend, "note", "c")

    for subject, due in (("d", 9), ("c", 5), ("a", 1), ("late", 99), ("b", 4)):
        schedule(backend, "note", subject, due)
    settle(backend, {"note": note}, now=10)
    assert happened == [("a", 1), ("after a", 2), ("b", 4), ("d", 9)]
    assert [left.subject for left in agenda_of(backend).transitions] == ["late"]


def test_an_agenda_kept_in_no_order() -> None:
    happened: list[str] = []
    kept = [Transition(due, "note", str(due)) for due in (7, 3, 9, 1)]
    backend: Any = SimpleNamespace(agenda=Agenda(kept))
    settle(backend, {"note": lambda _backend, subject, _due: happened.append(subject)}, now=8)
    assert happened == ["1", "3", "7"]
