"""What contradicts what is there, or itself, is doubted, and the next likeliest is told."""

import pytest

from skywright.brains.builtin.refusals import NotNow, Unplaced
from skywright.brains.builtin.rewording import second
from skywright.brains.builtin.rewording.doubting import existing, readings
from skywright.brains.builtin.rewording.reader import Values
from skywright.brains.builtin.rewording.second import Retold, may_count
from skywright.brains.builtin.words import lexicon
from skywright.model.advice import Plan
from skywright.model.program import Program

WORDS = lexicon.load()
STORY = "we open on Thursday and the guests want to see it all and so do I by the way, so make one more box"


@pytest.mark.parametrize(
    ("named", "odds", "kept"),
    [
        (["oi", "web-1"], 0.6, ["web-1"]),
        (["oi", "web-1"], 0.9, ["oi", "web-1"]),
        (["oi"], 0.6, ["front"]),
        ([], 0.6, ["front"]),
    ],
)
def test_a_doubtful_name_of_nothing_gives_way_to_what_is_there(
    named: list[str], odds: float, kept: list[str]
) -> None:
    said = Values({"vm": named}, {"oi": odds, "front": 0.1}, odds={("vm", "oi"): odds})
    assert existing(said, {"web-1", "front"}).all("vm") == kept


def test_of_two_names_that_were_passed_over_none_is_chosen() -> None:
    said = Values({}, {"web-1": 0.1, "front": 0.1})
    assert existing(said, {"web-1", "front"}) is said


def test_readings_are_what_was_said_then_each_thing_once_then_with_a_word_more() -> None:
    places = {("place", "Paris"): 0.6, ("place", "Tokyo"): 0.95}
    said = Values(
        {"place": ["Paris", "Tokyo"]}, odds=places, spare={("gb", "eighty"): 0.3, ("vm", "the"): 0.1}
    )
    first, once, more = readings(said)
    assert first is said
    assert once.said == {"place": ["Tokyo"]}
    assert more.said == {"place": ["Tokyo"], "gb": ["eighty"]}


def test_of_two_sure_sizes_none_is_left_out() -> None:
    assert [one.all("size") for one in readings(Values({"size": ["t3.small", "t3.large"]}))] == [
        ["t3.small", "t3.large"]
    ]


def test_machines_that_exist_are_not_made_but_put_behind_the_load_balancer() -> None:
    likely = {"machines-behind-a-load-balancer": 0.55, "load-balancer-for-existing-machines": 0.45}
    said = "NEW LB MAIL-LB PORT 25 IN FRONT OF MX01 MX02"
    again = second.retold(said, likely, 1.0, ["mx01", "mx02"], WORDS)
    assert again is not None and again.intent == "load-balancer-for-existing-machines"
    assert again.likely == pytest.approx(1.0)
    new = second.retold("put web-7 and web-8 behind a new lb", likely, 1.0, ["mx01"], WORDS)
    assert new is None or new.intent == "machines-behind-a-load-balancer"


def test_what_can_not_be_told_is_followed_only_by_what_changes_nothing() -> None:
    said = "a rundown of the storage hanging off db_main"
    told = second.retold(said, {"attach-a-disk": 0.5, "disks-of-machines": 0.5}, 1.0, ["db_main"], WORDS)
    assert told is not None and told.intent == "disks-of-machines"
    assert second.retold(said, {"attach-a-disk": 0.5, "stop-machines": 0.5}, 1.0, ["db_main"], WORDS) is None


@pytest.mark.parametrize(
    ("said", "asks", "counts"),
    [(STORY, 0.95, True), (STORY, 0.8, False), ("make one on Friday", 0.95, False)],
)
def test_a_time_in_a_story_puts_off_nothing(said: str, asks: float, counts: bool) -> None:
    again = Retold("Create a new machine.", "create-machines", 0.6, {}, said)
    assert may_count(again, NotNow("at another time"), asks) is counts


def test_what_a_machine_is_called_has_a_place() -> None:
    again = Retold('Set an alarm on the CPU of "spot" above 40 %.', "set-an-alarm", 0.99, {})
    assert may_count(again, Unplaced("what is said of 'spot'", (), "spot"), 1.0)
    assert not may_count(again, Unplaced("what is said of 'network'", (), "network"), 1.0)


def test_a_figure_that_has_no_place_in_what_would_be_told_is_no_question() -> None:
    rules = Plan(Program("state of machines", ()), "")
    assert may_count(Retold('Alarm on "a" above 90 %.', "set-an-alarm", 0.7, {}), rules, 0.9)
    assert not may_count(Retold('Alarm on "a".', "set-an-alarm", 0.7, {}), rules, 0.9)
