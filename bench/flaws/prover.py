"""Proves programs as the engine does, against an account that stands in a file."""

from importlib import resources

import yaml

from bench.flaws.generator import REGION, Flaw
from skywright.clouds.aws.cloud import aws
from skywright.engine.evidence import gather
from skywright.engine.proving import certify_with
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.guard.proof import Certificate
from skywright.model.resource import Inventory, Resource
from skywright.model.run import Request, Status
from skywright.program.text import load
from skywright.state.runs import Run


def account() -> Inventory:
    """What is there."""
    rows = yaml.safe_load((resources.files("bench.flaws") / "account.yaml").read_text("utf-8"))
    return {
        id: Resource(id, row["type"], REGION, properties={name: row[name] for name in row if name != "type"})
        for id, row in rows.items()
    }


class Prover:
    """Everything that a proof needs, loaded once."""

    def __init__(self) -> None:
        self._cloud = aws()
        self._deciders = (Privileges.load(), Policies.load())
        self._account = account()

    def prove(self, text: str, budget: float | None = None) -> Certificate:
        request = Request("flaws", "gym", "aws", budget_usd_month=budget)
        run = Run("flaws", 0.0, Status.RUNNING, "prove", request, {})
        _, certificate = certify_with(
            load(text),
            lambda program: gather(run, program, self._cloud, "sdk", self._account),
            self._deciders,
            0.0,
        )
        return certificate


def problem(flaw: Flaw, certificate: Certificate) -> str:
    """Why a flaw does not count as refused for the right reason; empty if it does."""
    said = {each.id: each for each in certificate.obligations}[flaw.obligation]
    if certificate.ok or said.verdict == "proven":
        wrong = [each.id for each in certificate.obligations if each.verdict == "refuted"]
        return f"{flaw.obligation} is proven; refuted: {', '.join(wrong) or 'nothing'}"
    return "" if flaw.says in said.why else f"the reason is another: {said.why}"
