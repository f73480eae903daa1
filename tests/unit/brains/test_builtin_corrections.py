"""What is taken back in the same breath, and what is told around an order."""

import pytest

from skywright.brains.builtin.words.corrections import corrected


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
