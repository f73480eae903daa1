"""The time of one world. Owns how the gym's time runs; knows nothing of clouds.

A machine that needs ten seconds to boot needs them by this clock, so that a test can wait for them
in a hundredth of a second, and a fork goes on at the very moment at which it was made.
"""

import time
from datetime import UTC, datetime


class Clock:
    """Time that never goes backwards and can run faster than the wall's.

    Pickling keeps the moment and the scale. Time that passes between pickling and unpickling counts
    at the wall's own pace: machines of a gym that was down over night have booted in the morning.
    """

    __slots__ = ("_epoch_seconds", "_monotonic_seconds", "_scale")

    def __init__(self, scale: float = 1.0, epoch_seconds: float | None = None) -> None:
        """Start at a moment, by default now, and run `scale` times as fast as the wall's (0: stand still)."""
        self._epoch_seconds = time.time() if epoch_seconds is None else epoch_seconds
        self._monotonic_seconds = time.monotonic()
        self._scale = _checked(scale)

    @property
    def scale(self) -> float:
        return self._scale

    def now(self) -> float:
        """Seconds since the epoch, in this world."""
        return self._epoch_seconds + (time.monotonic() - self._monotonic_seconds) * self._scale

    def utc(self) -> datetime:
        """`now`, as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.now(), UTC)

    def advance(self, seconds: float) -> None:
        """Let `seconds` (not negative) of this world's time pass at once."""
        if seconds < 0:
            raise ValueError("a world's time cannot go backwards")
        self._anchor(self.now() + seconds)

    def run_at(self, scale: float) -> None:
        """Go on from the present moment at another pace."""
        self._anchor(self.now())
        self._scale = _checked(scale)

    def _anchor(self, epoch_seconds: float) -> None:
        self._epoch_seconds = epoch_seconds
        self._monotonic_seconds = time.monotonic()

    def __getstate__(self) -> dict[str, float]:
        return {"now": self.now(), "wall": time.time(), "scale": self._scale}

    def __setstate__(self, state: dict[str, float]) -> None:
        asleep_seconds = max(0.0, time.time() - state["wall"]) if state["scale"] else 0.0
        self._scale = state["scale"]
        self._anchor(state["now"] + asleep_seconds)


def _checked(scale: float) -> float:
    if not 0 <= scale < float("inf"):
        raise ValueError("the scale of a world's time is a number from 0 upwards")
    return scale
