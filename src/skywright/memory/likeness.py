"""What is remembered that comes near to some words, though it need not be the same request.

Two orders are fused by reciprocal ranks, as in the search of the documentation: by the words that requests
have in common, rare ones first, and by those that the operations of their programs are named with.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from math import log
from typing import Final

from skywright.clouds.aws.docs.words import instead, terms
from skywright.errors import Malformed
from skywright.memory.entry import Kept
from skywright.memory.generalise import program_of
from skywright.memory.words import read

_SMOOTHING: Final = 20
_VALUES: Final = re.compile("<[^>]*>")


def nearest(text: str, found: Sequence[Kept], most: int = 20) -> list[Kept]:
    """Those that have something in common with the text, the nearest first."""
    said = _said(text)
    meant = said | frozenset(instead(said))
    fused: Counter[int] = Counter()
    for order in (_order(said, found, _request), _order(meant, found, _operations)):
        for rank, at in enumerate(order):
            fused[at] += 1 / (_SMOOTHING + rank)  # type: ignore[assignment]
    return [found[at] for at, _ in sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))][:most]


def share(text: str, kept: Kept) -> float:
    """How much of what the text says an entry's request says, too: 0 to 1."""
    said = _said(text)
    return len(said & _request(kept)) / len(said) if said else 0.0


def _order(said: Collection[str], found: Sequence[Kept], of: Callable[[Kept], frozenset[str]]) -> list[int]:
    pages = [of(kept) for kept in found]
    often = Counter(term for page in pages for term in page)
    weight = {term: log(1 + len(pages) / often[term]) for term in said if term in often}
    scores = {at: sum(weight[term] for term in page & weight.keys()) for at, page in enumerate(pages)}
    return sorted((at for at, score in scores.items() if score > 0), key=lambda at: (-scores[at], at))


def _request(kept: Kept) -> frozenset[str]:
    return _said(kept.entry.request)


def _said(words: str) -> frozenset[str]:
    """The stems of what is said, names and numbers apart."""
    return frozenset(terms(_VALUES.sub(" ", read(words).shape)))


def _operations(kept: Kept) -> frozenset[str]:
    try:
        steps = program_of(kept.entry).steps
    except Malformed:
        return frozenset()
    return frozenset(term for step in steps if step.operation for term in terms(step.operation.name))
