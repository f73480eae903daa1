"""A word that was not understood never leads to harm: nothing is taken away by a guess."""

from pathlib import Path

import pytest
import yaml

from skywright.brains.builtin.strays import kept_to_named
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.tokens import tokenise
from skywright.brains.builtin.world import World
from skywright.model.advice import Plan


@pytest.mark.parametrize(
    "word", ["deps", "dels", "tops", "stoop", "store", "clone", "deplete", "shot", "killed"]
)
def test_no_word_is_mended_to_one_that_takes_away(word: str) -> None:
    (token,) = mend(tokenise(word), (), lexicon.load())
    assert token.word == word


def test_awkward_names_without_end_are_only_many() -> None:
    tokens = tokenise("named ;a in " * 1000)
    assert [token.text for token in tokens if token.kind == "quoted"] == [";a"] * 1000


@pytest.mark.parametrize(("typed", "meant"), [("craete", "create"), ("atach", "attach"), ("delte", "delete")])
def test_a_long_word_mistyped_is_still_mended(typed: str, meant: str) -> None:
    (token,) = mend(tokenise(typed), (), lexicon.load())
    assert token.word == meant


@pytest.mark.parametrize(
    "words", ["deps web-1", "trmplfx web-1 and delete", "delete the zorgle of web-1", "ec2 ls"]
)
def test_an_unknown_word_beside_what_takes_away_is_a_no(accounts, words: str) -> None:
    understood = accounts.of_machines("web-1").understand(words)
    if isinstance(understood, Plan):
        done = {str(step.operation) for step in understood.program.steps if step.operation}
        assert all(":Describe" in operation for operation in done), done


@pytest.mark.parametrize(
    "words",
    [
        "Our cat killed the mouse near web-1",
        "The server web-1 must not be deleted under any circumstances",
        "can web-1 restart by itself?",
        "stop thinking about web-1 and show me db-1",
        "nobody may ever stop db-1",
        "please ensure db-1 isn't stopped",
        "please ensure db-1 isnt stopped",
        "cancel the stop of web-1",
        "delete web-1? no, rather not",
        "Stop web-1. No wait, forget it, leave it running.",
        "terminate the meeting, then show db-1",
        "I wonder whether web-1 should be deleted",
        "web-1 was deleted, right?",
        "did db-1 stop",
        "Somehow the update killed db-1",
        "get rid of both teh web servres for good, keep db-1",
    ],
)
def test_nothing_is_taken_away_on_a_guess(accounts, words: str) -> None:
    understood = accounts.of_machines("web-1", "web-2", "db-1").understand(words)
    taking = ("Terminate", "Stop", "Reboot", "Delete", "Detach")
    steps = understood.program.steps if isinstance(understood, Plan) else ()
    assert [
        str(step.operation) for step in steps if step.operation and step.operation.name.startswith(taking)
    ] == []


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        ("We don't need web-1 any more. Please delete it", "ec2:TerminateInstances"),
        ("web-1 isn't used, terminate web-1", "ec2:TerminateInstances"),
        ("delete web-1 but keep web-2", "ec2:TerminateInstances"),
        ("web-2 doesn't respond, reboot it please", "ec2:RebootInstances"),
    ],
)
def test_a_no_that_is_only_the_reason_hinders_nothing(accounts, words: str, operation: str) -> None:
    understood = accounts.of_machines("web-1", "web-2", "db-1").understand(words)
    assert isinstance(understood, Plan), understood
    assert operation in [str(step.operation) for step in understood.program.steps if step.operation]


ORDERS = yaml.safe_load((Path(__file__).parent / "corpus" / "orders.yaml").read_text("utf-8"))


def changed(target, words: str) -> bool:
    """Whether it would be carried out and change something."""
    understood = target.understand(words)
    steps = understood.program.steps if isinstance(understood, Plan) else ()
    reads = ("Describe", "List", "Get")
    return any(step.operation and not step.operation.name.startswith(reads) for step in steps)


def test_nothing_is_changed_where_no_clause_orders_it_now(accounts) -> None:
    target = accounts.of_machines("web-1", "web-2", "db-1")
    assert [words for words in ORDERS["never"] if changed(target, words)] == []


def test_an_ordinary_order_is_carried_out_however_it_is_put(accounts) -> None:
    target = accounts.of_machines("web-1", "web-2", "db-1")
    assert [words for words in ORDERS["act"] if not changed(target, words)] == []


@pytest.mark.parametrize(
    "words",
    [
        "there is a kind of machine which they can take back any time, spot. can web-1 be that? please do",
        "they can be had cheaper any time of the day. turn web-1 into a spot machine",
        "web-1 ran all day, please stop it",
        "after all these servers of theirs failed: please restart web-1",
    ],
)
def test_no_machine_is_changed_beside_the_one_that_is_named(accounts, words: str) -> None:
    target = accounts.of_machines("web-1", "web-2", "db-1")
    understood = target.understand(words)
    if isinstance(understood, Plan):
        other = [row["InstanceId"] for name, row in target.use().machines().items() if name != "web-1"]
        assert not [id for id in other if id in str(understood.program.values())]


@pytest.mark.parametrize(
    "words",
    ["they said a stop is fine any time, so stop my machine", "it costs us all day, stop the machine"],
)
def test_all_day_and_any_time_are_no_word_for_all_machines(accounts, words: str) -> None:
    assert not accounts.of_machines("web-1", "web-2", "db-1").changes(words)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("stop web-1", False),
        ("stop web-1 and all others", True),
        ("stop web-1 and the db one", True),
        ("web-1 ran all day, stop", False),
        ("stop", True),
    ],
)
def test_a_plan_keeps_to_the_machines_that_are_named(accounts, words: str, kept: bool) -> None:
    target = accounts.of_machines("web-1", "web-2", "db-1")
    plan = target.plan("stop web-1 and db-1")
    understood = kept_to_named(plan, words, World(target.context()))
    assert (understood is plan) is kept


@pytest.mark.parametrize(
    "words",
    ["stop all web machines", "tag all dev servers with owner=alice", "restart the staging boxes"],
)
def test_who_speaks_of_machines_for_something_does_not_mean_all_others(accounts, words: str) -> None:
    assert accounts.of_machines("mailer", "db-1", "db-2").changes(words) == []
    assert accounts.of_machines("lone-1").changes(words) == []


def test_machines_for_something_are_found_wherever_they_are(accounts) -> None:
    there = accounts.new()
    there.launch("lone-1")
    ec2 = there.client("ec2", "us-west-2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    named = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "prod-1"}]}]
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=named)
    assert there.plan("stop all production servers").program.region == "us-west-2"
    assert there.plan("stop all prod machines").program.region == "us-west-2"


def test_where_as_many_are_named_as_were_counted_no_other_word_is_a_name(accounts) -> None:
    words = "They need 3 new machines in the same network: es-11, es-12 and es-13. I'm off to lie down."
    assert accounts.of_machines("web-1").plan(words).program.values()["names"] == ["es-11", "es-12", "es-13"]
