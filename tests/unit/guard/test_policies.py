"""The shipped policies do what their examples say; the engine's own traps are held off."""

import threading
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from skywright.errors import Malformed
from skywright.guard.config import Config
from skywright.guard.examples import Example, examples, unproven
from skywright.guard.policies import FAILED, Judgement, Policies
from skywright.model.operation import Effect, Operation
from skywright.model.resource import Resource
from skywright.model.verdict import Decision, Principal, Proposal

PACK = resources.files("skywright.guard") / "policies"
SHIPPED = Policies.load()
EXAMPLES = examples()


def proposal(example: Mapping[str, Any]) -> Proposal:
    return Proposal(
        principal=Principal("r-1", example.get("kind", "perform"), "builtin", "cli", "gym"),
        operation=Operation.parse(example["operation"]),
        effect=Effect(example.get("effect", "change")),
        region=example.get("region", "eu-west-1"),
        arguments=example.get("arguments", {}),
        facts=example.get("facts", {}),
    )


def named(judgement: Judgement, kind: str) -> set[str]:
    kinds = {"deny": judgement.denials, "escalate": judgement.escalations, "warn": judgement.warnings}
    return {ruling.rule for ruling in kinds[kind]}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert example.problem(SHIPPED) == ""


def test_many_examples_at_once_are_judged_as_each_by_itself() -> None:
    proposals = [each.given for each in EXAMPLES if isinstance(each.given, Proposal)]
    assert SHIPPED.judge_all(proposals) == [SHIPPED.judge(proposal) for proposal in proposals]


def test_a_rule_is_asked_whenever_it_could_speak() -> None:
    """What is read off the rules' syntax changes no answer: asked everything, they say the same."""
    of_steps = [SHIPPED._input(each.given) for each in EXAMPLES if isinstance(each.given, Proposal)]
    of_things = [SHIPPED._input_of(each.given) for each in EXAMPLES if isinstance(each.given, Resource)]
    for rego, inputs in ((SHIPPED._rego, of_steps), (SHIPPED._of_things, of_things)):
        assert rego.ask_all(inputs) == [rego.ask_whole(input) for input in inputs]
        assert [rego.ask(input) for input in inputs] == rego.ask_all(inputs)


def test_every_rule_says_what_it_is_and_has_examples() -> None:
    assert unproven(SHIPPED, EXAMPLES) == ()
    described = {rule.id for rule in SHIPPED.rules()}
    assert len(described) >= 60
    assert all(rule.title and rule.source and rule.rationale for rule in SHIPPED.rules())
    texts = "".join(file.read_text("utf-8") for file in PACK.iterdir() if file.name.endswith(".rego"))
    for line in texts.splitlines():
        if '{"rule": "' in line:
            assert line.split('{"rule": "')[1].split('"')[0] in described


def test_severities_are_set(tmp_path: Path) -> None:
    launch = proposal({"operation": "ec2:RunInstances", "effect": "create", "arguments": {}})
    (tmp_path / "config.yaml").write_text("rules: {deny: [ec2.metadata-v1], ignore: [tags.none]}")
    policies = Policies.load(tmp_path)
    assert {"ec2.metadata-v1", "tags.none"} <= named(SHIPPED.judge(launch), "warn")
    judgement = policies.judge(launch)
    assert named(judgement, "deny") == {"ec2.metadata-v1"}
    assert not named(judgement, "warn") & {"ec2.metadata-v1", "tags.none"}
    assert {rule.severity for rule in policies.rules() if rule.id == "tags.none"} == {"ignore"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("rules: {ignore: [no.such-rule]}", "is no rule"),
        ("rules: {advise: [network.unread]}", "less severe"),
    ],
)
def test_severities_that_cannot_be(tmp_path: Path, text: str, finding: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(Malformed, match=finding):
        Policies.load(tmp_path)


def test_own_policies_are_added(tmp_path: Path) -> None:
    (tmp_path / "a.rego").write_text(
        "package main\nimport rego.v1\n"
        'deny contains msg if { input.name == "RunInstances"; msg := "not today" }\n'
        'warn contains {"msg": m} if { m := "careful" }\n'
    )
    (tmp_path / "b.rego").write_text(
        'package skywright.ours\nescalate contains {"rule": "ours.x", "says": s} if { s := "ask the boss" }\n'
    )
    policies = Policies.load(tmp_path)
    verdict = policies.decide(proposal({"operation": "ec2:RunInstances"}))
    assert verdict is not None
    assert (verdict.decision, verdict.rule) == (Decision.DENY, "main")
    assert "not today" in verdict.reason
    other = policies.decide(proposal({"operation": "ec2:StopInstances"}))
    assert other is not None
    assert (other.decision, other.rule) == (Decision.ESCALATE, "ours.x")
    assert named(policies.judge(proposal({"operation": "ec2:StopInstances"})), "warn") == {"main"}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("package skywright.x\n\ndeny contains if {", "line 3"),
        ("hello", "line 1"),
        ("package skywright.x\ndeny contains m if { nosuch(1); m := 1 }", "line 2: could not find function"),
        ('package skywright.x\ndeny := "always"', "not a set"),
        ("package elsewhere\ndeny contains m if { m := 1 }", "package elsewhere"),
        ("package skywright.x\ndeny contains t.K if some t in input.arguments.L", "line 2: bind"),
        ("package skywright.x\nhelper contains input.arguments[n] if some n in [1]\n", "line 2: bind"),
    ],
)
def test_broken_policy_is_malformed_with_file_and_line(tmp_path: Path, text: str, finding: str) -> None:
    (tmp_path / "own.rego").write_text(text)
    with pytest.raises(Malformed, match=r"own\.rego") as caught:
        Policies.load(tmp_path)
    assert finding in str(caught.value)


