"""That what is performed is what was proven and agreed to, whoever has written to the database since.

The papers of a run can be changed by anybody who can write to the database; the journal's records
of the proof and of the agreement are signed.
"""

import hashlib
from collections.abc import Mapping

from skywright.engine.parts import Parts
from skywright.errors import Refused
from skywright.model.values import Value
from skywright.state.runs import Run

CHANGED = "program-changed"
"""The rule that refuses a program which is not the one that was proven or agreed to."""


def digest_of(text: object) -> str:
    """What an agreement names a program by: SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(str(text).encode()).hexdigest()


def proven(run: Run, parts: Parts) -> tuple[str, ...]:
    """The reasons for asking a person that the proof of the run's present program gave.

    Raises:
        Refused: The program is not the one that was proven.
        Corrupt: The record of the proof is not as it was signed.
    """
    said = _newest(run, parts, "run.proof")
    certificate = said.get("certificate")
    held = isinstance(certificate, Mapping) and certificate.get("admissible") is True
    if not held or said.get("digest") != digest_of(run.papers.get("program")):
        raise Refused(CHANGED, f"the program of run {run.id} is not the one that was proven")
    reasons = said.get("approvals")
    return tuple(str(reason) for reason in reasons) if isinstance(reasons, list | tuple) else ()


def insist_on_question(run: Run, parts: Parts) -> None:
    """See that the run's present program is the one that a person was asked about.

    Raises:
        Refused: It is not.
        Corrupt: The record of the question is not as it was signed.
    """
    if _newest(run, parts, "run.asked").get("program") != digest_of(run.papers.get("program")):
        raise Refused(CHANGED, f"the program of run {run.id} is not the one that a person was asked about")


def insist_on_agreement(run: Run, parts: Parts) -> None:
    """See that the run's present program was proven and agreed to.

    Raises:
        Refused: It was not.
        Corrupt: A record of it is not as it was signed.
    """
    proven(run, parts)
    if _newest(run, parts, "run.approved").get("program") != digest_of(run.papers.get("program")):
        raise Refused(CHANGED, f"the program of run {run.id} is not the one that was agreed to")


def _newest(run: Run, parts: Parts, kind: str) -> Mapping[str, Value]:
    found: Mapping[str, Value] = {}
    for record in parts.journal.read(run.id, (kind,), checked=True):
        found = record.body
    return found
