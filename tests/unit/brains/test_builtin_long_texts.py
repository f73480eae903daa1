"""However long a text is and whatever it is made of, it is read in a time that grows with its length."""

from time import process_time

import pytest

from skywright.brains.builtin.words.tokens import clean, tokenise


def seconds(text: str) -> float:
    """The least of several times, so that what else the machine does is left out."""
    times: list[float] = []
    for _ in range(3):
        before = process_time()
        tokenise(clean(text))
        times.append(process_time() - before)
    return min(times)


@pytest.mark.parametrize("piece", ["--a", "a-", "a.", "a1-", "1,", "a/b=", "x1:"])
def test_four_times_the_text_takes_no_sixteen_times_as_long(piece: str) -> None:
    short, long = piece * 400, piece * 1600
    assert seconds(long) < 8 * seconds(short)


def test_bounds_leave_what_people_write_alone() -> None:
    said = "u-24tb1.112xlarge m7i-flex.large 1,000,000 GB a.very/long-key.of_a.tag=yes"
    kinds = [(token.kind, token.text) for token in tokenise(clean(said))]
    assert kinds == [
        ("type", "u-24tb1.112xlarge"),
        ("type", "m7i-flex.large"),
        ("number", "1000000"),
        ("word", "GB"),
        ("pair", "a.very/long-key.of_a.tag=yes"),
    ]
