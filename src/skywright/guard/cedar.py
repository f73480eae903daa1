"""Cedar text as rules with names, reasons and places. Decides nothing.

Statements are parsed and checked against the schema one at a time, since cedarpy does not say
on which line an error is.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import cedarpy

from skywright.errors import Malformed
from skywright.guard.sources import Source, Statement, statements


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy: its name, its sentence and where it is written.

    Attributes:
        escalates: a forbid that asks a person rather than refusing (`@escalate("yes")`).
    """

    id: str
    reason: str
    file: str
    line: int
    forbids: bool
    escalates: bool
    text: str


def parse(sources: Iterable[Source], schema: cedarpy.Schema) -> list[Rule]:
    """The rules of all files, in order.

    Raises:
        Malformed: A statement is not Cedar, does not fit the schema, is a template, or takes a name
            that another has. Findings name the lines; the first wrong file is reported whole.
    """
    rules: list[Rule] = []
    taken: set[str] = set()
    for source in sources:
        findings: list[str] = []
        for statement in statements(source.text):
            problem, rule = _parse(source, statement, schema)
            if rule and rule.id in taken:
                problem = f"the name '{rule.id}' is taken by another rule"
            if problem or rule is None:
                findings.append(f"line {statement.line}: {problem}")
                continue
            taken.add(rule.id)
            rules.append(rule)
        if findings:
            raise Malformed(source.name, tuple(findings))
    return rules


def _parse(source: Source, statement: Statement, schema: cedarpy.Schema) -> tuple[str, Rule | None]:
    """What is wrong with the statement (empty: nothing), and the rule that it is."""
    try:
        cedarpy.PolicySet.from_str(statement.text)
        checked = cedarpy.validate_policies(statement.text, schema)
        parsed = cast("Mapping[str, Any]", json.loads(cedarpy.policies_to_json_str(statement.text)))
    except ValueError as error:
        return str(error), None
    if not checked.validation_passed:
        return "; ".join(error.error.removeprefix("for policy `policy0`, ") for error in checked.errors), None
    if len(parsed["staticPolicies"]) != 1:
        return "templates are not taken here; write the policy out", None
    (policy,) = parsed["staticPolicies"].values()
    annotations: Mapping[str, str | None] = policy.get("annotations", {})
    forbids = policy["effect"] == "forbid"
    if "escalate" in annotations and not forbids:
        return "only a forbid can carry @escalate", None
    name = annotations.get("id") or f"{source.name}:{statement.line}"
    reason = annotations.get("reason") or f"forbidden by {source.name}, line {statement.line}"
    escalates = "escalate" in annotations
    return "", Rule(name, reason, source.name, statement.line, forbids, escalates, statement.text)
