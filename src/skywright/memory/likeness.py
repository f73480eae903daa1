"""What is remembered that comes near to some words, though it need not be the same request.

Words are compared as in the search of the documentation: by their stems, also with what the API says instead,
and a rare one tells more than a usual one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Final

from skywright.clouds.aws.docs.words import instead, terms
from skywright.errors import Malformed
from skywright.memory.entry import Kept
from skywright.memory.generalise import program_of
from skywright.memory.words import read

_VALUES: Final = re.compile("<[^>]*>")


def nearest(text: str, found: Sequence[Kept], most: int = 20) -> list[Kept]:
    """Those that have something in common with the text, the nearest first."""
    said = _said(text)
    wanted = said | frozenset(instead(said))
    pages = [_said(kept.entry.request) | _operations(kept) for kept in found]
    often = Counter(term for page in pages for term in page)
    scores = [sum(log(1 + len(pages) / often[term]) for term in page & wanted) for page in pages]
    order = sorted((at for at, score in enumerate(scores) if score > 0), key=lambda at: (-scores[at], at))
    return [found[at] for at in order[:most]]


def share(text: str, kept: Kept) -> float:
    """How much of what the text says an entry's request says, too: 0 to 1."""
    said = _said(text)
    return len(said & _said(kept.entry.request)) / len(said) if said else 0.0


def _said(words: str) -> frozenset[str]:
    """The stems of what is said, names and numbers apart."""
    return frozenset(terms(_VALUES.sub(" ", read(words).shape)))


def _operations(kept: Kept) -> frozenset[str]:
    try:
        steps = program_of(kept.entry).steps
    except Malformed:
        return frozenset()
    return frozenset(term for step in steps if step.operation for term in terms(step.operation.name))
