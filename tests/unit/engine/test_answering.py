"""What an answer to a question means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywright.engine.answering import choice, named, questions_of, rows_of, settled
from skywright.errors import Usage
from skywright.model.advice import Question

WHICH = Question(
    "vm",
    "Which one?",
    ("i-0aaa", "i-0bbb", "all of them"),
    ("web-1, running, 10.0.0.4, us-east-1a", "web-1, stopped, 10.0.0.9, us-east-1b"),
)
NAME = Question("name", "What should it be called?")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("i-0bbb", "i-0bbb"),
        (" I-0BBB ", "i-0bbb"),
        ("2", "i-0bbb"),
        ("#1", "i-0aaa"),
        ("1.", "i-0aaa"),
        ("the second one", "i-0bbb"),
        ("the last", "all of them"),
        ("the stopped one", "i-0bbb"),
        ("the one in us-east-1a", "i-0aaa"),
        ("10.0.0.9", "i-0bbb"),
        ("All of Them", "all of them"),
        ("db-9", "db-9"),  # perhaps something else is meant; whoever asked will know
    ],
)
def test_a_choice_by_number_name_or_description(said: str, meant: str) -> None:
    assert choice(WHICH, said) == meant


@pytest.mark.parametrize("said", ["0", "4", "", "   ", "web-1", "x" * 1001])
def test_what_can_be_no_answer_or_several_is_said_in_a_sentence(said: str) -> None:
    with pytest.raises(Usage) as wrong:
        choice(WHICH, said)
    assert "vm" in str(wrong.value) and "\n" not in str(wrong.value)


def test_a_choice_that_is_a_number_is_meant_before_its_place() -> None:
    assert choice(Question("port", "Which?", ("443", "1")), "1") == "1"


def test_a_number_is_a_value_where_there_are_no_choices() -> None:
    assert choice(Question("disk_size", "How large?"), "2") == "2"


def test_free_words_answer_the_only_question() -> None:
    assert named(["the", "stopped", "one"], [WHICH], "r-1") == {"vm": "the stopped one"}
    assert named(["vm=2"], [WHICH], "r-1") == {"vm": "2"}
    assert named(["owner=team-a"], [Question("tags", "Which tag?")], "r-1") == {"tags": "owner=team-a"}


def test_with_several_questions_it_has_to_be_said_which_is_meant() -> None:
    with pytest.raises(Usage, match="asks for name, vm; say which 'x' is"):
        named(["x"], [WHICH, NAME], "r-1")
    assert named(["vm=1", "name=x=y"], [WHICH, NAME], "r-1") == {"vm": "1", "name": "x=y"}
    with pytest.raises(Usage, match="did not ask for 'size'"):
        named(["size=1", "vm=1"], [WHICH, NAME], "r-1")


def test_one_wrong_answer_takes_none_of_the_others() -> None:
    with pytest.raises(Usage, match="none of the 3 choices"):
        settled({"name": "x", "vm": "7"}, [WHICH, NAME], "r-1")


def test_questions_are_kept_whole_and_those_of_before_are_read() -> None:
    assert questions_of({"questions": rows_of([WHICH, NAME])}) == (WHICH, NAME)
    assert questions_of({"questions": [["vm", "Which?", ["a", "b"]]]}) == (
        Question("vm", "Which?", ("a", "b")),
    )


@given(st.text(max_size=80))
def test_any_text_is_a_choice_a_value_or_one_sentence(said: str) -> None:
    try:
        assert choice(WHICH, said) in (*WHICH.choices, " ".join(said.split()))
    except Usage as wrong:
        assert str(wrong)
