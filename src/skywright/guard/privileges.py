"""Who may use which operations: Cedar policies, shipped and the user's own. Knows no argument's meaning.

Cedar skips a `forbid` whose condition errors, and then allows. So every policy is checked
against the schema before it is used, every request is, and an allow counts only if nothing
erred on the way to it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

import cedarpy

from skywright.errors import Malformed
from skywright.guard.base import nothing_allows
from skywright.guard.cedar import Rule, parse
from skywright.guard.config import FILE, Config
from skywright.guard.exposure import exposures
from skywright.guard.sources import Source, read_sources
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Proposal, Verdict

UNDECIDABLE: Final = "privileges-undecidable"
"""The rule that denies what Cedar could not evaluate."""

_ALLOW_ALL: Final = Rule("", "", "", 0, False, False, "permit (principal, action, resource);")


@dataclass(frozen=True, slots=True)
class _Set:
    """Policies as Cedar holds them; it names them by their position, `policy0` and so on."""

    policies: cedarpy.PolicySet
    rules: tuple[Rule, ...]

    @staticmethod
    def of(rules: Sequence[Rule]) -> "_Set":
        return _Set(cedarpy.PolicySet.from_str("\n".join(rule.text for rule in rules)), tuple(rules))


class Privileges:
    """A decider that allows, denies and escalates by Cedar policies."""

    def __init__(self, schema: cedarpy.Schema, ordinary: _Set, escalating: _Set | None) -> None:
        self._schema = schema
        self._ordinary = ordinary
        self._escalating = escalating
        self._entities = lru_cache(maxsize=1024)(self._parse_entities)
        # Cedar knows neither time nor chance: of the same question it says the same again.
        self._verdict = lru_cache(maxsize=4096)(self._judge)

    @staticmethod
    def load(folder: Path | None = None) -> "Privileges":
        """The shipped policies and, added to them, every `*.cedar` file of the folder.

        Raises:
            Malformed: A file cannot be read as Cedar or does not fit the schema; nothing of it is used.
        """
        shipped = resources.files("skywright.guard") / "policies"
        schema = cedarpy.Schema.from_str((shipped / "schema.cedarschema").read_text("utf-8"))
        default = Source("default.cedar", (shipped / "default.cedar").read_text("utf-8"))
        rules = parse((default, *read_sources(folder, "*.cedar")), schema)
        lifted = set(Config.load(folder).privileges_lifted)
        unknown = sorted(lifted - {rule.id for rule in rules})
        if unknown:
            raise Malformed(FILE, (f"'privileges.lifted' names '{unknown[0]}', which is no rule",))
        rules = [rule for rule in rules if rule.id not in lifted]
        ordinary = [rule for rule in rules if not rule.escalates]
        escalating = [rule for rule in rules if rule.escalates]
        return Privileges(
            schema, _Set.of(ordinary), _Set.of([_ALLOW_ALL, *escalating]) if escalating else None
        )

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that is in force."""
        escalating = self._escalating.rules[1:] if self._escalating else ()
        return (*self._ordinary.rules, *escalating)

    def decide(self, proposal: Proposal) -> Verdict:
        """Allow, deny or escalate, and by which rule."""
        return self._verdict(_Question.of(proposal))

    def _judge(self, question: "_Question") -> Verdict:
        request = question.request()
        verdict = self._evaluate(self._ordinary, request, question)
        if verdict.decision is Decision.ALLOW and self._escalating is not None:
            asked = self._evaluate(self._escalating, request, question)
            if asked.decision is not Decision.ALLOW:
                if asked.rule == UNDECIDABLE:
                    return asked
                return Verdict(Decision.ESCALATE, asked.rule, asked.reason, permitted=True)
        return verdict

    def _evaluate(self, of: _Set, request: dict[str, object], question: "_Question") -> Verdict:
        entities = self._entities(question.principal, question.operation.service)
        result = cedarpy.is_authorized(request, of.policies, entities, self._schema)
        deciding = [of.rules[_number(reason)] for reason in result.diagnostics.reasons]
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            why = "; ".join(str(error) for error in result.diagnostics.errors)
            return Verdict(Decision.DENY, UNDECIDABLE, f"the privileges could not be evaluated: {why}")
        if result.allowed:
            return Verdict(Decision.ALLOW, min(rule.id for rule in deciding))
        if not deciding:
            return nothing_allows(question.principal, question.operation, question.effect)
        rule = min(deciding, key=lambda rule: rule.id)
        return Verdict(Decision.DENY, rule.id, f"{question.operation}: {rule.reason}")

    def _parse_entities(self, principal: Principal, service: str) -> cedarpy.Entities:
        agent = {
            "kind": principal.kind,
            "brain": principal.brain,
            "modality": principal.modality,
            "target": principal.target,
        }
        return cedarpy.Entities.from_json_str(
            json.dumps(
                [
                    {"uid": {"type": "Skywright::Agent", "id": principal.run}, "attrs": agent, "parents": []},
                    {"uid": {"type": "Skywright::Service", "id": service}, "attrs": {"name": service},
                     "parents": []},
                ]
            ),
            schema=self._schema,
        )  # fmt: skip


def _number(name: str) -> int:
    return int(name.removeprefix("policy"))


@dataclass(frozen=True, slots=True)
class _Question:
    """All that Cedar is told of a proposal."""

    principal: Principal
    operation: Operation
    effect: Effect
    region: str
    public: bool
    protected: bool
    count: int

    @staticmethod
    def of(proposal: Proposal) -> "_Question":
        return _Question(
            principal=proposal.principal,
            operation=proposal.operation,
            effect=proposal.effect,
            region=proposal.region,
            public=any(exposure.public for exposure in exposures(proposal)),
            protected=proposal.facts.get("protected", False) is not False,
            count=_count(proposal),
        )

    def request(self) -> dict[str, object]:
        service = self.operation.service
        return {
            "principal": {"type": "Skywright::Agent", "id": self.principal.run},
            "action": {"type": "Skywright::Action", "id": self.effect.value},
            "resource": {"type": "Skywright::Service", "id": service},
            "context": {
                "operation": str(self.operation),
                "service": service,
                "region": self.region,
                "known": self.effect is not Effect.UNKNOWN,
                "public": self.public,
                "protected": self.protected,
                "count": self.count,
            },
        }


def _count(proposal: Proposal) -> int:
    """How many things at once; what is not a number is taken for very many."""
    count = proposal.facts.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int):
        return 2**31
    return min(max(count, 0), 2**31)
