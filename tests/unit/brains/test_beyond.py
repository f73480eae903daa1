"""What asks for more than the library does is not done by halves: it is asked whether that was all."""

import pytest

from skywright.brains.builtin import library
from skywright.brains.builtin.intents.taught import phrasings
from skywright.brains.builtin.rewording import beyond, near
from skywright.brains.builtin.words import lexicon
from skywright.model.advice import Beyond, Plan, Unclear

WORDS = lexicon.load()
MORE = "launch 2 machines and join them to our Windows domain"


def test_what_was_learnt_is_of_the_requests_that_are_there() -> None:
    assert beyond.WEIGHTS.read_text("utf-8").splitlines()[0] == near.source(), "run `make learn`"


def test_every_request_is_of_an_intent_or_beyond_and_none_is_both() -> None:
    intents = {recipe.intent for recipe in library.load()}
    assert {request.task for request in near.requests()} == intents | {near.BEYOND}
    met = {row.text.lower() for row in phrasings() if row.intent not in ("nothing", "outside")}
    met |= {request.text.lower() for request in near.requests() if request.task != near.BEYOND}
    out = [request.text for request in near.requests() if request.task == near.BEYOND]
    assert [text for text in out if text.lower() in met] == []


@pytest.mark.parametrize(
    "words",
    [
        MORE,
        "take a snapshot of web-1 each night at two and keep the last seven",
        "stop all machines that have no team tag",
        "create 3 machines, one for each zone",
        "let web-1 through to db-1 on 5432 and nobody else",
        "connect the network of web-1 with the one in Frankfurt",
        "hang a second network card on web-1",
        "which would be cheaper for web-1, spot or reserved",
        "copy web-1 over to Ohio",
        "our servers want a folder that they can all write to",
    ],
)
def test_what_is_only_near_to_a_recipe_changes_nothing(accounts, words: str) -> None:
    assert words.lower() not in {request.text.lower() for request in near.requests()}
    assert accounts.of_machines("web-1", "web-2", "db-1").changes(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "restart web-1",
        "take a snapshot of web-1",
        "stop web-1 and web-2",
        "create 3 machines",
        "open port 5432 on db-1 for 10.0.0.0/8",
        "turn web-1 into a spot machine",
        "make web-1 twice as big",
        "put the tag team=red on web-1",
    ],
)
def test_what_a_recipe_does_is_planned_without_a_question(accounts, words: str) -> None:
    assert isinstance(accounts.of_machines("web-1", "web-2", "db-1").understand(words), Plan)


def test_who_says_that_it_is_all_gets_it_and_who_says_no_gets_nothing(accounts) -> None:
    there = accounts.of_machines("web-1", "web-2", "db-1")
    asked = there.understand(MORE)
    assert isinstance(asked, Unclear)
    (question,) = asked.questions
    assert question.id == beyond.ONLY and "2 ×" in question.text
    assert isinstance(there.understand(MORE, only="yes"), Plan)
    assert isinstance(there.understand(MORE, only="no"), Beyond)


@pytest.mark.parametrize("text", ["", " ", "?!", "\0", "🚀" * 50, "a" * 5000, "web-1 " * 500])
def test_whatever_is_said_there_is_a_probability(text: str) -> None:
    assert 0.0 <= beyond.asks_more(text, ["stop-machines"], WORDS) <= 1.0
