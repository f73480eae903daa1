"""What a program comes to for given values."""

import pytest

from skywright.errors import Malformed
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.model.values import Value
from skywright.program.expand import coerce, instances, specialise

MAKE = Operation("ec2", "CreateVpc")


def program(*steps: Step, **values: Value) -> Program:
    kinds = {bool: "boolean", int: "integer", str: "string", list: "list", float: "number"}
    parameters = tuple(
        Parameter(name, kinds[type(value)], value)  # type: ignore[arg-type]
        for name, value in values.items()
    )
    return Program(
        "test", steps, region="${region}", parameters=(Parameter("region", "string", "r"), *parameters)
    )


def test_repeats_and_indices() -> None:
    step = Step(
        "vm", MAKE, repeat="${count}", arguments={"Name": "${names[index]}", "In": "${net[index].Id}"}
    )
    found = instances(program(step, Step("one", MAKE), count=2, names=["a", "b"]))
    assert [instance.key for instance in found] == ["vm[0]", "vm[1]", "one"]
    assert [instance.index for instance in found] == [0, 1, None]
    assert found[1].arguments == {"Name": "b", "In": "${net[1].Id}"}
    assert {instance.region for instance in found} == {"r"}


def test_no_repetition_is_no_instance() -> None:
    assert instances(program(Step("vm", MAKE, repeat="${count}"), count=0)) == ()


def test_when() -> None:
    steps = [Step("a", MAKE, when="${on}"), Step("b", MAKE, when="!${on}"), Step("c", MAKE, when="! on")]
    assert [step.id for step in specialise(program(*steps, on=True)).steps] == ["a"]
    assert [step.id for step in specialise(program(*steps, on=False)).steps] == ["b", "c"]


def test_values_are_set_and_read_as_their_type() -> None:
    special = specialise(program(Step("a", MAKE), count=2, on=True), {"count": "3", "on": "false"})
    assert special.values() == {"region": "r", "count": 3, "on": False}


def test_everything_wrong_with_the_values_is_said_at_once() -> None:
    with pytest.raises(Malformed) as caught:
        specialise(program(Step("a", MAKE), count=2, on=True), {"count": "x", "on": 3, "other": 1})
    assert len(caught.value.findings) == 3


@pytest.mark.parametrize(
    ("parameter", "value", "says"),
    [
        (Parameter("n", "integer", minimum=1), 0, "must be at least 1, not 0"),
        (Parameter("n", "integer", maximum=20), 10_000, "must be at most 20, not 10000"),
        (Parameter("n", "integer"), True, "must be a whole number"),
        (Parameter("n", "integer"), 1.5, "must be a whole number"),
        (Parameter("n", "string", maximum=3), "abcd", "length of at most 3"),
        (Parameter("n", "string", choices=("a", "b")), "c", "must be one of a, b"),
        (Parameter("n", "string", pattern="[a-z]+"), "a\nb", "must match"),
        (Parameter("n", "list", pattern="[a-z]+"), ["a", "1"], "must match"),
        (Parameter("n", "list", minimum=1), [], "must have at least 1"),
    ],
)
def test_what_is_not_allowed_is_refused(parameter: Parameter, value: Value, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        coerce(parameter, value)


def test_a_value_that_looks_like_a_reference_stays_text() -> None:
    found = instances(program(Step("a", MAKE, arguments={"Name": "${name}"}), name="${vpc.Id}"))
    assert found[0].arguments == {"Name": "$${vpc.Id}"}


@pytest.mark.parametrize("repeat", [-1, 10**6, "${name}", "${nothing}"])
def test_a_count_that_is_none_is_refused(repeat: int | str) -> None:
    with pytest.raises(Malformed):
        instances(program(Step("a", MAKE, repeat=repeat), name="x"))
