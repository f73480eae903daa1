"""What may be done with which arguments: Rego policies, shipped and the user's own. Allows nothing itself.

Policies are asked about a normalised proposal, in which every top-level field is always
there, so that a rule is silent because it does not apply and not because a field was missing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final

from skywright.errors import Malformed
from skywright.guard.config import FILE, Config
from skywright.guard.exposure import exposures
from skywright.guard.metadata import SEVERITIES, SEVERITY_OF, PolicyRule, Severity, described
from skywright.guard.rego import Answer, Failed, Rego
from skywright.guard.sources import Source, read_sources
from skywright.model.operation import Effect, Operation
from skywright.model.resource import Resource
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Proposal, Verdict

FAILED: Final = "policy-failed"
"""The rule that denies what a policy could not judge."""

_OF_THINGS: Final = re.compile(r"^package\s+(skywright\.)?things\b", re.MULTILINE)
"""Packages that are asked about things as a program would leave them, not about its steps."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One thing that a policy says: which rule, and the sentence."""

    rule: str
    says: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that the policies say of one proposal, by rule."""

    denials: tuple[Ruling, ...] = ()
    escalations: tuple[Ruling, ...] = ()
    warnings: tuple[Ruling, ...] = ()

    def plus(self, other: "Judgement") -> "Judgement":
        """Both together."""
        return Judgement(
            self.denials + other.denials,
            self.escalations + other.escalations,
            self.warnings + other.warnings,
        )


class Policies:
    """A decider that denies and escalates by Rego policies, and warns."""

    late: Final = True

    def __init__(self, rego: Rego, of_things: Rego, config: Config, rules: tuple[PolicyRule, ...]) -> None:
        self._rego = rego
        self._of_things = of_things
        self._config = config.as_data()
        self._shipped = rules
        self._rules = tuple(replace(rule, severity=_severity(rule, config)) for rule in rules)
        self._severities = config.severities()

    def under(self, config: Config) -> "Policies":
        """The same policies under other settings.

        Raises:
            Malformed: They make a rule less severe that is fixed.
        """
        return Policies(self._rego, self._of_things, config, self._shipped)

    @staticmethod
    def load(folder: Path | None = None) -> "Policies":
        """The shipped policies and, added to them, every `*.rego` of the folder; `config.yaml` sets them.

        Rules asked are `deny` (or `violation`), `escalate` and `warn` in packages `skywright.*` and `main`;
        each contains sentences, or objects with `rule` and `says` (or `msg`).

        Raises:
            Malformed: A file is not Rego, is of another package, or fails on a plain proposal.
        """
        sources = shipped()
        own = read_sources(folder, "*.rego")
        clashing = {source.name for source in sources} & {source.name for source in own}
        if clashing:
            raise Malformed(sorted(clashing)[0], ("a shipped file has that name; choose another",))
        config = Config.load(folder)
        rules = tuple(rule for source in (*sources, *own) for rule in described(source))
        unknown = sorted(config.severities().keys() - {rule.id for rule in rules})
        if unknown:
            raise Malformed(FILE, (f"'rules' names '{unknown[0]}', which is no rule",))
        every = (*sources, *own)
        of_things = tuple(source for source in every if _OF_THINGS.search(source.text))
        of_steps = tuple(source for source in every if source not in of_things)
        kinds = tuple(SEVERITY_OF)
        loaded = Policies(Rego(of_steps, kinds), Rego(of_things, kinds), config, rules)
        loaded._try_out(own)
        return loaded

    def rules(self) -> tuple[PolicyRule, ...]:
        """Every rule that says what it is (`# METADATA`), with the severity that it has here."""
        return self._rules

    def decide(self, proposal: Proposal) -> Verdict | None:
        """Deny, escalate, or nothing at all."""
        judgement = self.judge(proposal)
        if judgement.denials:
            return _verdict(Decision.DENY, judgement.denials[0], proposal)
        if judgement.escalations:
            return _verdict(Decision.ESCALATE, judgement.escalations[0], proposal)
        return None

    def ahead(self, proposal: Proposal) -> None:
        """Begin to judge what will probably be asked; harmless if it is not."""
        with suppress(Failed, RecursionError):
            self._rego.begin(self._input(proposal))

    def judge(self, proposal: Proposal) -> Judgement:
        """Everything that is said of the proposal; what cannot be judged is denied."""
        try:
            return _judgement(self._rego.ask(self._input(proposal)), self._severities)
        except (Failed, RecursionError) as error:
            return Judgement(denials=(Ruling(FAILED, f"a policy could not be evaluated: {error}"),))

    def judge_all(self, proposals: Sequence[Proposal]) -> list[Judgement]:
        """As `judge` for each, several times faster for many."""
        try:
            inputs = [self._input(proposal) for proposal in proposals]
            return [_judgement(answers, self._severities) for answers in self._rego.ask_all(inputs)]
        except (Failed, RecursionError):
            return [self.judge(proposal) for proposal in proposals]

    def judge_things(self, things: Sequence[Resource]) -> list[Judgement]:
        """Everything that is said of things as a program leaves them; what cannot be judged is denied."""
        try:
            inputs = [self._input_of(thing) for thing in things]
            return [_judgement(answers, self._severities) for answers in self._of_things.ask_all(inputs)]
        except (Failed, RecursionError) as error:
            failed = Ruling(FAILED, f"a policy could not be evaluated: {error}")
            return [Judgement(denials=(failed,)) for _ in things]

    def _input_of(self, thing: Resource) -> dict[str, Value]:
        return {
            "type": thing.type,
            "id": thing.id,
            "region": thing.region,
            "properties": thing.properties,
            "config": self._config,
        }

    def _input(self, proposal: Proposal) -> dict[str, Value]:
        principal = proposal.principal
        opened = exposures(proposal)
        return {
            "operation": str(proposal.operation),
            "service": proposal.operation.service,
            "name": proposal.operation.name,
            "effect": proposal.effect.value,
            "region": proposal.region,
            "arguments": proposal.arguments,
            "facts": {
                "protected": False,
                **proposal.facts,
                "exposes_known": "exposes" in proposal.facts,
                "exposes": [
                    {
                        "protocol": exposure.protocol,
                        "from_port": exposure.from_port,
                        "to_port": exposure.to_port,
                        "cidr": exposure.cidr or "an address not known yet",
                        "public": exposure.public,
                        "certain": exposure.certain,
                    }
                    for exposure in opened
                ],
            },
            "principal": {
                "run": principal.run,
                "kind": principal.kind,
                "brain": principal.brain,
                "modality": principal.modality,
                "target": principal.target,
            },
            "config": self._config,
        }

    def _try_out(self, own: Sequence[Source]) -> None:
        """Find what only shows in an evaluation: a function that there is not, a rule that is no set."""
        names = ", ".join(source.name for source in own) or "the shipped policies"
        strange = [p for p, _ in self._rego.rules if p != "main" and not p.startswith("skywright.")]
        if strange:
            raise Malformed(names, (f"package {strange[0]} is not asked; use `main` or `skywright.…`",))
        try:
            self._rego.try_out(self._input(_PLAIN))
            self._of_things.try_out(self._input_of(Resource("x", "ec2:vpc", "eu-west-1")))
        except Failed as error:
            raise Malformed(names, (str(error),)) from error


def shipped() -> list[Source]:
    """The policies that come with Skywright."""
    files = (resources.files("skywright.guard") / "policies").iterdir()
    return [Source(file.name, file.read_text("utf-8")) for file in files if file.name.endswith(".rego")]


_PLAIN: Final = Proposal(
    principal=Principal("try-out", "perform", "builtin", "cli", "gym"),
    operation=Operation("ec2", "RunInstances"),
    effect=Effect.CREATE,
    region="eu-west-1",
    arguments={"MinCount": 1, "MaxCount": 1},
)


_SILENCE: Final = Judgement()


def _verdict(decision: Decision, ruling: Ruling, proposal: Proposal) -> Verdict:
    return Verdict(decision, ruling.rule, f"{proposal.operation}: {ruling.says}")


def _severity(rule: PolicyRule, config: Config) -> Severity:
    severity = config.severities().get(rule.id, rule.severity)
    if rule.fixed and SEVERITIES.index(severity) < SEVERITIES.index(rule.severity):
        raise Malformed(FILE, (f"'rules' makes '{rule.id}' less severe, which keeps the others honest",))
    return severity


def _judgement(answers: Iterable[Answer], severities: Mapping[str, Severity]) -> Judgement:
    said: dict[Severity, list[Ruling]] = {severity: [] for severity in SEVERITIES}
    for answer in answers:
        for ruling in map(partial(_ruling, answer.package), answer.items):
            said[severities.get(ruling.rule, SEVERITY_OF[answer.name])].append(ruling)
    if not any(said.values()):
        return _SILENCE
    by_rule = {severity: tuple(sorted(rulings, key=_order)) for severity, rulings in said.items()}
    return Judgement(by_rule["deny"], by_rule["escalate"], by_rule["advise"])


def _order(ruling: Ruling) -> tuple[str, str]:
    return (ruling.rule, ruling.says)


def _ruling(package: str, item: Value) -> Ruling:
    """What a rule contains, as a ruling; whatever its form, it counts."""
    name = package.removeprefix("skywright.")
    if isinstance(item, Mapping):
        says = item.get("says", item.get("msg", "a policy forbids it"))
        return Ruling(str(item.get("rule", name)), str(says))
    return Ruling(name, str(item))
