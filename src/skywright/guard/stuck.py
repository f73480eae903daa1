"""Noticing that trying again leads nowhere. Knows what failed, not how to do better."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

# What differs between two sightings of one error: identifiers, times, counts.
_VARYING: Final = re.compile(r"\b[0-9a-f]{8,}\b|\d+")


_PASSES: Final = re.compile(
    r"Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|PriorRequestNotComplete|InsufficientInstanceCapacity"
    r"|InsufficientCapacity|Unavailable|InternalError|InternalFailure|ServerError|RequestTimeout|Timeout"
    r"|DependencyViolation|IncorrectState|IncorrectInstanceState|OperationInProgress|ResourceInUse"
    r"|Could not connect|Connection (?:was closed|reset)|OutcomeUnknown",
    re.I,
)
"""Codes and words of what goes away by itself, from the common errors of AWS's API references."""

_STAYS: Final = re.compile(
    r"SkywrightRefused|AccessDenied|Unauthorized|AuthFailure|SignatureDoesNotMatch|Validation|Malformed|Missing"
    r"|InvalidParameter|AlreadyExists|Duplicate|LimitExceeded|QuotaExceeded|OptInRequired|UnsupportedOperation",
)
"""Codes of what no repetition overcomes; looked at after the former, as `RequestLimitExceeded` passes."""

_FIRST_PAUSE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to try again, and why or why not; if so, after how long."""

    again: bool
    why: str
    pause_seconds: float = _FIRST_PAUSE_SECONDS


@dataclass(slots=True)
class Attempts:
    """The attempts made so far at one thing.

    Attributes:
        limit: how many attempts there may be.
        same: how often one error may be seen before it is taken to be permanent, if its code does not tell.
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
        passes = bool(_PASSES.search(error))
        if not passes and _STAYS.search(error):
            return Advice(False, "no repetition would help against that")
        kind = _VARYING.sub("#", error.strip().lower())
        self._seen[kind] = self._seen.get(kind, 0) + 1
        if self._seen[kind] >= self.same and not passes:
            return Advice(False, "the same error came again, so trying once more would not help")
        if self.made >= self.limit:
            return Advice(False, f"that was the last of {self.limit} attempts")
        pause = _FIRST_PAUSE_SECONDS * 2 ** (self.made - 1)
        return Advice(True, f"attempt {self.made + 1} of {self.limit}", pause)


@dataclass(slots=True)
class Watch:
    """Whether an agent gets anywhere, attempt by attempt.

    Attributes:
        same: how often one error may be seen before it counts as no progress.
        still: over how many failures the state may stay as it is.
    """

    same: int = 3
    still: int = 5
    _actions: list[str] = field(default_factory=list[str])
    _errors: list[str] = field(default_factory=list[str])
    _states: list[str] = field(default_factory=list[str])

    def observe(self, action: str, error: str, state: str) -> str:
        """Count an attempt; why it looks as if it led nowhere, or nothing.

        Args:
            action: what was done, as it was written.
            error: what came of it; empty if it succeeded.
            state: something that differs if what was reached does.
        """
        if not error:
            self._errors.clear()
            self._states.clear()
            self._actions.append(" ".join(action.split()))
            return ""
        self._actions.append(" ".join(action.split()))
        self._errors.append(_VARYING.sub("#", error.strip().lower()))
        self._states.append(state)
        if self._actions[-1] in self._actions[-2:-1]:
            return "the same was tried again, and it failed again"
        if self._actions[-4:-2] == self._actions[-2:] and len(self._actions) >= 4:
            return "two attempts take turns, and both fail"
        if _alike(self._errors, self.same):
            return f"the same error came {self.same} times"
        if _alike(self._states, self.still):
            return f"{self.still} attempts came no further than the one before them"
        return ""

    def forget(self) -> None:
        """Begin anew: somebody does it otherwise now."""
        self._actions.clear()
        self._errors.clear()
        self._states.clear()


def _alike(seen: Sequence[str], many: int) -> bool:
    return len(seen) >= many and len(set(seen[-many:])) == 1
