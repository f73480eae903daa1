"""Proves programs as the engine does, against an account that stands in a file."""

import re
from importlib import resources

from bench.flaws.generator import REGION, Flaw
from bench.flaws.outside import Case
from skywright.clouds.aws.cloud import aws
from skywright.engine.evidence import gather
from skywright.engine.proving import certify_with
from skywright.errors import Malformed
from skywright.guard.advise import advise
from skywright.guard.evidence import Evidence
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.guard.proof import Certificate
from skywright.model import yaml_text
from skywright.model.resource import Inventory, Resource
from skywright.model.run import Request, Status
from skywright.program.text import load
from skywright.state.runs import Run


def account() -> Inventory:
    """What is there."""
    rows = yaml_text.load((resources.files("bench.flaws") / "account.yaml").read_text("utf-8"))
    return {
        id: Resource(id, row["type"], REGION, properties={name: row[name] for name in row if name != "type"})
        for id, row in rows.items()
    }


class Prover:
    """Everything that a proof needs, loaded once.

    Args:
        there: what is in the account; empty: nobody looked.
    """

    def __init__(self, there: Inventory) -> None:
        self._cloud = aws()
        self._deciders = (Privileges.load(), Policies.load())
        self._account = there

    def prove(self, text: str, budget: float | None = None) -> Certificate:
        return self.judge(text, budget)[1]

    def judge(self, text: str, budget: float | None = None) -> tuple[Evidence, Certificate]:
        """What is known of a program, and what was proven of it.

        Raises:
            Malformed: It is no program.
        """
        request = Request("flaws", "gym", "aws", budget_usd_month=budget)
        run = Run("flaws", 0.0, Status.RUNNING, "prove", request, {})
        return certify_with(
            load(text),
            lambda program: gather(run, program, self._cloud, "sdk", self._account),
            self._deciders,
            0.0,
            self._cloud.closed_ports,
        )

    def told(self, evidence: Evidence, certificate: Certificate) -> str:
        """All that a person is asked and told of a program that is not refused."""
        advice = advise(evidence, self._deciders)
        return "\n".join((*certificate.escalations, *certificate.waivers, *map(str, advice)))


def problem(flaw: Flaw, certificate: Certificate) -> str:
    """Why a flaw does not count as refused for the right reason; empty if it does."""
    said = {each.id: each for each in certificate.obligations}[flaw.obligation]
    if certificate.ok or said.verdict == "proven":
        wrong = [each.id for each in certificate.obligations if each.verdict == "refuted"]
        return f"{flaw.obligation} is proven; refuted: {', '.join(wrong) or 'nothing'}"
    return "" if flaw.says in said.why else f"the reason is another: {said.why}"


def misjudged(case: Case, prover: Prover) -> str:
    """Why a case of the outsider's was not judged as it says; empty if it was."""
    try:
        evidence, certificate = prover.judge(case.text, case.budget)
    except Malformed as refused:
        return "" if "types" in case.obligations else f"it is no program: {refused}"
    wrong = [each for each in certificate.obligations if each.verdict != "proven"]
    if case.level in ("sound", "passed"):
        left = [each.id for each in wrong if each.id not in case.obligations]
        return f"it is refused: {', '.join(left)}" if left else ""
    right = [each for each in wrong if each.id in case.obligations and re.search(case.says, each.why, re.I)]
    if right or (case.level == "named" and re.search(case.says, prover.told(evidence, certificate), re.I)):
        return ""
    return f"the reason is another: {wrong[0].why}" if wrong else "it is proven"
