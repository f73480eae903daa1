"""The judge of histories: hand-made bad ones are caught, each for what it is, and good ones are not."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywright.state.history import Access, Fault, faults


def history(*words: str) -> list[Access]:
    """Accesses one after the other: `A.w(x)` is a change of x by run A, fenced by the order of first
    appearance.
    """
    runs: list[str] = []
    found: list[Access] = []
    for place, word in enumerate(words):
        run, does, resource = word[0], word[2], word[4:-1]
        if run not in runs:
            runs.append(run)
        at = 10 * place
        found.append(Access(run, resource, does == "w", at, at + 5, "by hand", runs.index(run) + 1))
    return found


def names(accesses: Sequence[Access]) -> set[Fault]:
    return {one.fault for one in faults(accesses)}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("A.r(x) B.r(x) B.w(x) A.w(x)", Fault.LOST_UPDATE),
        ("A.r(x) B.w(x) A.w(x)", Fault.LOST_UPDATE),
        ("A.w(x) B.w(x) A.w(x)", Fault.INTERLEAVED),
        ("A.w(x) B.r(x) A.w(x)", Fault.INTERLEAVED),
        ("A.r(x) B.w(x) A.r(x)", Fault.UNREPEATABLE),
        ("A.w(x) B.w(x) B.w(y) A.w(y)", Fault.CYCLE),
        ("A.r(x) B.r(y) A.w(y) B.w(x)", Fault.CYCLE),
        ("A.w(x) B.r(x) B.w(y) C.r(y) C.w(z) A.r(z)", Fault.CYCLE),
        ("A.r(x) B.w(x) B.w(y) A.r(y)", Fault.CYCLE),
    ],
)
def test_a_bad_history_is_caught(words: str, fault: Fault) -> None:
    assert fault in names(history(*words.split()))


@pytest.mark.parametrize(
    "words",
    [
        "A.r(x) A.w(x) B.r(x) B.w(x)",
        "A.r(x) B.r(x) C.r(x)",
        "A.w(x) B.w(y) A.w(z) B.w(u)",
        "A.w(x) B.r(x) A.w(y) B.r(y)",
        "A.w(x) B.w(x) A.w(y) C.w(y)",
    ],
)
def test_a_good_history_is_not(words: str) -> None:
    assert faults(history(*words.split())) == ()


def test_changes_at_the_same_time_are_caught() -> None:
    one = Access("A", "x", True, 1, 4, "", 1)
    assert names([one, Access("B", "x", True, 3, 6, "", 2)]) == {Fault.OVERLAP}
    assert names([one, Access("B", "x", False, 3, 3, "")]) == {Fault.OVERLAP}
    assert names([one, Access("A", "x", True, 3, 6, "", 1)]) == set()
    assert names([one, Access("B", "x", True, 4, 6, "", 2)]) == set()


def test_a_change_by_who_had_lost_his_lease_is_caught() -> None:
    accesses = [Access("A", "x", True, 1, 2, "", 7), Access("B", "x", True, 3, 4, "", 5)]
    assert names(accesses) == {Fault.STALE}
    assert names([Access("A", "x", True, 1, 2, "")]) == {Fault.UNLEASED}


def test_who_is_to_blame_and_where_is_told() -> None:
    found = faults(history("A.r(x)", "B.w(x)", "A.w(x)"))[-1]
    assert (found.runs, found.resources) == (("A", "B"), ("x",))
    assert found.says == (
        "run A reads x (by hand, record 0) then run B changes x (by hand, record 10)"
        " then run A changes x (by hand, record 20)"
    )


ACCESSES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.booleans()), min_size=1, max_size=9
)


@given(ACCESSES)
def test_it_agrees_with_trying_every_order(rows: list[tuple[str, str, bool]]) -> None:
    made = [
        Access(run, resource, writes, 10 * place, 10 * place + 5, "", ord(run))
        for place, (run, resource, writes) in enumerate(rows)
    ]
    circular = names(made) - {Fault.STALE}
    assert bool(circular) is not _some_order_fits(made)


def _some_order_fits(made: Sequence[Access]) -> bool:
    """By definition: is there an order of the runs in which every two conflicting accesses are as they
    were?
    """
    pairs = [
        (one.run, other.run)
        for one, other in itertools.combinations(made, 2)
        if one.run != other.run and one.resource == other.resource and (one.writes or other.writes)
    ]
    return any(
        all(order.index(one) < order.index(other) for one, other in pairs)
        for order in itertools.permutations({one.run for one in made})
    )
