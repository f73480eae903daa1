"""Proof, approval and advice over evidence."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from skywright.clouds.restoring import WayBack
from skywright.guard.advise import advise
from skywright.guard.autonomy import approvals
from skywright.guard.budget import Writes, monthly
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.guard.proof import Certificate, Evidence, prove
from skywright.guard.stuck import Attempts
from skywright.model.advice import Concern
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.program import Finding
from skywright.model.run import Autonomy
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Proposal

DECIDERS = (Privileges.load(), Policies.load())
WHO = Principal("r-1", "perform", "builtin", "cli", "gym")
PUBLIC_SSH: Value = [{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr": "0.0.0.0/0", "public": True}]
PUBLIC_WEB: Value = [{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr": "0.0.0.0/0", "public": True}]
EXACT = WayBack(Undoability.EXACT)


def step(
    operation: str, effect: str, arguments: Mapping[str, Value] | None = None, **facts: Value
) -> Proposal:
    return Proposal(WHO, Operation.parse(operation), Effect(effect), "eu-west-1", arguments or {}, facts)


def evidence(
    *steps: tuple[str, Proposal, WayBack], usd: float = 0.0, budget: float | None = None
) -> Evidence:
    return Evidence(
        findings=(),
        proposals=tuple((key, proposal) for key, proposal, _ in steps),
        ways_back=tuple((key, way) for key, _, way in steps),
        usd_month=usd,
        budget_usd_month=budget,
        inventory_digest="i",
        program_digest="p",
    )


def verdicts(certificate: Certificate) -> dict[str, str]:
    return {obligation.id: obligation.verdict for obligation in certificate.obligations}


LAUNCH = ("vm", step("ec2:RunInstances", "create", {"MaxCount": 1}), EXACT)
OPEN = ("open_ssh", step("ec2:AuthorizeSecurityGroupIngress", "change", exposes=PUBLIC_SSH), EXACT)
WEB = ("open_web", step("ec2:AuthorizeSecurityGroupIngress", "change", exposes=PUBLIC_WEB), EXACT)
END = (
    "end",
    step("ec2:TerminateInstances", "destroy", {"InstanceIds": ["i-1"]}),
    WayBack(Undoability.NONE, reason="the machine does not come back"),
)


def test_everything_proven() -> None:
    certificate = prove(evidence(LAUNCH), DECIDERS, 5.0)
    assert certificate.ok
    assert [each.id for each in certificate.obligations] == [
        "types", "types.lifetimes", "privileges", "policies", "invariants.cost", "invariants.reach",
        "invariants.ranges", "invariants.copies", "invariants.health", "undo", "freshness",
    ]  # fmt: skip
    assert Certificate.from_json(json.loads(json.dumps(certificate.to_json()))) == certificate


def test_public_ssh_is_refuted_in_words_a_person_understands() -> None:
    certificate = prove(evidence(LAUNCH, OPEN), DECIDERS, 0.0)
    assert not certificate.ok
    (flaw,) = [each for each in certificate.obligations if each.verdict != "proven"]
    assert flaw.id == "policies"
    assert flaw.verdict == "refuted"
    assert flaw.rule == "network.public-ssh"
    assert flaw.why == "step open_ssh: it opens port 22 (SSH) to 0.0.0.0/0 (rule network.public-ssh)"


def test_what_is_not_known_yet_is_unknown_not_proven() -> None:
    unknown: Value = [
        {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr": "${x}", "public": "unknown"}
    ]
    proposal = step("ec2:AuthorizeSecurityGroupIngress", "change", exposes=unknown)
    certificate = prove(evidence(("open", proposal, EXACT)), DECIDERS, 0.0)
    assert verdicts(certificate)["policies"] == "unknown"
    assert not certificate.ok


def test_findings_leave_the_rest_unknown() -> None:
    wrong = Evidence((Finding(3, "step vm", "no argument 'Colour'"),
                      Finding(4, "step b", "${a.B} leads nowhere")),
                     (), (), 0.0, None, "i", "p")  # fmt: skip
    found = verdicts(prove(wrong, DECIDERS, 0.0))
    assert found.pop("types") == "refuted"
    assert set(found.values()) == {"unknown"}


def test_privileges_and_undo() -> None:
    certificate = prove(evidence(("user", step("iam:CreateUser", "create"), EXACT)), DECIDERS, 0.0)
    assert verdicts(certificate)["privileges"] == "refuted"
    silent = ("end", END[1], WayBack(Undoability.LOSSY))
    assert verdicts(prove(evidence(silent), DECIDERS, 0.0))["undo"] == "unknown"
    ended = prove(evidence(LAUNCH, END), DECIDERS, 0.0)
    assert verdicts(ended)["undo"] == "proven"
    assert "step end: the machine does not come back (rule undo.irreversible)" in ended.escalations
    assert not any("step vm" in reason for reason in ended.escalations)


def test_no_deciders_prove_nothing() -> None:
    assert not prove(evidence(LAUNCH), (), 0.0).ok


@pytest.mark.parametrize(
    ("usd", "budget", "decision"),
    [
        (10, None, "allow"),
        (10, 10, "allow"),
        (10.01, 10, "escalate"),
        (-5, 0, "allow"),
        (math.nan, 10, "deny"),
        (math.inf, None, "deny"),
        (1, math.nan, "deny"),
    ],
)
def test_monthly(usd: float, budget: float | None, decision: str) -> None:
    assert monthly(usd, budget).decision == decision


def test_over_budget_is_asked_at_every_level() -> None:
    over = evidence(LAUNCH, usd=20, budget=10)
    for level in Autonomy:
        assert any("budget" in reason for reason in approvals(over, DECIDERS, level))
    certificate = prove(over, DECIDERS, 0.0)
    assert not certificate.ok
    assert certificate.admissible
    assert certificate.waivers == (
        "it adds $20.00 a month, more than the budget of $10.00 (rule budget.exceeded)",
    )
    assert set(certificate.waivers) <= set(approvals(over, DECIDERS, Autonomy.AUTONOMOUS))
    assert verdicts(prove(evidence(LAUNCH, usd=math.nan), DECIDERS, 0.0))["invariants.cost"] == "unknown"


def test_what_nobody_can_price_does_not_pass_for_free() -> None:
    unpriced = replace(evidence(LAUNCH, usd=2, budget=10), uncounted=(("vm", "nobody here knows"),))
    certificate = prove(unpriced, DECIDERS, 0.0)
    assert (certificate.ok, certificate.admissible) == (False, True)
    assert certificate.waivers == ("step vm: nobody here knows (rule budget.unknown)",)
    for level in Autonomy:
        assert set(certificate.waivers) <= set(approvals(unpriced, DECIDERS, level))


def test_approvals_by_level() -> None:
    look = ("look", step("ec2:DescribeInstances", "read"), EXACT)
    assert approvals(evidence(look), DECIDERS, Autonomy.COPILOT) == ()
    assert approvals(evidence(LAUNCH), DECIDERS, Autonomy.SUPERVISED) == ()
    assert "step vm" in approvals(evidence(LAUNCH), DECIDERS, Autonomy.COPILOT)[0]
    assert approvals(evidence(WEB, END), DECIDERS, Autonomy.AUTONOMOUS) == ()
    (public,) = approvals(evidence(WEB), DECIDERS, Autonomy.SUPERVISED)
    assert public == "step open_web: it opens port 80 to 0.0.0.0/0 (rule supervised.public)"
    ended = approvals(evidence(END), DECIDERS, Autonomy.SUPERVISED)
    assert len(ended) == 2
    assert "destructive" in ended[0]
    assert "does not come back" in ended[1]
    balancer = ("lb", step("elbv2:CreateLoadBalancer", "create", public_address=True), EXACT)
    assert "public address" in approvals(evidence(balancer), DECIDERS, Autonomy.SUPERVISED)[0]
    many = ("vm", step("ec2:RunInstances", "create", {"MaxCount": 60}), EXACT)
    for level in Autonomy:
        assert any("scale.too-many" in reason for reason in approvals(evidence(many), DECIDERS, level))


def test_advice() -> None:
    disk = ("disk", step("ec2:CreateVolume", "create", {"Size": 1}), EXACT)
    found = advise(evidence(LAUNCH, WEB, END, disk, usd=12.5), DECIDERS)
    assert {advisory.concern for advisory in found} >= {
        Concern.COST, Concern.PUBLIC, Concern.REPLACEMENT, Concern.DOWNTIME, Concern.IRREVERSIBLE,
    }  # fmt: skip
    texts = " ".join(advisory.text for advisory in found)
    assert "$12.50" in texts
    assert "i-1" in texts
    assert "data.unencrypted-volume" in texts
    assert advise(evidence()) == ()
    own = (
        "end",
        step("ec2:StopInstances", "change", {"InstanceIds": ["${vm.Instances[0].InstanceId}"]}),
        EXACT,
    )
    assert advise(evidence(own)) == ()


def test_stuck() -> None:
    attempts = Attempts(limit=3)
    assert attempts.observe(False, "volume vol-0123456789abcdef is busy at 12:01").again
    assert not attempts.observe(False, "volume vol-fedcba9876543210 is busy at 12:02").again
    others = Attempts(limit=2)
    assert others.observe(False, "a").again
    assert not others.observe(False, "b").again
    assert not Attempts(limit=3).observe(True, "").again


def test_writes() -> None:
    proposal = step("ec2:RunInstances", "create", writes_so_far=2)
    assert Writes(3).decide(proposal) is None
    verdict = Writes(2).decide(proposal)
    assert verdict is not None
    assert verdict.decision is Decision.DENY
    assert Writes(0).decide(step("ec2:DescribeInstances", "read", writes_so_far=9)) is None
