"""Regular expressions that strangers write into programs: only such as cannot run for ever.

Python's engine tries all ways to match, which are exponentially many where a repetition holds another
repetition or alternatives. Knows nothing of programs.
"""

import re
from typing import Any, Final

_LONGEST: Final = 1000
"""Characters of a text that is matched, and of a pattern."""
_MOST_UNBOUNDED: Final = 3
"""Repetitions beside each other cost a power of the text's length each."""


class Untamed(ValueError):
    """The pattern is no regular expression, or one that may take for ever; one sentence."""


def tame(pattern: str) -> "re.Pattern[str]":
    """The pattern, compiled.

    Raises:
        Untamed: As said there.
    """
    if len(pattern) > _LONGEST:
        raise Untamed(f"the pattern is longer than {_LONGEST} characters")
    try:
        compiled = re.compile(pattern)
        parsed: Any = re._parser.parse(pattern)  # type: ignore[attr-defined]
        count = _repeats(parsed, inside=False)
    except (re.error, OverflowError, RecursionError) as problem:
        raise Untamed(f"the pattern {pattern} is not a regular expression: {problem}") from problem
    if count > _MOST_UNBOUNDED:
        raise Untamed(f"the pattern {pattern} has more than {_MOST_UNBOUNDED} unbounded repetitions")
    return compiled


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches; a text of more than 1,000 characters never does.

    Raises:
        Untamed: As `tame`.
    """
    return len(text) <= _LONGEST and tame(pattern).fullmatch(text) is not None


def _repeats(parsed: Any, inside: bool) -> int:
    """Unbounded repetitions (more than 100 counts as one), none of them within another repetition."""
    found = 0
    for code, given in parsed:
        name = str(code)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = given
            if inside and least != most:
                raise Untamed("a repetition in the pattern holds another one, which may take for ever")
            found += int(most) > 100
            found += _repeats(body, inside or int(most) > 1)
        elif name == "BRANCH":
            if inside:
                raise Untamed("a repetition in the pattern holds alternatives, which may take for ever")
            found += sum(_repeats(branch, inside) for branch in given[1])
        elif name == "SUBPATTERN":
            found += _repeats(given[-1], inside)
        elif name not in ("LITERAL", "NOT_LITERAL", "IN", "ANY", "AT", "RANGE", "CATEGORY"):
            raise Untamed("the pattern looks around or back, which may take for ever")
    return found
