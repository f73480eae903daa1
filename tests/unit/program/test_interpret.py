"""Programs carried out on moto, and the waiting, with a clock that we turn."""

from dataclasses import replace
from typing import Any

import pytest

from skywright.clouds.calling import Acceptor
from skywright.errors import CloudFailed, OutcomeDiffers
from skywright.model.operation import Operation
from skywright.model.program import Expectation, Parameter, Program, Step
from skywright.program import wait
from skywright.program.interpret import answer, interpret, unmet


def operation(text: str) -> Operation:
    return Operation.parse(text)


VMS = Program(
    "vms",
    (
        Step("vpc", operation("ec2:CreateVpc"), arguments={"CidrBlock": "10.0.0.0/16"}),
        Step(
            "subnet",
            operation("ec2:CreateSubnet"),
            arguments={"VpcId": "${vpc.Vpc.VpcId}", "CidrBlock": "10.0.${index}.0/24"},
            repeat=2,
        ),
        Step(
            "vm",
            operation("ec2:RunInstances"),
            arguments={
                "ImageId": "ami-12c6146b",
                "MinCount": 1,
                "MaxCount": 1,
                "SubnetId": "${subnet[index].Subnet.SubnetId}",
            },
            repeat="${count}",
        ),
        Step(
            "up",
            waiter=operation("ec2:instance_running"),
            arguments={"InstanceIds": "${vm[].Instances[].InstanceId}"},
        ),
        Step("watched", operation("ec2:MonitorInstances"), when="${watch}"),
        Step(
            "look",
            operation("ec2:DescribeInstances"),
            arguments={"InstanceIds": "${vm[].Instances[].InstanceId}"},
            until="length(Reservations[].Instances[]) == ${count}",
        ),
    ),
    region="${region}",
    parameters=(
        Parameter("region", "string", "eu-west-1"),
        Parameter("count", "integer", 2),
        Parameter("watch", "boolean", False),
    ),
    expectations=(
        Expectation(
            "all run",
            operation("ec2:DescribeInstances"),
            {"InstanceIds": "${vm[].Instances[].InstanceId}"},
            "length(Reservations[].Instances[?State.Name=='running'][]) == ${count}",
        ),
        Expectation("none is there", operation("ec2:DescribeVpcs"), {}, "length(Vpcs) == `0`"),
        Expectation(
            "nonsense",
            operation("ec2:DescribeVpcs"),
            {"VpcIds": ["vpc-12345678"]},
            "Vpcs",
        ),
    ),
    answer={
        "vms": "${look.Reservations[].Instances[].InstanceId}",
        "watched": "${watched.X}",
        "n": "${count}",
    },
)


class Time:
    """A clock that pausing turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def run(program: Program, caller: Any, catalogue: Any, time: Time | None = None) -> Any:
    time = time or Time()
    return interpret(program, caller, catalogue, time.pause, time.clock, lambda line: None)


def test_a_program_is_carried_out(aws: Any, catalogue: Any) -> None:
    results = run(VMS, aws, catalogue)
    said = answer(VMS, results)
    assert len(said["vms"]) == 2  # type: ignore[index,arg-type,call-overload]
    assert said["watched"] is None  # type: ignore[index,call-overload]
    assert said["n"] == 2  # type: ignore[index,call-overload]
    subnets = [row["Subnet"]["CidrBlock"] for row in results["subnet"]]
    assert subnets == ["10.0.0.0/24", "10.0.1.0/24"]
    first, second = unmet(VMS, aws, results)
    assert first.startswith("not met: none is there")
    assert "InvalidVpcID.NotFound" in second


def test_no_repetition_has_an_empty_result(aws: Any, catalogue: Any) -> None:
    program = replace(
        VMS,
        steps=VMS.steps[:3],
        parameters=(*VMS.parameters[:1], Parameter("count", "integer", 0), VMS.parameters[2]),
    )
    assert run(program, aws, catalogue)["vm"] == []


def test_a_failure_stops_unless_it_is_tolerated(aws: Any, catalogue: Any) -> None:
    step = Step("gone", operation("ec2:DeleteVpc"), arguments={"VpcId": "vpc-12345678"})
    with pytest.raises(CloudFailed, match=r"InvalidVpcID\.NotFound"):
        run(Program("p", (step,), region="eu-west-1"), aws, catalogue)
    tolerant = replace(step, tolerate=("InvalidVpcID.NotFound",))
    assert run(Program("p", (tolerant,), region="eu-west-1"), aws, catalogue) == {"gone": {}}


def test_a_result_without_what_is_referred_to_is_said(aws: Any, catalogue: Any) -> None:
    steps = (VMS.steps[0], replace(VMS.steps[1], arguments={"VpcId": "${vpc.Vpc.Nothing}"}))
    with pytest.raises(OutcomeDiffers, match="leads to nothing"):
        run(replace(VMS, steps=steps), aws, catalogue)


class Script:
    """Gives the answers that it was told, one after the other, the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls = 0

    def call(self, operation: Operation, arguments: Any, region: str) -> Any:
        self.calls += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, str):
            raise CloudFailed(str(operation), answer, "told to")
        return answer


