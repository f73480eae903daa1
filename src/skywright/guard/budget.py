"""Budgets: what a program may add to the monthly bill, and how many changes a session may make."""

import math
from dataclasses import dataclass
from typing import Final

from skywright.model.verdict import Decision, Proposal, Verdict

EXCEEDED: Final = "budget.exceeded"
UNTELLABLE: Final = "budget.unknown"
WRITES: Final = "budget.writes"


def monthly(usd_month: float, budget_usd_month: float | None) -> Verdict:
    """Whether what is added to the monthly bill (USD) is within the budget; above, a person has to agree."""
    if not math.isfinite(usd_month) or (budget_usd_month is not None and not math.isfinite(budget_usd_month)):
        return Verdict(Decision.DENY, UNTELLABLE, "what it adds to the monthly bill cannot be told")
    if budget_usd_month is not None and usd_month > budget_usd_month:
        reason = f"it adds ${usd_month:,.2f} a month, more than the budget of ${budget_usd_month:,.2f}"
        return Verdict(Decision.ESCALATE, EXCEEDED, reason)
    return Verdict(Decision.ALLOW, "budget.month")


@dataclass(frozen=True, slots=True)
class Writes:
    """A decider that bounds the changes of one session, for a program that runs wild.

    It counts nothing itself: `writes_so_far` among the facts is the session's count, by whoever
    holds the session. Without that fact it has no opinion.
    """

    most: int = 2000

    def decide(self, proposal: Proposal) -> Verdict | None:
        so_far = proposal.facts.get("writes_so_far")
        if so_far is None or not proposal.effect.mutates:
            return None
        if isinstance(so_far, int) and so_far < self.most:
            return None
        return Verdict(Decision.DENY, WRITES, f"this session has made its {self.most} changes")
