"""The YAML form: what a person writes, what a mischievous person writes, and the way back."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywright.errors import Malformed
from skywright.model.operation import Operation
from skywright.model.program import Expectation, Inverse, Parameter, Program, Step
from skywright.program.text import dump, load

HEAD = "skywright: 1\nname: test\n"


def findings(text: str) -> tuple[str, ...]:
    with pytest.raises(Malformed) as caught:
        load(text, "p.yaml")
    assert "p.yaml" in str(caught.value)
    return caught.value.findings


def arguments(text: str) -> object:
    return (
        load(f"{HEAD}steps:\n- id: a\n  do: ec2:CreateVpc\n  with: {{X: {text}}}\n").steps[0].arguments["X"]
    )


def test_lines_are_known() -> None:
    program = load(
        f"{HEAD}parameters:\n  p:\n    type: string\nsteps:\n- id: a\n  do: ec2:X\n\n- id: b\n  wait: ec2:y\n"
    )
    assert [step.line for step in program.steps] == [7, 10]
    assert program.parameters[0].line == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("true", True),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1e3", "1e3"),
        ("-7", -7),
        ("1.5", 1.5),
        ("'12'", "12"),
        ("~", None),
        ("null", None),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_yaml_is_read_as_json_would_mean_it(text: str, value: object) -> None:
    read = arguments(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "empty"),
        ("[1", 2, "not YAML"),
        ("a: b: c", 1, "not YAML"),
        ("- 1\n", 1, "must be a mapping"),
        ("just words", 1, "must be a mapping"),
        (HEAD, 1, "must have 'steps'"),
        (f"{HEAD}steps: []\nname: again\n", 4, "'name' is there twice"),
        (f"{HEAD}steps: []\nsurprise: 1\n", 4, "no 'surprise'"),
        (f"{HEAD}steps: &a []\nanswer: {{}}\n", 3, "anchor"),
        (f"{HEAD}steps: []\nanswer: *a\n", 4, "alias"),
        (f"{HEAD}steps: []\nanswer: {{3: x}}\n", 4, "key must be text"),
        (f"{HEAD}steps: []\nanswer: {{[a]: x}}\n", 4, "key must be text"),
        (f"{HEAD}steps: []\nanswer: {{a: !!python/object:os.system x}}\n", 4, "tag"),
        (f"{HEAD}steps: []\n---\nname: b\n", 4, "second document"),
        (f"{HEAD}steps: 3\n", 3, "'steps' must be a list"),
        (f"{HEAD}steps:\n- id: a\n", 4, "either 'do' or 'wait'"),
        (f"{HEAD}steps:\n- id: a\n  do: ec2:X\n  wait: ec2:y\n", 4, "either 'do' or 'wait'"),
        (f"{HEAD}steps:\n- id: a\n  do: RunInstances\n", 5, "not an operation"),
        (f"{HEAD}steps:\n- id: a\n  do: ec2:X\n  with: [1]\n", 6, "'with' must be a mapping"),
        (f"{HEAD}steps:\n- id: 3\n  do: ec2:X\n", 4, "'id' must be text"),
        (f"{HEAD}steps:\n- id: a\n  do: ec2:X\n  repeat: true\n", 6, "'repeat'"),
        (f"{HEAD}steps:\n- id: a\n  do: ec2:X\n  timeout: long\n", 6, "'timeout' must be a number"),
        (f"{HEAD}parameters:\n  p: {{type: str}}\nsteps: []\n", 4, "must be one of string"),
        ("skywright: 2\nname: x\nsteps: []\n", 1, "version 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, says: str) -> None:
    assert any(found.startswith(f"line {line}: ") and says in found for found in findings(text)), findings(
        text
    )


def test_all_findings_come_at_once() -> None:
    text = f"{HEAD}steps:\n- id: a\n- id: b\n  do: x\n  woth: 1\n- 3\nfoo: 1\n"
    assert len(findings(text)) == 5


@pytest.mark.parametrize(
    "bomb", ["- " * 100_000 + "a", "[" * 100_000, "{a: " * 500 + "1" + "}" * 500, "? " * 100_000]
)
def test_deep_nesting_is_refused_not_suffered(bomb: str) -> None:
    assert "nested" in findings(bomb)[0] or "YAML" in findings(bomb)[0]


def test_alias_bombs_are_refused() -> None:
    text = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &b{n} [*a,*a,*a,*a,*a]\n" for n in range(20))
    assert "anchor" in " ".join(findings(text))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["yes", "on", "010", "null", "~", "1e3", ".nan", "2024-01-01", "1_000", "a: b", "- x", "<<", "=", " "]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(), VALUES, max_size=4), st.text(min_size=1), st.text())
def test_what_is_written_is_read_back(arguments: dict[str, object], name: str, note: str) -> None:
    step = Step("a", Operation("ec2", "RunInstances"), arguments=arguments, note=note)  # type: ignore[arg-type]
    program = Program(name, (step,), request=note)
    assert load(dump(program)) == program


def test_every_field_survives() -> None:
    program = Program(
        name="all",
        request="words",
        cloud="azure",
        region="${region}",
        source="builtin",
        parameters=(
            Parameter(
                "region", "string", "eu-west-1", "where", 1, 20, ("eu-west-1", "us-east-1"), "[a-z0-9-]+"
            ),
            Parameter("count", "integer", None, minimum=0, maximum=5),
            Parameter("on", "boolean", False),
            Parameter("zero", "integer", 0),
            Parameter("empty", "list", []),
        ),
        steps=(
            Step(
                "a",
                Operation("ec2", "CreateVpc"),
                arguments={"A": 1},
                until="X",
                timeout_seconds=1.5,
                repeat="${count}",
                when="!${on}",
                region="r",
                tolerate=("Dup",),
                undo=(Inverse(Operation("ec2", "DeleteVpc"), {"VpcId": "${result.Vpc.VpcId}"}),),
                note="n",
            ),
            Step("b", waiter=Operation("ec2", "vpc_available"), repeat=0, irreversible="because"),
        ),
        expectations=(Expectation("it is", Operation("ec2", "DescribeVpcs"), {}, "Vpcs", "r"),),
        answer={"a": "${a}", "n": None, "l": []},
    )
    assert load(dump(program)) == program


def test_ten_thousand_steps_load_in_a_few_seconds() -> None:
    step = (
        "- id: s{n}\n  do: ec2:RunInstances\n  with:\n    ImageId: ami-1\n"
        "    MinCount: 1\n    MaxCount: 1\n    SubnetId: ${{s0.Id}}\n"
    )
    text = f"{HEAD}steps:\n" + "".join(step.format(n=n) for n in range(10_000))
    start = time.perf_counter()
    assert len(load(text).steps) == 10_000
    assert time.perf_counter() - start < 10