def instances_are(*states: str) -> dict[str, Any]:
    return {"Reservations": [{"Instances": [{"State": {"Name": state}} for state in states]}]}


WAIT = Program("p", (Step("up", waiter=operation("ec2:instance_running"), timeout_seconds=60),), region="r")


def test_waits_ask_quickly_first_and_end(catalogue: Any) -> None:
    caller = Script(
        "InvalidInstanceID.NotFound", instances_are("pending", "running"), instances_are("running", "running")
    )
    time = Time()
    assert run(WAIT, caller, catalogue, time) == {"up": {}}
    assert caller.calls == 3
    assert time.now < 1


def test_a_wait_that_cannot_end_well_fails_at_once(catalogue: Any) -> None:
    with pytest.raises(CloudFailed, match="can no longer come"):
        run(WAIT, Script(instances_are("terminated")), catalogue)
    with pytest.raises(CloudFailed, match="SkywrightRefused"):
        run(WAIT, Script("SkywrightRefused"), catalogue)


def test_waits_are_bounded(catalogue: Any) -> None:
    caller, time = Script(instances_are("pending")), Time()
    with pytest.raises(CloudFailed, match="not so after 60 seconds"):
        run(WAIT, caller, catalogue, time)
    assert time.now == pytest.approx(60)
    assert caller.calls < 30
    step = Step("look", operation("ec2:DescribeInstances"), until="Reservations[?X]", timeout_seconds=5)
    with pytest.raises(CloudFailed, match="not so after 5 seconds"):
        run(Program("p", (step,), region="r"), caller, catalogue, time)


@pytest.mark.parametrize(
    ("acceptor", "said", "fits"),
    [
        (Acceptor("success", "path", "A", "x"), wait.Answer({"A": "x"}), True),
        (Acceptor("success", "pathAll", "A", "x"), wait.Answer({"A": []}), False),
        (Acceptor("success", "pathAll", "A", "x"), wait.Answer({"A": ["x", "y"]}), False),
        (Acceptor("success", "pathAny", "A", "x"), wait.Answer({"A": ["x", "y"]}), True),
        (Acceptor("success", "path", "length(A) > `0`", True), wait.Answer({"A": None}), False),
        (Acceptor("success", "error", "", True), wait.Answer(code="Any"), True),
        (Acceptor("success", "error", "", False), wait.Answer({}), True),
        (Acceptor("success", "error", "", "Gone"), wait.Answer(code="Other"), False),
        (Acceptor("success", "status", "", 200), wait.Answer({}), True),
        (Acceptor("success", "status", "", 404), wait.Answer(code="404"), True),
    ],
)
def test_acceptors_mean_what_botocore_means(acceptor: Acceptor, said: wait.Answer, fits: bool) -> None:
    assert (wait.state((acceptor,), said) == "success") is fits
