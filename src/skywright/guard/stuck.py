"""Noticing that trying again leads nowhere. Knows what failed, not how to do better."""

import re
from dataclasses import dataclass, field
from typing import Final

# What differs between two sightings of one error: identifiers, times, counts.
_VARYING: Final = re.compile(r"\b[0-9a-f]{8,}\b|\d+")


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to try again, and why or why not."""

    again: bool
    why: str


@dataclass(slots=True)
class Attempts:
    """The attempts made so far at one thing.

    Attributes:
        limit: how many attempts there may be.
        same: how often one error may be seen before it is taken to be permanent.
    """

    limit: int
    same: int = 2
    made: int = 0
    _seen: dict[str, int] = field(default_factory=dict[str, int])

    def observe(self, ok: bool, error: str) -> Advice:
        """Count an attempt and say whether another has a chance."""
        self.made += 1
        if ok:
            return Advice(False, "it is done")
        kind = _VARYING.sub("#", error.strip().lower())
        self._seen[kind] = self._seen.get(kind, 0) + 1
        if self._seen[kind] >= self.same:
            return Advice(False, "the same error came again, so trying once more would not help")
        if self.made >= self.limit:
            return Advice(False, f"that was the last of {self.limit} attempts")
        return Advice(True, f"attempt {self.made + 1} of {self.limit}")
