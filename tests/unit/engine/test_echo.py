"""What a modality did in its own words, in the words of the program that it was asked for."""

from typing import Any, cast

from skywright.clouds.aws.cloud import aws
from skywright.engine.echo import results_of
from skywright.engine.parts import Parts
from skywright.model.call import Call, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.program import Program, Step
from skywright.model.values import Arguments, Value
from skywright.model.verdict import Decision, Principal, Verdict


class Looks:
    """A cloud in which the disk is in use already; `asked` is what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        self.asked.append(str(operation))
        return {"Volumes": [{"VolumeId": "vol-1", "State": "in-use"}]}


class Times:
    """The parts of the engine that an echo needs."""

    def pause(self, seconds: float) -> None:
        raise AssertionError("it waited")

    def clock(self) -> float:
        return 0.0


def test_a_wait_that_changes_follow_is_over() -> None:
    create, attach = Operation.parse("ec2:CreateVolume"), Operation.parse("ec2:AttachVolume")
    ids: Value = {"VolumeIds": ["${made.VolumeId}"]}
    program = Program(
        "p",
        (
            Step("made", create, arguments={"Size": 1}),
            Step("free", waiter=Operation.parse("ec2:volume_available"), arguments=cast("Any", ids)),
            Step("on", attach, arguments={"VolumeId": "${made.VolumeId}"}),
            Step("look", Operation.parse("ec2:DescribeVolumes"), arguments=cast("Any", ids)),
        ),
        region="us-east-1",
    )
    looks = Looks()
    trace = tuple(_call(one, result) for one, result in ((create, {"VolumeId": "vol-1"}), (attach, {})))
    results = results_of(program, trace, looks, aws(), cast("Parts", Times()))
    assert results["made"] == {"VolumeId": "vol-1"}
    assert looks.asked == ["ec2:DescribeVolumes"]


def _call(operation: Operation, result: dict[str, Value]) -> Call:
    return Call(
        id=str(operation),
        at=1.0,
        principal=Principal("r", "perform", "builtin", "iac", "gym"),
        operation=operation,
        region="us-east-1",
        arguments={},
        effect=Effect.CREATE,
        verdict=Verdict(Decision.ALLOW, "test"),
        outcome=Outcome(200, result, None, 0.1),
    )
