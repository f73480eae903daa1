"""What is taken back in the same breath, and what is told around an order."""

import pytest

from skywright.brains.builtin.words.corrections import corrected
from skywright.model.advice import Plan


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("three machines, no wait, four", "four machines"),
        ("in London, no sorry, in Madrid", "in Madrid"),
        ("a t3.micro, actually t3.large, please", "a t3.large, please"),
        ("a 20 GB disk for owl-1, I mean 30 GB", "a 30 GB disk for owl-1"),
        ("stop owl-1, sorry, owl-2", "stop owl-2"),
        ("a box called wren, no wait, finch", "a box called finch"),
        ("is owl-1 up? never mind, just show its disks", "show it's disks"),
        ("OPS-118: restart owl-1", "restart owl-1"),
        ("owl-1 should be up, it's down right now", "owl-1 should be up"),
    ],
)
def test_the_later_stands_in_the_place_of_the_earlier(said: str, meant: str) -> None:
    found = corrected(said).strip()
    assert found.replace("owl-1's", "it's") == meant


@pytest.mark.parametrize(
    "said",
    [
        "I need 3 machines, wait 5 minutes and tell me",
        "owl-1 is a t3.micro, make it t3.large",
        "delete owl-1? never mind",
        "restart owl-1, sorry for the trouble",
        "two machines, owl-1 and owl-2",
        "forward port 80, no, it listens on 8080",
    ],
)
def test_what_is_no_correction_stays_as_it_was_said(said: str) -> None:
    assert corrected(said) == said


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ("BUG-4711: monitoring is off on mailer. Please fix.", "turn on detailed monitoring"),
        ("Subject: help\nCould we get detailed monitoring on mailer, please?", "turn on detailed monitoring"),
        ("*Type*: Task\n*Summary*: create vm\n*Name*: magpie-5", "create machines"),
        ("two new servers comma names jay and rook period", "create machines"),
        ("web-1, is it running?", "state of machines"),
        ("mailer was shut down last month, we need it up again", "start machines"),
        ("how about restarting web-2?", "restart machines"),
        ("For our VPN papers I require the public address of mailer.", "addresses of machines"),
    ],
)
def test_what_is_around_an_order_is_read_past(account, said: str, does: str) -> None:
    assert account.plan(said).program.name == does


def test_ports_are_understood_as_they_are_said(target) -> None:
    plan = target.plan(
        "three new boxes named asp, boa and cobra behind a new lb. Outside eighty-eighty, inside 3000."
    )
    assert "8080" in plan.summary
    assert "3000" in plan.summary
    assert "asp, boa, cobra" in plan.summary


@pytest.mark.parametrize(
    "said",
    [
        "detailed monitoring for web-1? nah, too expensive",
        "restarting web-1 helped last time",
        "would it be ok to delete web-1?",
        "stop web-1. no wait, don't",
    ],
)
def test_what_was_taken_back_or_only_told_changes_nothing(account, said: str) -> None:
    understood = account.understand(said)
    assert not isinstance(understood, Plan)
