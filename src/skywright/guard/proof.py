"""Proving that a program may be performed. Owns the obligations; what is unknown counts as not proven."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, cast

from skywright.errors import Malformed
from skywright.guard.base import Decider
from skywright.guard.budget import monthly
from skywright.guard.evidence import Evidence, Opinion, opinions
from skywright.guard.exposure import exposures
from skywright.guard.policies import FAILED, Ruling
from skywright.guard.privileges import UNDECIDABLE
from skywright.model.operation import Effect, Undoability
from skywright.model.values import Value
from skywright.model.verdict import Decision, Proposal

Truth = Literal["proven", "refuted", "unknown"]

_SHOWN: Final = 5
"""Counter-examples that are spelt out; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that has to hold.

    Attributes:
        id: `types`, `references`, `privileges`, `policies`, `budget` or `undo`.
        why: for anything but proven: the counter-examples, in words, with their steps and rules.
        rule: the rule of the first counter-example; empty if no rule is involved.
    """

    id: str
    verdict: Truth
    why: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proven of which program in which state of the cloud.

    Attributes:
        escalations: what a person has to agree to first, one sentence each.
        at: seconds since the epoch.
    """

    obligations: tuple[Obligation, ...]
    escalations: tuple[str, ...]
    program_digest: str
    inventory_digest: str
    at: float

    @property
    def ok(self) -> bool:
        """Whether every obligation is proven."""
        return bool(self.obligations) and all(each.verdict == "proven" for each in self.obligations)

    def to_json(self) -> dict[str, Value]:
        return {"ok": self.ok, **cast("dict[str, Value]", asdict(self))}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Certificate":
        """Read what `to_json` gave.

        Raises:
            Malformed: It is not of that form.
        """
        try:
            return Certificate(
                obligations=tuple(Obligation(**each) for each in value["obligations"]),
                escalations=tuple(str(each) for each in value["escalations"]),
                program_digest=str(value["program_digest"]),
                inventory_digest=str(value["inventory_digest"]),
                at=float(value["at"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed("certificate", (str(error),)) from error


def prove(evidence: Evidence, deciders: Sequence[Decider], at: float) -> Certificate:
    """Try to prove every obligation.

    Args:
        deciders: the same that decide at the gate.
        at: now, in seconds since the epoch.
    """
    obligations = [_types(evidence), _references(evidence)]
    escalations: tuple[str, ...] = ()
    if evidence.findings:
        why = "it cannot be told of a program with errors"
        obligations += [Obligation(id, "unknown", why) for id in ("privileges", "policies", "budget", "undo")]
    else:
        said = opinions(evidence, deciders)
        obligations += [_privileges(said), _policies(said), _budget(evidence), _undo(evidence)]
        escalations = escalated(evidence, said)
    return Certificate(
        tuple(obligations), escalations, evidence.program_digest, evidence.inventory_digest, at
    )


def escalated(evidence: Evidence, said: Sequence[Opinion]) -> tuple[str, ...]:
    """What policies, privileges and the budget want a person to agree to, one sentence each."""
    reasons: list[str] = []
    for opinion in said:
        if opinion.privileges.decision is Decision.ESCALATE:
            reasons.append(_says(opinion.step, opinion.privileges.reason, opinion.privileges.rule))
        reasons += [_says(opinion.step, each.says, each.rule) for each in opinion.policies.escalations]
    budget = monthly(evidence.usd_month, evidence.budget_usd_month)
    if budget.decision is Decision.ESCALATE:
        reasons.append(f"{budget.reason} (rule {budget.rule})")
    return tuple(dict.fromkeys(reasons))


def _types(evidence: Evidence) -> Obligation:
    wrong = [str(finding) for finding in evidence.findings if not _is_about_references(finding.problem)]
    return _obligation("types", wrong, "every argument has the type that the operation takes")


def _references(evidence: Evidence) -> Obligation:
    wrong = [str(finding) for finding in evidence.findings if _is_about_references(finding.problem)]
    return _obligation("references", wrong, "every reference leads to a value")


def _is_about_references(problem: str) -> bool:
    return "${" in problem or "refer" in problem


def _privileges(said: Sequence[Opinion]) -> Obligation:
    denied = [opinion for opinion in said if opinion.privileges.decision is Decision.DENY]
    verdicts = [opinion.privileges for opinion in denied]
    wrong = [_says(opinion.step, opinion.privileges.reason, opinion.privileges.rule) for opinion in denied]
    undecided = bool(verdicts) and all(verdict.rule == UNDECIDABLE for verdict in verdicts)
    rule = verdicts[0].rule if verdicts else ""
    return _obligation("privileges", wrong, "every step is allowed", rule, undecided)


def _policies(said: Sequence[Opinion]) -> Obligation:
    denied = [(opinion, ruling) for opinion in said for ruling in opinion.policies.denials]
    wrong = [_says(opinion.step, ruling.says, ruling.rule) for opinion, ruling in denied]
    undecided = bool(denied) and all(_is_unknown(opinion.proposal, ruling) for opinion, ruling in denied)
    rule = denied[0][1].rule if denied else ""
    return _obligation("policies", wrong, "no policy forbids a step", rule, undecided)


def _is_unknown(proposal: Proposal, ruling: Ruling) -> bool:
    """Whether a denial stands on what is not known yet, rather than on what is."""
    if ruling.rule == FAILED:
        return True
    public = [exposure for exposure in exposures(proposal) if exposure.public]
    return ruling.rule.startswith("network.") and all(not exposure.certain for exposure in public)


def _budget(evidence: Evidence) -> Obligation:
    verdict = monthly(evidence.usd_month, evidence.budget_usd_month)
    if verdict.decision is Decision.DENY:
        return Obligation("budget", "unknown", verdict.reason, verdict.rule)
    if verdict.decision is Decision.ESCALATE:
        return Obligation("budget", "proven", f"{verdict.reason}; a person has to agree", verdict.rule)
    return Obligation("budget", "proven", f"it adds ${evidence.usd_month:,.2f} a month")


def _undo(evidence: Evidence) -> Obligation:
    """Each change can be taken back, or it is said beforehand what does not come back."""
    ways = dict(evidence.ways_back)
    unclear: list[str] = []
    for step, proposal in evidence.changes():
        way = ways.get(step)
        if way is None or proposal.effect is Effect.UNKNOWN:
            unclear.append(f"step {step}: nobody knows how {proposal.operation} could be taken back")
        elif way.undoability in (Undoability.NONE, Undoability.LOSSY) and not way.reason:
            unclear.append(f"step {step}: it is not said what of {proposal.operation} does not come back")
    return _obligation("undo", unclear, "it is known of every change what comes back", undecided=True)


def _obligation(
    id: str, wrong: Sequence[str], otherwise: str, rule: str = "", undecided: bool = False
) -> Obligation:
    if not wrong:
        return Obligation(id, "proven", otherwise)
    shown = "; ".join(wrong[:_SHOWN])
    rest = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return Obligation(id, "unknown" if undecided else "refuted", shown + rest, rule)


def _says(step: str, sentence: str, rule: str) -> str:
    return f"step {step}: {sentence} (rule {rule})"
