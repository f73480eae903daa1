"""References: their grammar, what they resolve to, and that no value ever becomes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywright.program.references import BadReference, Reference, escape, parse, references, search, write
from skywright.program.resolving import Scope, Unresolved, bind, fill, resolve

RESULTS = {
    "vpc": {"Vpc": {"VpcId": "vpc-1"}},
    "vm": [{"Instances": [{"InstanceId": "i-0"}]}, {"Instances": [{"InstanceId": "i-1"}]}],
    "names": ["a", "b"],
    "port": 80,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("${port}", 80),
        ("port ${port}", "port 80"),
        ("${vpc.Vpc.VpcId}", "vpc-1"),
        ("${vm[].Instances[].InstanceId}", ["i-0", "i-1"]),
        ("${vm[index].Instances[0].InstanceId}", "i-1"),
        ("${names[index]}-${number}", "b-2"),
        ("${index}", 1),
        ("${names | length(@)}", 2),
        ("${port | to_string(@)}", "80"),
        ("${vm[1].Instances[].{id: InstanceId, b: 'x}'}}", [{"id": "i-1", "b": "x}"}]),
        ("$${port}", "${port}"),
        ("$$${port}", "$${port}"),
        ("${'$'}${port}", "$80"),
        ("x ${names}", 'x ["a","b"]'),
        ("$ {port} $", "$ {port} $"),
        ("", ""),
    ],
)
def test_resolves(text: str, value: object) -> None:
    assert resolve(text, Scope(RESULTS, 1)) == value


@pytest.mark.parametrize(
    "text", ["${", "${}", "${a", "${a.}", "${1a}", "${a b}", "${a.[}", "${a..b}", "${length(a)}"]
)
def test_what_is_no_reference_is_said(text: str) -> None:
    with pytest.raises(BadReference):
        parse(text)


@pytest.mark.parametrize("text", ["${later.Id}", "${vpc.Vpc.Nothing}", "${vpc.Vpc.Nothing} in a text"])
def test_what_has_no_value_is_said(text: str) -> None:
    with pytest.raises(Unresolved):
        resolve(text, Scope(RESULTS))


def test_index_outside_of_a_repetition_is_said() -> None:
    for text in ("${index}", "${number}", "${names[index]}"):
        with pytest.raises(Unresolved, match="repeated"):
            resolve(text, Scope(RESULTS))


def test_nulls_where_they_are_allowed() -> None:
    assert resolve({"a": "${vpc.Nothing}"}, Scope(RESULTS), nulls=True) == {"a": None}


def test_binding_leaves_what_is_not_known_yet() -> None:
    value = {"Id": "${later[index].Id}", "Name": "${names[index]} of ${later.Id}", "Port": "${port}"}
    assert bind(value, Scope(RESULTS, 1)) == {"Id": "${later[1].Id}", "Name": "b of ${later.Id}", "Port": 80}


@given(st.text(alphabet="${}'a.x[]| ", max_size=12), st.text(alphabet="${}'a ", max_size=8))
def test_no_value_becomes_a_reference(value: str, tail: str) -> None:
    program = "${word}${later.Id}" + escape(tail)
    bound = bind(program, Scope({"word": value}))
    assert resolve(bound, Scope({"later": {"Id": "L"}})) == f"{value}L{tail}"
    assert resolve(bind("${word}", Scope({"word": value})), Scope({})) == value


@given(
    st.lists(st.one_of(st.text(alphabet="$${}'a", min_size=1, max_size=5), st.just(Reference("a", "b[0]"))))
)
def test_written_templates_are_read_back(parts: list[str | Reference]) -> None:
    read = parse(write(parts))
    joined: list[str | Reference] = []
    for part in parts or [""]:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    assert list(read) == joined


def test_references_are_found_wherever_they_are() -> None:
    value = {"a": ["x ${vm[0].Id} ${names}"], "b": {"c": "${vpc}"}, "d": "$${no}"}
    assert [str(found) for found in references(value)] == ["${vm[0].Id}", "${names}", "${vpc}"]


@pytest.mark.parametrize("path", ["vm[0].Id", "names | length(@)", "vpc"])
def test_references_are_written_as_they_were_read(path: str) -> None:
    text = "${" + path + "}"
    assert write(parse(text)) == text


@pytest.mark.parametrize("value", [3, 'it\'s `quoted` "twice" \\', ["a", 1], True, "' || `true` || '"])
def test_values_in_expressions_are_literals(value: object) -> None:
    scope = Scope({"wanted": value})  # type: ignore[dict-item]
    assert search(fill("X == ${wanted}", scope), {"X": value}) is True  # type: ignore[dict-item]
    assert search(fill("X == ${wanted}", scope), {"X": "other"}) is False


def test_what_cannot_be_evaluated_is_said() -> None:
    with pytest.raises(BadReference, match="cannot be evaluated"):
        search("length(@)", 3)
