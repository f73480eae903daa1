"""The ends of what parameters can be."""

from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.program.corners import corners


def found(*parameters: Parameter) -> list[dict[str, object]]:
    return [dict(values) for values in corners(Program("p", (), parameters=parameters))]


def test_without_ranges_there_are_none() -> None:
    assert found(Parameter("count", "integer", 2), Parameter("names", "list", ["a"])) == []


def test_every_combination_of_ends_but_the_present_one() -> None:
    values = found(
        Parameter("count", "integer", 2, minimum=1, maximum=4), Parameter("spot", "boolean", False)
    )
    assert {(each["count"], each["spot"]) for each in values} == {
        (2, True), (1, False), (1, True), (4, False), (4, True),
    }  # fmt: skip


def test_choices_are_ends() -> None:
    assert found(Parameter("type", "string", "a", choices=("a", "b"))) == [{"type": "b"}]


def test_of_many_each_alone_and_all_together() -> None:
    many = [Parameter(f"p{number}", "integer", 5, minimum=1, maximum=9) for number in range(10)]
    values = found(*many)
    assert len(values) == 22
    assert {f"p{number}": 9 for number in range(10)} in values


def test_of_a_port_the_watched_ones_within_its_range_are_looked_at_too() -> None:
    rule = {"IpPermissions": [{"FromPort": "${port}", "ToPort": "${port}"}], "Count": "${count}"}
    opens = Step("open", Operation("ec2", "AuthorizeSecurityGroupIngress"), arguments=rule)
    ranges = [Parameter(name, "integer", 80, minimum=20, maximum=8080) for name in ("port", "count")]
    program = Program("p", (opens,), parameters=(*ranges,))
    more = [dict(values) for values in corners(program, ports=(22, 3389, 9200))]
    assert [values for values in more if len(values) == 1] == [{"port": 22}, {"port": 3389}]
