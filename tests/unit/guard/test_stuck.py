"""Whether to try again depends on what was learnt."""

import pytest

from skywright.guard.stuck import Attempts, Watch


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


def test_the_same_that_failed_again_leads_nowhere() -> None:
    watch = Watch()
    assert not watch.observe("aws ec2 x", "it failed", "")
    assert "the same was tried again" in watch.observe("aws  ec2 x\n", "it failed otherwise", "")


def test_two_that_take_turns_lead_nowhere() -> None:
    watch = Watch()
    said = [watch.observe(action, f"error {action}", action) for action in "abab"]
    assert said[:3] == ["", "", ""] and "take turns" in said[3]


def test_one_error_for_ever_leads_nowhere_whatever_is_done() -> None:
    watch = Watch(same=3)
    said = [watch.observe(str(step), f"no i-{step:017x} (Odd)", str(step)) for step in range(3)]
    assert said[:2] == ["", ""] and "the same error came 3 times" in said[2]


def test_no_further_state_leads_nowhere() -> None:
    watch = Watch(still=4)
    said = [watch.observe(word, f"{word} failed", "vpc made") for word in ("one", "two", "three", "four")]
    assert not any(said[:3]) and "came no further" in said[3]


def test_progress_is_no_standstill() -> None:
    watch = Watch(still=2)
    assert not any(watch.observe(word, f"{word} failed", word) for word in ("one", "two", "three"))
    assert not watch.observe("four", "", "four") and not watch.observe("five", "three failed", "three")
