"""When a person has to agree, at each level of autonomy. Decides nothing about what is forbidden."""

from collections.abc import Iterator, Sequence

from skywright.guard.base import Decider
from skywright.guard.evidence import Evidence, opinions
from skywright.guard.exposure import exposures
from skywright.guard.proof import escalated
from skywright.model.operation import Effect, Undoability
from skywright.model.run import Autonomy
from skywright.model.verdict import Proposal

_PUBLISHES = ("public_bucket", "public_snapshot_or_image")


def approvals(evidence: Evidence, deciders: Sequence[Decider], autonomy: Autonomy) -> tuple[str, ...]:
    """The reasons for which a person has to agree, one sentence each; empty: go on.

    `autonomous` asks what policies, privileges and the budget escalate; `supervised` also what is
    destructive, irreversible or public; `copilot` everything that changes anything.
    """
    reasons = list(escalated(evidence, opinions(evidence, deciders)))
    if autonomy is not Autonomy.AUTONOMOUS:
        reasons += _grave(evidence)
    if autonomy is Autonomy.COPILOT:
        reasons += [
            f"step {step}: {proposal.operation} changes something (rule copilot)"
            for step, proposal in evidence.changes()
        ]
    return tuple(dict.fromkeys(reasons))


def becomes_public(proposal: Proposal) -> Iterator[str]:
    """What the proposal makes reachable or readable for strangers, in words.

    An address that a machine may or may not get is not among them: what makes it reachable is
    a port opened to strangers, and each of those is.
    """
    for exposure in exposures(proposal):
        if exposure.public:
            yield f"it opens {exposure}"
    if proposal.facts.get("public_address") is True:
        yield f"{proposal.operation} gives something a public address"
    for fact in _PUBLISHES:
        if proposal.facts.get(fact, False) is not False:
            yield f"{proposal.operation} lets strangers read something, or may do so"


def _grave(evidence: Evidence) -> Iterator[str]:
    ways = dict(evidence.ways_back)
    for step, proposal in evidence.changes():
        if proposal.effect in (Effect.DESTROY, Effect.UNKNOWN):
            yield f"step {step}: {proposal.operation} destroys something (rule supervised.destructive)"
        way = ways.get(step)
        if way is None:
            yield f"step {step}: nobody knows how to take it back (rule supervised.irreversible)"
        elif way.undoability in (Undoability.NONE, Undoability.LOSSY):
            lost = way.reason or "it cannot be taken back whole"
            yield f"step {step}: {lost} (rule supervised.irreversible)"
        for sentence in becomes_public(proposal):
            yield f"step {step}: {sentence} (rule supervised.public)"
