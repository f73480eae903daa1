"""An attempt made again for as long as that can help."""

from collections.abc import Callable

from skywright.engine.parts import Parts
from skywright.guard.stuck import Attempts
from skywright.modalities.base import Attempt


def until_it_helps_no_more(
    parts: Parts, once: Callable[[], Attempt], adapt: Callable[[Attempt], bool] = lambda _: False
) -> Attempt:
    """Make attempts until one succeeds or what was learnt says that another is no use; gives the last one.

    Args:
        adapt: does something about a failure, and says whether it did; then attempts are counted anew.
    """
    attempts = Attempts(limit=parts.retries + 1)
    while True:
        attempt = once()
        if attempt.ok:
            return attempt
        if adapt(attempt):
            attempts = Attempts(limit=parts.retries + 1)
            continue
        advice = attempts.observe(attempt.ok, attempt.error)
        if not advice.again:
            parts.progress.say(f"{attempt.error}; {advice.why}")
            return attempt
        parts.progress.say(f"{attempt.error}; trying again in {advice.pause_seconds:g} s: {advice.why}")
        parts.pause(advice.pause_seconds)
