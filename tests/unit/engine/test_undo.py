"""The way back from a run: the last change first, and nothing unknown passed over in silence."""

from dataclasses import replace

from skywright.clouds.aws.cloud import aws
from skywright.engine.undo import way_back_of
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Verdict

CLOUD = aws()
PERFORM = Principal("r", "perform", "builtin", "sdk", "gym")


def call(id: str, name: str, arguments: dict[str, Value], result: Value) -> Call:
    return Call(
        id=id,
        principal=PERFORM,
        operation=Operation("ec2", name),
        effect=Effect.CREATE,
        region="us-east-1",
        arguments=arguments,
        at=0.0,
        verdict=Verdict(Decision.ALLOW, "x"),
        outcome=Outcome(200, result, None, 0.1),
    )


GROUP = call("a", "CreateSecurityGroup", {"GroupName": "g", "Description": "d"}, {"GroupId": "sg-1"})
DISK = call("b", "CreateVolume", {"AvailabilityZone": "us-east-1a", "Size": 1}, {"VolumeId": "vol-1"})


def test_the_last_change_is_taken_back_first() -> None:
    steps = way_back_of((GROUP, DISK), CLOUD, "undo of r").program.steps
    done = [str(step.operation) for step in steps if step.operation]
    assert done == ["ec2:DeleteVolume", "ec2:DeleteSecurityGroup"]
    assert len({step.id for step in steps}) == len(steps)


def test_what_failed_or_was_only_rehearsed_is_not_taken_back() -> None:
    failed = replace(GROUP, outcome=Outcome(400, None, CallError("Duplicate", "no"), 0.1))
    rehearsed = replace(DISK, principal=replace(PERFORM, kind="explore"))
    way_back = way_back_of((failed, rehearsed), CLOUD, "undo of r")
    assert way_back.program.steps == () and way_back.left() == ()


def test_a_call_in_doubt_is_said() -> None:
    way_back = way_back_of((replace(GROUP, outcome=None),), CLOUD, "undo of r")
    assert way_back.left() == ("ec2:CreateSecurityGroup: whether it happened is not known",)


def test_a_secret_that_was_struck_out_is_never_set_again() -> None:
    described = {"TableDescription": {"TableName": "[secret struck out]"}}
    made = replace(
        DISK, operation=Operation("dynamodb", "CreateTable"), outcome=Outcome(200, described, None, 0.1)
    )
    way_back = way_back_of((made,), CLOUD, "undo of r")
    assert way_back.program.steps == ()
    assert way_back.left() == ("dynamodb:CreateTable: a secret that it would set again was not kept",)
