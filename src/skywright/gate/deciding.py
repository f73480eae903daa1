"""What the deciders say of a call. Owns what they are told of the session; has no opinion itself.

A call is decided when it was recognised, and a change again once it is known what it is about to change:
that something is protected shows only then. Who can't say before that is asked only once.
"""

from collections.abc import Mapping
from dataclasses import replace

from skywright.clouds.wire import Understood
from skywright.gate.forward import Look, Rooms
from skywright.gate.sessions import Session
from skywright.guard.base import combine, early
from skywright.model.operation import Effect
from skywright.model.values import Value
from skywright.model.verdict import Decision, Proposal, Verdict


def propose(rooms: Rooms, session: Session, understood: Understood, before: Value = None) -> Proposal:
    """What the deciders are asked about one call of a session.

    Args:
        before: what the call is about to change, as the cloud describes it; None: not read.
    """
    operation, arguments = understood.operation, understood.arguments
    effect = rooms.effects.effect(operation)
    facts = dict(rooms.effects.facts(operation, arguments, before))
    if effect.mutates:
        facts["writes_so_far"] = session.writes
    return Proposal(session.principal, operation, effect, understood.region, arguments, facts)


def propose_again(
    rooms: Rooms, session: Session, understood: Understood, before: Value, first: Proposal | None
) -> Proposal:
    """As `propose`, for a call that was decided on before; gives the first proposal if nothing is new."""
    if first is None or first.arguments is not understood.arguments:
        proposal = propose(rooms, session, understood, before)
        return first if first is not None and proposal == first else proposal
    facts: Mapping[str, Value] = {**first.facts, "writes_so_far": session.writes}
    if before is not None:
        facts = rooms.effects.facts_seen(facts, understood.operation, understood.arguments, before)
    return first if facts == first.facts else replace(first, facts=facts)


def look_before(rooms: Rooms, proposal: Proposal) -> Look | None:
    """The read that shows what the call is about to change; None: nothing is looked at."""
    if not proposal.effect.mutates:
        return None
    return rooms.effects.before_image(proposal.operation, proposal.arguments)


def decide(rooms: Rooms, session: Session, proposal: Proposal, *, first: bool = False) -> Verdict:
    """The verdict on one call of a session.

    Args:
        first: it will be decided on once more when it is known what it is about to change.
    """
    operation = proposal.operation
    if session.services is not None and operation.service not in session.services:
        return Verdict(Decision.DENY, "service-not-allowed", f"this session may not use {operation.service}")
    if session.principal.kind == "reader" and proposal.effect is not Effect.READ:
        return Verdict(Decision.DENY, "reader-may-only-read", f"{operation} may change something")
    if not first:
        return combine(rooms.deciders, proposal)
    return combine(early(rooms.deciders), proposal)
