"""Verdicts: what the guard says of a proposed call or step, and by which rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value


class Decision(StrEnum):
    ALLOW = "allow"
    DENY = "deny"
    ESCALATE = "escalate"
    """A person has to agree first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision, the rule that made it and, for anything but allow, why in one sentence.

    Attributes:
        permitted: of an escalation: whether whoever asks for a person would allow it otherwise.
    """

    decision: Decision
    rule: str
    reason: str = ""
    permitted: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a call is made. A session's principal never changes.

    Attributes:
        kind: `reader` may only look; `explore` acts in a fork; `perform` follows an approved
            program and nothing else; `guest` is somebody else's program under `skywright guard`.
    """

    run: str
    kind: str
    brain: str
    modality: str
    target: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed: one call at the gate, or one step of a program under proof.

    Attributes:
        facts: what the cloud's knowledge derives from the arguments, so that a policy need
            not: `exposes` (ports opened to which addresses), `region_known`, and the like.
    """

    principal: Principal
    operation: Operation
    effect: Effect
    region: str
    arguments: Arguments
    facts: Mapping[str, Value] = field(default_factory=dict[str, Value])
