"""In which reservation a machine is. Owns a note of that, which every use proves anew.

The notes hold names only, so they keep no account in memory, and they are on no object of moto's, so they
are in no copy of an account.
"""

from typing import Any
from weakref import WeakKeyDictionary

# Of each EC2 back end: machine -> reservation.
_notes: "WeakKeyDictionary[Any, dict[str, str]]" = WeakKeyDictionary()


def reservation_of(backend: Any, instance_id: str) -> Any:
    """The reservation that holds the machine; None if no such machine is there."""
    found = _found(backend, instance_id)
    return None if found is None else found[0]


def instance_of(backend: Any, instance_id: str) -> Any:
    """The machine of that id; None if there is none."""
    found = _found(backend, instance_id)
    return None if found is None else found[1]


def _found(backend: Any, instance_id: str) -> tuple[Any, Any] | None:
    noted = _notes.get(backend)
    found = _within(backend, instance_id, noted) if noted is not None else None
    if found is None:
        found = _within(backend, instance_id, _note(backend))
    return found


def _within(backend: Any, instance_id: str, noted: dict[str, str]) -> tuple[Any, Any] | None:
    reservation = backend.reservations.get(noted.get(instance_id))
    for instance in reservation.instances if reservation is not None else ():
        if instance.id == instance_id:
            return reservation, instance
    return None


def _note(backend: Any) -> dict[str, str]:
    noted: dict[str, str] = {}
    for key, reservation in backend.reservations.items():
        for instance in reservation.instances:
            # The first of that id, as moto would find it.
            noted.setdefault(instance.id, key)
    _notes[backend] = noted
    return noted
