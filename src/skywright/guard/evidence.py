"""What is known about a program before it is performed: the one thing that proof, advice and approval judge.

Programs are not known here; whoever has one gathers its evidence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from skywright.clouds.future import Breach
from skywright.clouds.restoring import WayBack
from skywright.guard.base import Decider, combine
from skywright.guard.policies import Judgement, Policies
from skywright.model.program import Finding
from skywright.model.resource import Resource
from skywright.model.verdict import Proposal, Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that follows from a program and the state of the cloud that it was made for.

    Attributes:
        findings: what is wrong with its types and references; with any, the rest may be empty.
        proposals: (step's key, what it proposes) in order.
        ways_back: (step's key, what can be said of its undo).
        stated: (step's key, what it proposes) of every way back that the program itself states.
        left: what steps made or changed, as it is at last, with the step; worked out in thought.
        breaches: what must not be, and is if the program is carried out; worked out in thought.
        usd_month, usd_month_most: what it adds to the monthly bill, now and with prices at their highest.
        budget_usd_month: the most that it may add to the monthly bill; None: no bound.
        uncounted: (step, why) of those of which it is not known what they cost; empty without a budget.
        lines: by step's key, the line on which it is written.
        looked_at: how many things of an account were looked at; 0: nobody looked.
        relied_on: ids of what is there and is named.
        program_digest, inventory_digest: what was looked at, so that a certificate holds for nothing else.
    """

    findings: tuple[Finding, ...]
    proposals: tuple[tuple[str, Proposal], ...]
    ways_back: tuple[tuple[str, WayBack], ...]
    usd_month: float
    budget_usd_month: float | None
    inventory_digest: str
    program_digest: str
    stated: tuple[tuple[str, Proposal], ...] = ()
    left: tuple[tuple[str, Resource], ...] = ()
    breaches: tuple[Breach, ...] = ()
    usd_month_most: float | None = None
    uncounted: tuple[tuple[str, str], ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict[str, int])
    looked_at: int = 0
    relied_on: tuple[str, ...] = ()

    @property
    def usd_month_bound(self) -> float:
        """The most that it may come to add to the monthly bill."""
        return self.usd_month if self.usd_month_most is None else self.usd_month_most

    def place(self, step: str) -> str:
        """A step, with the line on which it is written if that is known."""
        line = self.lines.get(step)
        return f"step {step} (line {line})" if line else f"step {step}"

    def changes(self) -> Iterator[tuple[str, Proposal]]:
        """The proposals that may change something."""
        return ((step, proposal) for step, proposal in self.proposals if proposal.effect.mutates)


class Opinion(NamedTuple):
    """What the deciders say of one step."""

    step: str
    proposal: Proposal
    privileges: Verdict
    policies: Judgement


def opinions(evidence: Evidence, deciders: Sequence[Decider]) -> tuple[Opinion, ...]:
    """Ask the deciders about every step and every stated undo; policies all at once, which is much faster."""
    policies = [decider for decider in deciders if isinstance(decider, Policies)]
    others = [decider for decider in deciders if not isinstance(decider, Policies)]
    everything = (*evidence.proposals, *evidence.stated)
    proposals = [proposal for _, proposal in everything]
    judged = [Judgement() for _ in proposals]
    for each in policies:
        judged = [one.plus(other) for one, other in zip(judged, each.judge_all(proposals), strict=True)]
    of_left = _of_left(evidence, policies)
    return tuple(
        Opinion(step, proposal, combine(others, proposal), judgement.plus(of_left.get(step, Judgement())))
        for (step, proposal), judgement in zip(everything, judged, strict=True)
    )


def _of_left(evidence: Evidence, policies: Sequence[Policies]) -> dict[str, Judgement]:
    """What policies say of the things that are left, by the step that made or changed them last."""
    found: dict[str, Judgement] = {}
    things = [resource for _, resource in evidence.left]
    for each in policies:
        for (step, _), judgement in zip(evidence.left, each.judge_things(things), strict=True):
            found[step] = found.get(step, Judgement()).plus(judgement)
    return found
