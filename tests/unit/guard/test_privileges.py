"""Cedar privileges: what is shipped, the user's own files, and nothing slipping through an error."""

from pathlib import Path

import pytest

from skywright.errors import Malformed
from skywright.guard.base import DEFAULT_DENY, combine
from skywright.guard.privileges import Privileges
from skywright.model.operation import Effect, Operation
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Proposal, Verdict

SHIPPED = Privileges.load()
ALLOW, DENY, ESCALATE = Decision.ALLOW, Decision.DENY, Decision.ESCALATE


def proposal(operation: str, effect: str, kind: str = "perform", **facts: Value) -> Proposal:
    who = Principal("r-1", kind, "builtin", "cli", "gym")
    return Proposal(who, Operation.parse(operation), Effect(effect), "eu-west-1", {}, facts)


@pytest.mark.parametrize(
    ("operation", "effect", "kind", "decision", "rule"),
    [
        ("ec2:DescribeInstances", "read", "reader", ALLOW, "read.services"),
        ("ec2:RunInstances", "create", "reader", DENY, "never.readers-change"),
        ("ec2:RunInstances", "create", "perform", ALLOW, "change.services"),
        ("elbv2:CreateListener", "create", "explore", ALLOW, "change.services"),
        ("ec2:TerminateInstances", "destroy", "guest", ALLOW, "change.services"),
        ("ec2:Strange", "unknown", "guest", DENY, "never.unknown-effects"),
        ("ec2:Strange", "unknown", "perform", DENY, "never.unknown-effects"),
        ("ec2:Strange", "unknown", "explore", ALLOW, "change.services"),
        ("iam:ListUsers", "read", "reader", ALLOW, "read.services"),
        ("iam:CreateUser", "create", "explore", DENY, "never.identity"),
        ("organizations:LeaveOrganization", "destroy", "perform", DENY, "never.identity"),
        ("ce:CreateAnomalyMonitor", "create", "perform", DENY, "never.billing"),
        ("ec2:PurchaseReservedInstancesOffering", "create", "perform", DENY, "never.billing"),
        ("cloudtrail:StopLogging", "change", "perform", DENY, "never.audit-trail"),
        ("sts:AssumeRole", "read", "reader", DENY, "never.credentials"),
        ("secretsmanager:GetSecretValue", "read", "explore", DENY, "never.credentials"),
        ("ssm:SendCommand", "change", "perform", DENY, "never.commands-inside"),
        ("braket:CancelJob", "change", "perform", DENY, DEFAULT_DENY),
        ("ec2:DescribeInstances", "read", "root", DENY, "never.unknown-kinds"),
        ("ec2:DescribeInstances", "read", "", DENY, "never.unknown-kinds"),
    ],
)
def test_shipped(operation: str, effect: str, kind: str, decision: Decision, rule: str) -> None:
    verdict = SHIPPED.decide(proposal(operation, effect, kind))
    assert (verdict.decision, verdict.rule) == (decision, rule)
    assert verdict.reason or decision is ALLOW


def test_own_forbid_wins_and_own_permit_opens(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_text(
        '@id("ours.no-ec2") @reason("not here") \n'
        'forbid (principal, action in Skywright::Action::"mutation", resource)\n'
        'when { context.service == "ec2" };\n'
        '@id("ours.braket") permit (principal, action, resource) when { resource.name == "braket" };\n'
    )
    privileges = Privileges.load(tmp_path)
    denied = privileges.decide(proposal("ec2:RunInstances", "create"))
    assert (denied.decision, denied.rule) == (DENY, "ours.no-ec2")
    assert "not here" in denied.reason
    opened = privileges.decide(proposal("braket:CancelJob", "change"))
    assert (opened.decision, opened.rule) == (ALLOW, "ours.braket")


def test_own_permit_does_not_open_what_is_never(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_text("permit (principal, action, resource);")
    privileges = Privileges.load(tmp_path)
    assert privileges.decide(proposal("iam:CreateUser", "create")).decision is DENY
    assert privileges.decide(proposal("braket:CancelJob", "change")).rule == "a.cedar:1"


def test_escalating_forbid_asks_only_about_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_text(
        '@id("ours.ask") @reason("big") @escalate("yes") forbid (principal, action, resource)\n'
        "when { context.count > 5 || context.public };"
    )
    privileges = Privileges.load(tmp_path)
    assert privileges.decide(proposal("ec2:RunInstances", "create", count=5)).decision is ALLOW
    asked = privileges.decide(proposal("ec2:RunInstances", "create", count=6))
    assert (asked.decision, asked.rule) == (ESCALATE, "ours.ask")
    assert privileges.decide(proposal("iam:CreateUser", "create", count=6)).decision is DENY
    for odd in ("unknown", None, True, 2**80):
        assert privileges.decide(proposal("ec2:RunInstances", "create", count=odd)).decision is ESCALATE
    assert privileges.decide(proposal("ec2:X", "change", exposes="unknown")).decision is ESCALATE


@pytest.mark.parametrize(
    ("text", "line", "finding"),
    [
        ("permit (principal, action, resource);\n\nhello", 3, "unexpected"),
        ("\n\n// ;\npermit (principal, action, resource) when { context.nothing };", 4, "nothing"),
        ('permit (principal, action == Skywright::Action::"fly", resource);', 1, "fly"),
        ('@id("never.identity") permit (principal, action, resource);', 1, "taken"),
        ("permit (principal == ?principal, action, resource);", 1, "templates"),
        ('@escalate("yes") permit (principal, action, resource);', 1, "escalate"),
        ('forbid (principal, action, resource) when { context.count == "3" };', 1, ""),
    ],
)
def test_broken_file_is_malformed_with_file_and_line(
    tmp_path: Path, text: str, line: int, finding: str
) -> None:
    (tmp_path / "own.cedar").write_text(text)
    with pytest.raises(Malformed, match=r"own\.cedar") as caught:
        Privileges.load(tmp_path)
    assert f"line {line}: " in str(caught.value)
    assert finding in str(caught.value)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "own.cedar").write_bytes(b"\xff\xfe")
    with pytest.raises(Malformed, match="UTF-8"):
        Privileges.load(tmp_path)


class Fixed:
    def __init__(self, *decisions: Decision | None) -> None:
        self.verdict = Verdict(decisions[0], str(decisions[0])) if decisions[0] else None

    def decide(self, proposal: Proposal) -> Verdict | None:
        return self.verdict


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([ALLOW, ESCALATE, DENY], DENY),
        ([ESCALATE, ALLOW, None], ESCALATE),
        ([None, ALLOW], ALLOW),
        ([ESCALATE, None], DENY),
        ([None], DENY),
        ([], DENY),
    ],
)
def test_combine(decisions: list[Decision | None], expected: Decision) -> None:
    deciders = [Fixed(decision) for decision in decisions]
    assert combine(deciders, proposal("ec2:RunInstances", "create")).decision is expected
