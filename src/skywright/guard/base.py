"""What a decider is, and how several decide together. Owns no rule but the default: deny."""

from collections.abc import Iterable
from typing import Protocol

from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Proposal, Verdict

DEFAULT_DENY = "default-deny"


class Decider(Protocol):
    """Something with an opinion on proposals.

    One whose opinion depends on what a change is about to change says so with an attribute `late` that
    is true, and is not asked before that is known. It may have a method `ahead`, which is given the
    proposal as it is so far: what is about to be changed takes a while to be read, and mostly nothing
    that is read makes it another proposal.
    """

    def decide(self, proposal: Proposal) -> Verdict | None:
        """A verdict, or None for no opinion. What cannot be judged is denied, never raised."""
        ...


def early(deciders: Iterable[Decider]) -> tuple[Decider, ...]:
    """Those that need not know what a change is about to change."""
    return tuple(decider for decider in deciders if not getattr(decider, "late", False))


def ahead(deciders: Iterable[Decider], proposal: Proposal) -> None:
    """Let those that are asked later think about the proposal as it is so far."""
    for decider in deciders:
        think = getattr(decider, "ahead", None)
        if think is not None:
            think(proposal)


def combine(deciders: Iterable[Decider], proposal: Proposal) -> Verdict:
    """One verdict out of many: deny beats escalate beats allow, and without an allow nothing passes.

    The first verdict of the strongest kind is the one given. An escalation needs an allow
    beside it: a person may be asked about what is permitted, not about what is not.
    """
    allowed: Verdict | None = None
    escalated: Verdict | None = None
    for decider in deciders:
        verdict = decider.decide(proposal)
        if verdict is None:
            continue
        if verdict.decision is Decision.DENY:
            return verdict
        if verdict.decision is Decision.ESCALATE:
            escalated = escalated or verdict
            allowed = allowed or (verdict if verdict.permitted else None)
        else:
            allowed = allowed or verdict
    if allowed is None:
        return nothing_allows(proposal.principal, proposal.operation, proposal.effect)
    return escalated or allowed


def nothing_allows(principal: Principal, operation: Operation, effect: Effect) -> Verdict:
    """The verdict on what no rule has an allow for."""
    return Verdict(
        Decision.DENY,
        DEFAULT_DENY,
        f"nothing allows {operation} ({effect.value}) to a session of kind '{principal.kind}'",
    )
