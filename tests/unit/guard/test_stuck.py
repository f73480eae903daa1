"""Whether to try again depends on what was learnt."""

import pytest

from skywright.guard.stuck import Attempts


def test_what_passes_is_waited_for_ever_longer_up_to_the_limit() -> None:
    attempts = Attempts(limit=3)
    first, second, third = (
        attempts.observe(False, "no room (InsufficientInstanceCapacity)") for _ in range(3)
    )
    assert (first.again, second.again, third.again) == (True, True, False)
    assert second.pause_seconds > first.pause_seconds


@pytest.mark.parametrize("code", ["InvalidGroup.Duplicate", "SkywrightRefused", "VcpuLimitExceeded"])
def test_what_stays_ends_it_at_once(code: str) -> None:
    assert not Attempts(limit=3).observe(False, f"no ({code})").again


def test_what_is_not_known_ends_it_when_it_comes_twice() -> None:
    attempts = Attempts(limit=5)
    assert attempts.observe(False, "i-0123456789abcdef0 is strange (Odd)").again
    assert not attempts.observe(False, "i-0fedcba9876543210 is strange (Odd)").again
