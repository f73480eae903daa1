"""How long checking, proving and reading a program takes, and how that grows.

`python -m bench.program` prints rows for 10, 100, 1,000 and 10,000 steps. Checking is compared with
botocore's own `ParamValidator` on the same arguments (references replaced by a text), which looks at
types and required arguments only.
"""

import time
from collections.abc import Callable

from botocore.validate import ParamValidator

from skywright.clouds.aws import models
from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.cloud import aws
from skywright.engine.evidence import gather
from skywright.engine.proving import certify_with
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.run import Request, Status
from skywright.program.check import check
from skywright.program.resolving import Scope, resolve
from skywright.program.text import dump, load
from skywright.state.runs import Run

SIZES = (10, 100, 1_000, 10_000)
PROVEN = (100, 1_000, 10_000)
_VPC = Operation("ec2", "CreateVpc")
_SUBNET = Operation("ec2", "CreateSubnet")
_RUN = Operation("ec2", "RunInstances")


def network(number: int) -> tuple[Step, ...]:
    """Ten steps: a network, three subnets, six machines."""
    vpc = Step(f"vpc_{number}", _VPC, arguments={"CidrBlock": "10.0.0.0/16"})
    subnets = [
        Step(
            f"subnet_{number}_{at}",
            _SUBNET,
            arguments={"VpcId": f"${{{vpc.id}.Vpc.VpcId}}", "CidrBlock": f"10.0.{at}.0/24"},
        )
        for at in range(3)
    ]
    machines = [
        Step(
            f"vm_{number}_{at}",
            _RUN,
            arguments={
                "ImageId": "ami-12c6146b",
                "InstanceType": "t3.micro",
                "MinCount": 1,
                "MaxCount": 1,
                "SubnetId": f"${{{subnets[at % 3].id}.Subnet.SubnetId}}",
                "TagSpecifications": [
                    {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": f"web-{number}-{at}"}]}
                ],
            },
        )
        for at in range(6)
    ]
    return (vpc, *subnets, *machines)


def program(steps: int) -> Program:
    """A program of so many steps (a multiple of ten)."""
    return Program(
        "bench", tuple(step for number in range(steps // 10) for step in network(number)), region="eu-west-1"
    )


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of a few goes."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def proofs() -> list[tuple[int, float, str]]:
    """(steps, seconds to prove, what is not proven) by size, evidence and the full pack included.

    The fastest of three, in processor time: a proof waits for nothing but itself.
    """
    cloud, deciders = aws(), (Privileges.load(), Policies.load())
    run = Run("bench", 0.0, Status.RUNNING, "prove", Request("bench", "gym", "aws"), {})
    rows: list[tuple[int, float, str]] = []
    for size in PROVEN:
        made = program(size)
        best = float("inf")
        certificate = None
        for _ in range(3):
            start = time.process_time()
            _, certificate = certify_with(
                made, lambda made: gather(run, made, cloud, "sdk", {}), deciders, 0.0
            )
            best = min(best, time.process_time() - start)
        assert certificate is not None
        flaws = ", ".join(each.id for each in certificate.obligations if each.verdict != "proven")
        rows.append((size, best, flaws or "all proven"))
    return rows


def measure() -> list[tuple[int, float, float, float]]:
    """(steps, seconds to check, seconds of ParamValidator, seconds to read the text) by size."""
    catalogue = Catalogue()
    rows: list[tuple[int, float, float, float]] = []
    for size in SIZES:
        made = program(size)
        text = dump(made)
        results = Scope(
            {step.id: {"Vpc": {"VpcId": "x"}, "Subnet": {"SubnetId": "x"}} for step in made.steps}
        )
        plain = [(step.operation, resolve(step.arguments, results)) for step in made.steps]

        def validate(plain: list[tuple[Operation | None, object]] = plain) -> None:
            for operation, arguments in plain:
                assert operation is not None
                model = models.operation_model(operation)
                assert model is not None
                assert not ParamValidator().validate(arguments, model.input_shape).has_errors()

        def examine(made: Program = made) -> None:
            assert check(made, catalogue) == ()

        rows.append(
            (size, seconds(examine), seconds(validate), seconds(lambda text=text: load(text), times=1))
        )
    return rows


def main() -> None:
    print(f"{'steps':>7} {'check':>9} {'µs a step':>10} {'of botocore':>12} {'read':>9}")
    for size, checking, validating, reading in measure():
        print(
            f"{size:>7} {checking:>8.4f}s {checking / size * 1e6:>10.1f} "
            f"{checking / validating:>11.2f}× {reading:>8.3f}s"
        )
    print(f"\n{'steps':>7} {'proof':>9} {'µs a step':>10}")
    for size, proving, found in proofs():
        print(f"{size:>7} {proving:>8.3f}s {proving / size * 1e6:>10.1f}  {found}")


if __name__ == "__main__":
    main()
