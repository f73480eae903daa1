"""What is read off a rule's syntax never keeps it from speaking."""

import pytest

from skywright.guard.rego import Rego
from skywright.guard.sources import Source
from skywright.model.values import Value

INPUT: dict[str, Value] = {
    "operation": "ec2:RunInstances",
    "arguments": {"A": {"B": "x"}, "C": [], "D": False, "N": 1, "Names": ["A"]},
    "facts": {},
}


def said(body: str, more: str = "") -> list[Value]:
    text = f"package main\nimport rego.v1\ndeny contains x if {{\n{body}\n}}\n{more}"
    answers = Rego((Source("a.rego", text),), ("deny",)).ask(INPUT)
    return [item for answer in answers for item in answer.items]


@pytest.mark.parametrize(
    "body",
    [
        "x := input.arguments.D",
        'input.operation in {"ec2:RunInstances", "b"}; x := 1',
        'input.operation != "b"; x := 1',
        "input.arguments.N == 1.0; x := 1",
        "x := input.arguments.A.B",
        'some name in ["A", "Z"]; x := input.arguments[name].B',
        "some name in input.arguments.Names; x := input.arguments[name].B",
        'x := object.get(input.arguments, ["A", "B"], "none")',
        'x := object.get(input.facts, "z", "none")',
        "some name, value in input.arguments; value == 1; x := name",
        "x := input.operation",
        "walk(input, [_, x]); x == 1",
        "all := input; x := all.arguments.N",
        "not input.facts.z; x := 1",
        "input.arguments.N > 0; x := 1",
        "every name in input.arguments.Names { input.arguments[name] }; x := 1",
        "x := count(input.arguments.C)",
        "helper(input.arguments.A); x := 1",
        "plain; x := 1",
        "several; x := 1",
        "input.arguments.N == 1 with input as input; x := 1",
        "some i; x := input.arguments.Names[i]",
    ],
)
def test_what_holds_is_said(body: str) -> None:
    more = (
        'helper(a) if a.B == "x"\nplain if input.arguments.A\nseveral if input.arguments.Z\nseveral if true\n'
    )
    assert said(body, more)


@pytest.mark.parametrize(
    "body", ['input.operation == "b"; x := 1', "some x in input.arguments.C", "input.arguments.D; x := 1"]
)
def test_what_does_not_hold_is_not_asked(body: str) -> None:
    text = f"package main\nimport rego.v1\ndeny contains x if {{\n{body}\n}}\n"
    rego = Rego((Source("a.rego", text),), ("deny",))
    assert rego._questions_about(INPUT) == ()


def test_like_questions_are_one() -> None:
    text = "package main\nimport rego.v1\ndeny contains x if { x := input.arguments.A }\n"
    rego = Rego((Source("a.rego", text),), ("deny",))
    others = [{**INPUT, "arguments": {"A": 1, "B": number}} for number in range(9)]
    assert len({rego._questions_about(other) for other in others}) == 1


def test_a_rule_is_given_what_its_own_bodies_read() -> None:
    text = "package main\nimport rego.v1\ndeny contains x if { x := input.arguments.A }\n"
    more = 'deny contains x if { input.operation == "b"; x := input.arguments.N }\n'
    rego = Rego((Source("a.rego", text + more),), ("deny",))
    ((_, asked),) = rego._questions_about(INPUT)
    assert asked == '{"operation": "ec2:RunInstances", "arguments": {"A": {"B": "x"}}}'


def test_a_helper_that_stands_in_several_files_is_read_in_all_of_them() -> None:
    rule = "package main\nimport rego.v1\ndeny contains x if { helps; x := 1 }\nhelps if input.arguments.Z\n"
    other = "package main\nimport rego.v1\nhelps if input.arguments.N == 1\n"
    rego = Rego((Source("a.rego", rule), Source("b.rego", other)), ("deny",))
    assert [each.items for each in rego.ask(INPUT)] == [(1,)]


def test_questions_that_differ_where_it_is_read_stay_apart() -> None:
    text = "package main\nimport rego.v1\ndeny contains x if { x := input.arguments.A.B }\n"
    rego = Rego((Source("a.rego", text),), ("deny",))
    values: list[Value] = [1, True, "1", None, {"B": 1}, {"B": "1"}, {"B": True}, {"C": 1}, ["B"]]
    inputs = [{**INPUT, "arguments": {"A": value}} for value in values]
    said = rego.ask_all(inputs)
    assert said == [rego.ask_whole(input) for input in inputs]
    assert len({repr(each) for each in said}) == 4


def test_what_errs_on_a_part_is_asked_with_the_whole() -> None:
    text = "package main\nimport rego.v1\ndeny contains x if { x := input.arguments.A }\n"
    more = 'deny contains x if { n := 1 / count([1 | input.facts]); input.operation == "b"; x := n }\n'
    rego = Rego((Source("a.rego", text + more),), ("deny",))
    assert [each.items for each in rego.ask(INPUT)] == [({"B": "x"},)]