def test_a_shipped_file_cannot_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "network.rego").write_text("package skywright.network\n")
    with pytest.raises(Malformed, match="shipped"):
        Policies.load(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "regions: {allowed: eu-west-1}",
        "regions: {alowed: []}",
        "scale: {most: -1}",
        "scale: {most: true}",
        "- 1",
        "a: [",
        "tags: {required: [1]}",
        "scale: 5",
    ],
)
def test_broken_config(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(Malformed, match=r"config\.yaml"):
        Policies.load(tmp_path)


def test_config_as_policies_see_it() -> None:
    assert Config().as_data() == {
        "regions": {"allowed": []},
        "tags": {"required": []},
        "scale": {"most": 50},
        "writes": {"most": 2000},
        "privileges": {"lifted": []},
    }


def test_threads() -> None:
    found: list[Judgement] = []
    example = proposal({"operation": "ec2:AuthorizeSecurityGroupIngress"})
    threads = [threading.Thread(target=lambda: found.append(SHIPPED.judge(example))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [named(each, "deny") for each in found] == [{"network.unread"}] * 4


CLOCK = """
package main
import rego.v1
warn contains said if { said := sprintf("%d", [time.now_ns ()]) }
"""


def test_the_same_question_is_answered_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = Policies.load()
    example = proposal({"operation": "ec2:AuthorizeSecurityGroupIngress", "arguments": {"GroupId": "sg-1"}})
    first = policies.judge(example)
    monkeypatch.setattr(policies._rego, "_queue", None)
    assert policies.judge(example) == first
    given = {"GroupId": "sg-1", "IpPermissions": []}
    other = proposal({"operation": "ec2:AuthorizeSecurityGroupIngress", "arguments": given})
    with pytest.raises(TypeError):
        policies.judge(other)


def test_a_policy_that_looks_at_the_clock_is_asked_every_time(tmp_path: Path) -> None:
    (tmp_path / "clock.rego").write_text(CLOCK)
    policies = Policies.load(tmp_path)
    example = proposal({"operation": "ec2:DescribeVpcs", "effect": "read"})
    times = [policies.judge(example).warnings for _ in range(3)]
    assert len(set(times)) == 3


def test_what_is_judged_ahead_is_judged_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = Policies.load()
    forbidden = proposal({"operation": "ec2:AuthorizeSecurityGroupIngress", "arguments": {"GroupId": "sg-1"}})
    given = {"GroupId": "sg-1", "IpPermissions": []}
    other = proposal({"operation": "ec2:AuthorizeSecurityGroupIngress", "arguments": given})
    policies.ahead(forbidden)
    monkeypatch.setattr(policies._rego, "_queue", None)
    assert named(policies.judge(forbidden), "deny") == {"network.unread"}
    with pytest.raises(TypeError):
        policies.judge(other)


LOOKED_AT = {"before": {"Tags": [{"Key": "owner", "Value": "ops"}]}}


def test_what_is_about_to_be_changed_is_judged_ahead_where_no_policy_looks_at_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policies = Policies.load()
    policies.ahead(proposal({"operation": "ec2:CreateTags"}))
    monkeypatch.setattr(policies._rego, "_queue", None)
    assert not policies.judge(proposal({"operation": "ec2:CreateTags", "facts": LOOKED_AT})).denials


@pytest.mark.parametrize(
    "looks",
    [
        "some tag in input.facts.before.Tags",
        'some tag in input.facts["before"].Tags',
        'some tag in object.get(input.facts, "before", {}).Tags',
        "some image in input.facts; some tag in image.Tags",
        "some fact; some tag in input.facts[fact].Tags",
        "seen := input; walk(seen, [_, tag])",
        "facts := input.facts; some image in facts; some tag in image.Tags",
        "some part in input; walk(part, [_, tag])",
        'some tag in input["facts"]["bef\\u006fre"].Tags',
    ],
)
def test_a_policy_sees_what_is_about_to_be_changed_however_it_looks_at_it(tmp_path: Path, looks: str) -> None:
    """Rego's other ways to name a member are known by what stands before them."""
    rule = f'deny contains "its owner is ops" if {{ {looks}; tag.Key == "owner"; tag.Value == "ops" }}'
    (tmp_path / "owner.rego").write_text(f"package main\nimport rego.v1\n{rule}\n")
    policies = Policies.load(tmp_path)
    assert policies.judge(proposal({"operation": "ec2:CreateTags", "facts": LOOKED_AT})).denials
    assert not policies.judge(proposal({"operation": "ec2:CreateTags"})).denials


def test_what_cannot_be_judged_ahead_is_denied_when_asked(tmp_path: Path) -> None:
    (tmp_path / "odd.rego").write_text(
        "package main\nimport rego.v1\ndeny contains x if { x := 1 / input.arguments.by }\n"
    )
    policies = Policies.load(tmp_path)
    divided = proposal({"operation": "ec2:DescribeVpcs", "effect": "read", "arguments": {"by": 0}})
    policies.ahead(divided)
    assert named(policies.judge(divided), "deny") == {FAILED}
    unsaid = proposal({"operation": "ec2:DescribeVpcs", "effect": "read", "arguments": {"by": float("nan")}})
    policies.ahead(unsaid)
    assert named(policies.judge(unsaid), "deny") == {FAILED}


def test_what_is_judged_ahead_and_never_asked_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "clock.rego").write_text(CLOCK)
    for policies, most in ((Policies.load(), 64), (Policies.load(tmp_path), 0)):
        for number in range(100):
            example = {"operation": "ec2:RunInstances", "arguments": {"MaxCount": number}}
            policies.ahead(proposal(example))
        assert len(policies._rego._begun) == most
