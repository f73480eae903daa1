"""Values of parameters as they are typed: of the right type, of a parameter that there is, each once."""

import pytest

from skywright.errors import Usage
from skywright.model.program import Parameter, Program
from skywright.program.given import with_given

PROGRAM = Program(
    "machines",
    (),
    parameters=(
        Parameter("name", "string"),
        Parameter("count", "integer", 1),
        Parameter("share", "number"),
        Parameter("watched", "boolean", False),
        Parameter("names", "list"),
    ),
)


def test_each_is_read_by_its_type_and_the_others_keep_theirs() -> None:
    given = ["name=a=b: [c]", "share=2", "watched=true", "names=[web-1, 'web 2']"]
    values = with_given(PROGRAM, given).values()
    assert values == {
        "name": "a=b: [c]", "count": 1, "share": 2, "watched": True, "names": ["web-1", "web 2"],
    }  # fmt: skip
    assert with_given(PROGRAM, ()) == PROGRAM


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["name"], "NAME=VALUE"),
        (["size=3"], "no parameter 'size'; it has name, count"),
        (["count=many"], "is of type integer"),
        (["count=true"], "is of type integer"),
        (["count=1.5"], "is of type integer"),
        (["watched=1"], "is of type boolean"),
        (["names=web-1"], "is of type list"),
        (["names=[web-1"], "is of type list"),
        (["count=1", "count=2"], "given twice"),
    ],
)
def test_what_does_not_fit_is_one_sentence(given: list[str], says: str) -> None:
    with pytest.raises(Usage) as problem:
        with_given(PROGRAM, given)
    assert says in str(problem.value)


def test_a_program_without_parameters_says_so() -> None:
    with pytest.raises(Usage, match="it has none"):
        with_given(Program("empty", ()), ["a=b"])
