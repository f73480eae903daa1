"""Which step failed, and by what, as the errors of attempts tell it."""

import pytest

from skywright.engine.adapt import failed


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (
            "step vm[1]: An error occurred (InsufficientInstanceCapacity) when calling the RunInstances "
            "operation (reached max retries: 2): no room",
            ("vm", "InsufficientInstanceCapacity"),
        ),
        ("step check: it did not happen in time", ("check", "TimedOut")),
        ("step check: TimeoutError: x == `1` did not become true within 20 s", ("check", "TimedOut")),
        ("step up: Waiter InstanceRunning failed: Max attempts exceeded", ("up", "TimedOut")),
        ("step vm: it ended with status 1", None),
        ("it did not end within 900 s and was stopped", None),
        ("", None),
    ],
)
def test_the_step_and_the_code(error: str, found: tuple[str, str] | None) -> None:
    assert failed(error) == found
