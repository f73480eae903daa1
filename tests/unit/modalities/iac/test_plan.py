"""What a plan does, whether the request named it, and what is done about what it did not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skywright.errors import Corrupt, Refused
from skywright.modalities.iac import plan as plans
from skywright.modalities.iac.planning import Judgement
from skywright.model.advice import Concern
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.wanted import Wanted

VM = Resource(
    "vm",
    "aws_instance",
    "vm",
    {"ami": "ami-1", "instance_type": "t3.micro", "tags": {"Name": "a"}},
    id="i-1",
    address="aws_instance.vm",
)


def row(actions: list[str], before: Any, after: Any, **more: Any) -> dict[str, Any]:
    address = more.pop("address", "aws_instance.vm")
    change = {"actions": actions, "before": before, "after": after, "after_unknown": more.pop("unknown", {})}
    return {
        "address": address,
        "type": address.partition(".")[0],
        "mode": "managed",
        "change": {**change, **more.pop("change", {})},
        **more,
    }


def plan(tmp_path: Path, *rows: dict[str, Any], **outputs: Any) -> plans.Plan:
    path = tmp_path / "plan.json"
    changes = {name: {"after": value} for name, value in outputs.items()}
    path.write_text(json.dumps({"resource_changes": rows, "output_changes": changes}))
    return plans.read(path)


def judged(found: plans.Plan, wanted: Wanted, *held: Resource) -> tuple[Configuration | None, list[str]]:
    configuration = Configuration({one.key: one for one in held or (VM,)})
    said: list[str] = []
    written = files(configuration, "us-east-1")
    return Judgement(configuration, wanted, written, said.append).settled(found), said


HERE = {"id": "i-1", "ami": "ami-1", "instance_type": "t3.micro", "monitoring": False, "tags": {"Name": "a"}}


def test_what_was_asked_for_is_let_through(tmp_path: Path) -> None:
    found = plan(tmp_path, row(["update"], HERE, {**HERE, "monitoring": True}))
    assert judged(found, Wanted(changed={"vm": {"monitoring"}})) == (None, [])


def test_what_was_changed_by_hand_is_taken_over(tmp_path: Path) -> None:
    by_hand = {**HERE, "tags": {"Name": "a", "Owner": "them"}, "monitoring": True}
    found = plan(
        tmp_path, row(["update"], by_hand, {**HERE, "monitoring": False, "instance_type": "t3.large"})
    )
    again, said = judged(found, Wanted(changed={"vm": {"instance_type"}}))
    assert again is not None
    assert again.resources["vm"].arguments["tags"] == {"Name": "a", "Owner": "them"}
    assert again.resources["vm"].arguments["monitoring"] is True
    assert said == ["taken over as it is: monitoring, tags of aws_instance.vm"]


def test_tags_that_others_have_put_on_stay_when_one_is_asked_for(tmp_path: Path) -> None:
    asked = replace(VM, arguments={**VM.arguments, "tags": {"Name": "b", "mine": "yes"}})
    wanted = Wanted(changed={"vm": {"tags.Name", "tags.mine", "tags.gone"}})
    by_others = {"Name": "a", "theirs": "yes", "gone": "no"}
    found = plan(tmp_path, row(["update"], {**HERE, "tags": by_others}, {**HERE, **asked.arguments}))
    again, said = judged(found, wanted, asked)
    assert again is not None
    tags = again.resources["vm"].arguments["tags"]
    assert tags == {"Name": "b", "mine": "yes", "theirs": "yes"}
    assert said == ["taken over as it is: tags of aws_instance.vm"]
    found = plan(tmp_path, row(["update"], {**HERE, "tags": by_others}, {**HERE, "tags": tags}))
    assert judged(found, wanted, again.resources["vm"]) == (None, [])


def test_what_is_gone_is_forgotten_and_never_made_again(tmp_path: Path) -> None:
    found = plan(tmp_path, row(["create"], None, HERE))
    again, said = judged(found, Wanted())
    assert again is not None
    assert not again.resources
    assert said == ["forgotten: aws_instance.vm (i-1) is no longer in the cloud"]


def test_what_is_to_be_made_is_made(tmp_path: Path) -> None:
    found = plan(tmp_path, row(["create"], None, HERE))
    assert judged(found, Wanted(made={"vm"}), replace(VM, address="", id="")) == (None, [])


def test_a_replacement_that_nobody_named_is_refused(tmp_path: Path) -> None:
    after = {**HERE, "instance_type": "t3.large", "ami": "ami-2"}
    change = {"replace_paths": [["instance_type"]]}
    found = plan(tmp_path, row(["delete", "create"], HERE, after, change=change))
    with pytest.raises(Refused, match=r"would replace aws_instance.vm for instance_type, which the request"):
        judged(found, Wanted(changed={"vm": {"instance_type"}}))


def test_a_replacement_for_what_was_changed_by_hand_is_taken_over(tmp_path: Path) -> None:
    change = {"replace_paths": [["ami"]]}
    found = plan(tmp_path, row(["delete", "create"], {**HERE, "ami": "ami-9"}, HERE, change=change))
    again, _ = judged(found, Wanted(changed={"vm": {"monitoring"}}))
    assert again is not None
    assert again.resources["vm"].arguments["ami"] == "ami-9"


def test_what_is_to_go_goes_and_nothing_else(tmp_path: Path) -> None:
    gone = replace(VM, key="old", name="old", address="aws_instance.old")
    found = plan(tmp_path, row(["delete"], HERE, None, address="aws_instance.old"))
    assert judged(found, Wanted(removed={"old": gone})) == (None, [])
    with pytest.raises(Refused, match=r"would destroy aws_instance.old, which the request does not name"):
        judged(found, Wanted())


def test_the_old_one_of_what_was_made_anew_already_goes(tmp_path: Path) -> None:
    found = plan(tmp_path, row(["delete"], HERE, None, deposed="0a1b2c3d"))
    assert judged(found, Wanted(replaced={"vm"})) == (None, [])
    with pytest.raises(Refused, match=r"would destroy aws_instance.vm, which the request does not name"):
        judged(found, Wanted(changed={"vm": {"tags"}}))


def test_nothing_and_null_are_the_same(tmp_path: Path) -> None:
    found = plan(tmp_path, row(["update"], HERE, {**HERE, "force_destroy": False, "user_data": ""}))
    assert judged(found, Wanted(changed={"vm": set()})) == (None, [])


def test_a_plan_is_told(tmp_path: Path) -> None:
    change = {"replace_paths": [["ami"]]}
    hidden = {"after_sensitive": {"password": True}, "before_sensitive": {}}
    found = plan(
        tmp_path,
        row(["update"], HERE, {**HERE, "tags": {"Name": "b"}, "password": "secret"}, change=hidden),
        row(["create", "delete"], HERE, {**HERE, "ami": "ami-2"}, address="aws_instance.x", change=change),
        row(["delete"], HERE, None, address="aws_instance.y"),
        row(["create"], None, {"name": "g"}, address="aws_security_group.g"),
        row(["no-op"], HERE, HERE, address="aws_instance.z", change={"importing": {"id": "i-1"}}),
    )
    assert plans.shown(found).splitlines() == [
        "plan:   = aws_instance.z is brought into the workspace",
        "plan:   ~ aws_instance.vm (i-1) tags.Name: a → b",
        "plan: -/+ aws_instance.x (i-1) ami: ami-1 → ami-2",
        "plan:   - aws_instance.y (i-1)",
        "plan:   + aws_security_group.g (name g)",
    ]
    told = plans.advisories(found)
    assert told[0].text.endswith("1 to create, 1 to change in place, 1 to replace, 1 to destroy.")
    assert [one.concern for one in told[1:]] == [Concern.REPLACEMENT, Concern.IRREVERSIBLE]
    assert "secret" not in plans.shown(found)


def test_a_plan_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"resource_changes": [{"mode": "managed"}]}')
    with pytest.raises(Corrupt, match="plan cannot be understood"):
        plans.read(tmp_path / "plan.json")


def test_what_saying_it_does_not_settle_is_left_alone(tmp_path: Path) -> None:
    there = {**HERE, "user_data": "a digest", "idle_timeout": None}
    found = plan(tmp_path, row(["update"], there, {**there, "user_data": "its digest", "idle_timeout": 60}))
    once, _ = judged(found, Wanted())
    assert once is not None
    assert once.resources["vm"].arguments["user_data"] == "a digest"
    assert once.resources["vm"].ignored == ("idle_timeout",)
    twice, _ = judged(found, Wanted(), once.resources["vm"])
    assert twice is not None
    assert "user_data" not in twice.resources["vm"].arguments
    assert twice.resources["vm"].ignored == ("idle_timeout", "user_data")
    text = files(twice, "us-east-1").whole
    assert "ignore_changes = [idle_timeout, user_data]" in text
    again = Configuration.from_json(json.loads(json.dumps(twice.to_json())))
    assert again == twice


def test_lists_are_compared_though_they_are_marked_one_by_one(tmp_path: Path) -> None:
    by_hand = {**HERE, "vpc_security_group_ids": ["sg-1", "sg-2"]}
    marks = {"before_sensitive": {"vpc_security_group_ids": [False, False]}, "after_sensitive": {}}
    found = plan(
        tmp_path, row(["update"], by_hand, {**HERE, "vpc_security_group_ids": ["sg-1"]}, change=marks)
    )
    again, said = judged(found, Wanted(changed={"vm": {"tags"}}))
    assert again is not None
    assert again.resources["vm"].arguments["vpc_security_group_ids"] == ["sg-1", "sg-2"]
    assert said == ["taken over as it is: vpc_security_group_ids of aws_instance.vm"]


def test_what_holds_a_secret_anywhere_is_not_shown(tmp_path: Path) -> None:
    marks = {"before_sensitive": {"disk": [{"key": True}]}, "after_sensitive": {"disk": [{"key": True}]}}
    found = plan(tmp_path, row(["update"], {"disk": [{"key": "a"}]}, {"disk": [{"key": "b"}]}, change=marks))
    assert "key" not in plans.shown(found)
    assert not found.changes[0].before
