"""Why a trial failed, in a word."""

import pytest

from skywright_bench.fighters import Came
from skywright_bench.oracles.intents import Intent
from skywright_bench.trial import cause_of

MISSED, BESIDES = "a disk is still there", "not asked for: new network"


@pytest.mark.parametrize(
    ("status", "kind", "problems", "cause"),
    [
        ("failed", "rows", [], ""),
        ("succeeded", "rows", [MISSED], "wrong outcome"),
        ("succeeded", "rows", [MISSED, BESIDES], "wrong outcome"),
        ("succeeded", "rows", [BESIDES], "collateral"),
        ("succeeded", "answer", [MISSED], "wrong answer"),
        ("succeeded", "answer", [MISSED, BESIDES], "collateral"),
        ("needs_input", "rows", [MISSED], "asked"),
        ("timed out", "answer", [MISSED], "timed out"),
    ],
)
def test_the_cause(status: str, kind: str, problems: list[str], cause: str) -> None:
    assert cause_of(Came(status), Intent({"kind": kind}), problems) == cause
