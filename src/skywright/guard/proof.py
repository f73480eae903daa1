"""Proving that a program may be performed. Owns the obligations; what is unknown counts as not proven."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, cast

from skywright.errors import Malformed
from skywright.guard.base import Decider
from skywright.guard.budget import UNTELLABLE, monthly
from skywright.guard.evidence import Evidence, Opinion, opinions
from skywright.guard.exposure import exposures
from skywright.guard.policies import FAILED, Ruling
from skywright.guard.privileges import UNDECIDABLE
from skywright.model.operation import Effect, Undoability
from skywright.model.values import Value
from skywright.model.verdict import Decision, Proposal

Truth = Literal["proven", "refuted", "unknown"]

_OTHERS: Final = (
    "types.lifetimes",
    "privileges",
    "policies",
    "invariants.cost",
    "invariants.reach",
    "invariants.ranges",
    "invariants.copies",
    "invariants.health",
    "undo",
    "freshness",
)
"""The obligations besides types, in their order."""

_SHOWN: Final = 5
"""Counter-examples that are spelt out; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that has to hold.

    Attributes:
        id: its kind (`types`, `privileges`, `policies`, `invariants`, `undo` or `freshness`), and after a dot
            which of that kind, where there are several.
        why: for anything but proven: the counter-examples, in words, with their steps, lines and rules.
        rule: the rule of the first counter-example; empty if no rule is involved.
        waivable: of what is refuted: whether a person may have it so.
    """

    id: str
    verdict: Truth
    why: str
    rule: str = ""
    waivable: bool = False


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

    @property
    def admissible(self) -> bool:
        """Whether every obligation is proven, or a person may waive it."""
        return bool(self.obligations) and all(
            each.verdict == "proven" or each.waivable for each in self.obligations
        )

    @property
    def waivers(self) -> tuple[str, ...]:
        """What a person has to waive first, one sentence each."""
        return tuple(f"{each.why} (rule {each.rule})" for each in self.obligations if each.waivable)

    def also(self, other: "Certificate", condition: str) -> "Certificate":
        """This one, where the other is of the same program under a condition, such as other parameters."""
        both = zip(self.obligations, other.obligations, strict=True)
        return replace(self, obligations=tuple(_worse(one, another, condition) for one, another in both))

    def to_json(self) -> dict[str, Value]:
        judged: dict[str, Value] = {"ok": self.ok, "admissible": self.admissible}
        return {**judged, **cast("dict[str, Value]", asdict(self))}

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
    obligations = [_types(evidence)]
    escalations: tuple[str, ...] = ()
    if evidence.findings:
        why = "it cannot be told of a program with errors"
        obligations += [Obligation(id, "unknown", why) for id in _OTHERS]
    else:
        said = opinions(evidence, deciders)
        obligations += [
            _breached(evidence, "types.lifetimes", "what a step needs is there, and every wait can end"),
            _privileges(evidence, said),
            _policies(evidence, said),
            _cost(evidence),
            _breached(evidence, "invariants.reach", "strangers reach no port that is closed to them"),
            _breached(
                evidence, "invariants.ranges", "the ranges of subnets lie apart, and in their networks"
            ),
            _breached(
                evidence, "invariants.copies", "every disk that is destroyed has a copy, or there is none"
            ),
            _breached(evidence, "invariants.health", "no load balancer loses its last healthy target"),
            _undo(evidence),
            _freshness(evidence),
        ]
        escalations = (*escalated(evidence, said), *irreversible(evidence))
    return Certificate(
        tuple(obligations), escalations, evidence.program_digest, evidence.inventory_digest, at
    )


def escalated(evidence: Evidence, said: Sequence[Opinion]) -> tuple[str, ...]:
    """What policies, privileges and the budget want a person to agree to, one sentence each."""
    reasons: list[str] = []
    for opinion in said:
        if opinion.privileges.decision is Decision.ESCALATE:
            reasons.append(_says(evidence, opinion.step, opinion.privileges.reason, opinion.privileges.rule))
        reasons += [
            _says(evidence, opinion.step, each.says, each.rule) for each in opinion.policies.escalations
        ]
    budget = monthly(evidence.usd_month_bound, evidence.budget_usd_month)
    if budget.decision is Decision.ESCALATE:
        reasons.append(f"{budget.reason} (rule {budget.rule})")
    unpriced = _unpriced(evidence)
    if unpriced.verdict != "proven":
        reasons.append(f"{unpriced.why} (rule {unpriced.rule})")
    return tuple(dict.fromkeys(reasons))


def irreversible(evidence: Evidence) -> tuple[str, ...]:
    """The steps after which something does not come back, and what, one sentence each."""
    ways = dict(evidence.ways_back)
    return tuple(
        f"{evidence.place(step)}: {ways[step].reason} (rule undo.irreversible)"
        for step, _ in evidence.changes()
        if step in ways and ways[step].undoability in (Undoability.NONE, Undoability.LOSSY)
    )


def _types(evidence: Evidence) -> Obligation:
    wrong = [str(finding) for finding in evidence.findings]
    return _obligation("types", wrong, "every argument fits its operation, every reference leads to a value")


def _privileges(evidence: Evidence, said: Sequence[Opinion]) -> Obligation:
    denied = [opinion for opinion in said if opinion.privileges.decision is Decision.DENY]
    verdicts = [opinion.privileges for opinion in denied]
    wrong = [_says(evidence, each.step, each.privileges.reason, each.privileges.rule) for each in denied]
    undecided = bool(verdicts) and all(verdict.rule == UNDECIDABLE for verdict in verdicts)
    rule = verdicts[0].rule if verdicts else ""
    return _obligation("privileges", wrong, "every step is allowed", rule, undecided)


def _policies(evidence: Evidence, said: Sequence[Opinion]) -> Obligation:
    denied = [(opinion, ruling) for opinion in said for ruling in opinion.policies.denials]
    wrong = [_says(evidence, opinion.step, ruling.says, ruling.rule) for opinion, ruling in denied]
    undecided = bool(denied) and all(_is_unknown(opinion.proposal, ruling) for opinion, ruling in denied)
    rule = denied[0][1].rule if denied else ""
    return _obligation("policies", wrong, "no policy forbids a step", rule, undecided)


def _breached(evidence: Evidence, id: str, otherwise: str) -> Obligation:
    """An invariant of which breaches were looked for by carrying the program out in thought."""
    name = id.rpartition(".")[2]
    found = [breach for breach in evidence.breaches if breach.invariant == name]
    wrong = [f"{evidence.place(breach.step)}: {breach.says}" for breach in found]
    waivable = bool(found) and all(breach.waivable for breach in found)
    return replace(_obligation(id, wrong, otherwise, f"invariant.{name}" if found else ""), waivable=waivable)


def _is_unknown(proposal: Proposal, ruling: Ruling) -> bool:
    """Whether a denial stands on what is not known yet, rather than on what is."""
    if ruling.rule == FAILED:
        return True
    public = [exposure for exposure in exposures(proposal) if exposure.public]
    return ruling.rule.startswith("network.") and all(not exposure.certain for exposure in public)


def _cost(evidence: Evidence) -> Obligation:
    most, budget = evidence.usd_month_bound, evidence.budget_usd_month
    verdict = monthly(most, budget)
    if verdict.decision is Decision.DENY:
        return Obligation("invariants.cost", "unknown", verdict.reason, verdict.rule)
    if verdict.decision is Decision.ESCALATE:
        return Obligation("invariants.cost", "refuted", verdict.reason, verdict.rule, waivable=True)
    if evidence.uncounted:
        return _unpriced(evidence)
    if budget is None:
        return Obligation(
            "invariants.cost", "proven", f"it adds ${most:,.2f} a month, and there is no budget"
        )
    says = f"it adds ${most:,.2f} a month at most; the budget is ${budget:,.2f}"
    return Obligation("invariants.cost", "proven", says)


def _unpriced(evidence: Evidence) -> Obligation:
    """That it is known of every step what it costs; a person may have it unknown."""
    wrong = [f"{evidence.place(step)}: {why}" for step, why in evidence.uncounted]
    return replace(_obligation("invariants.cost", wrong, "", UNTELLABLE), waivable=True)


def _undo(evidence: Evidence) -> Obligation:
    """Each change can be taken back, or it is said beforehand what does not come back."""
    ways = dict(evidence.ways_back)
    unclear: list[str] = []
    final: list[str] = []
    for step, proposal in evidence.changes():
        way = ways.get(step)
        if way is None or proposal.effect is Effect.UNKNOWN:
            unclear.append(
                f"{evidence.place(step)}: nobody knows how {proposal.operation} could be taken back"
            )
        elif way.undoability in (Undoability.NONE, Undoability.LOSSY):
            if not way.reason:
                says = f"it is not said what of {proposal.operation} does not come back"
                unclear.append(f"{evidence.place(step)}: {says}")
            final.append(evidence.place(step))
    unclear += [
        f"{evidence.place(each.step)}: {each.says}" for each in evidence.breaches if each.invariant == "undo"
    ]
    otherwise = "wherever it stops, there is a way back"
    if final:
        more = f" and {len(final) - _SHOWN} more" if len(final) > _SHOWN else ""
        otherwise += f", but for what {', '.join(final[:_SHOWN])}{more} take away, which is asked about"
    return _obligation("undo", unclear, otherwise, undecided=True)


def _freshness(evidence: Evidence) -> Obligation:
    """What the proof rests on is there; that it stays so is seen to when the program is performed."""
    missing = _breached(evidence, "freshness", "")
    if missing.verdict != "proven":
        return missing
    if not evidence.looked_at:
        why = "nobody looked at an account; `apply` looks, and proves it again against what is there"
        return Obligation("freshness", "proven", why)
    why = (
        f"made against {evidence.looked_at} things (inventory {evidence.inventory_digest[:12]}), of which it "
        f"names {len(evidence.relied_on)}; `apply` refuses once one of those is otherwise"
    )
    return Obligation("freshness", "proven", why)


def _worse(one: Obligation, other: Obligation, condition: str) -> Obligation:
    """The one, unless the other is worse: refuted where this is proven, or where this could be waived."""
    if other.verdict == "proven" or (one.verdict != "proven" and (other.waivable or not one.waivable)):
        return one
    return replace(other, why=f"{condition}: {other.why}")


def _obligation(
    id: str, wrong: Sequence[str], otherwise: str, rule: str = "", undecided: bool = False
) -> Obligation:
    if not wrong:
        return Obligation(id, "proven", otherwise)
    shown = "; ".join(wrong[:_SHOWN])
    rest = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return Obligation(id, "unknown" if undecided else "refuted", shown + rest, rule)


def _says(evidence: Evidence, step: str, sentence: str, rule: str) -> str:
    return f"{evidence.place(step)}: {sentence} (rule {rule})"
