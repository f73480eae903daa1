"""What is asked for beside what an operation is: the figures by which one is told from another.

Owns the figures; how much each weighs was learnt (`bench.docs.learning`) from examples of services that
the measurement leaves out. Knows no operation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Final

from skywright.clouds.aws.docs.index import Entry
from skywright.clouds.aws.docs.learnt import Learnt
from skywright.clouds.aws.docs.words import instead, stem, terms

FIGURES: Final = (
    "near_run",
    "whole_run",
    "noun_said",
    "noun_meant",
    "said_in_name",
    "said_in_summary",
    "summary_said",
    "order",
    "verb",
    "later_verb",
    "verb_in_name",
    "service_said",
    "service_known",
    "length",
    "number",
    "noun_whole",
)
_MOST: Final = 40
"""So many words of a request are looked at."""
_MANY: Final = re.compile(r"[A-Za-z]+s\b")
_SUMMARY: Final = 10


@dataclass(frozen=True)
class Asked:
    """A request's words.

    Attributes:
        said: its stems in order, each once.
        rarity: how much each stem, and each that stands for one, tells.
        meant: what the API may say instead, by what stands for what.
        plural: the stems that were said in the plural.
    """

    said: tuple[str, ...]
    rarity: Mapping[str, float]
    meant: Mapping[str, str]
    plural: frozenset[str]

    @staticmethod
    def of(text: str, rarity: Callable[[str], float]) -> "Asked":
        said = tuple(dict.fromkeys(terms(text)))[:_MOST]
        meant = instead(said)
        plural = frozenset(stem(word.lower()) for word in _MANY.findall(text) if not word.endswith("ss"))
        return Asked(said, {term: rarity(term) for term in (*said, *meant)}, meant, plural)

    def weigh(self, stems: Sequence[str]) -> float:
        """How much these stems of the request tell."""
        return sum(self.rarity[term] for term in stems)


def figures(
    asked: Asked, entry: Entry, runs: tuple[float, float], rarity: Callable[[str], float], learnt: Learnt
) -> tuple[float, ...]:
    """The figures of an operation, in the order of `FIGURES`.

    Args:
        runs: how high it came in the search of names and summaries, and of everything (1: first, 0: not).
    """
    said = frozenset(asked.said)
    name = entry.name_terms or ("",)
    noun, summary = name[1:], tuple(dict.fromkeys(entry.summary_terms))[:_SUMMARY]
    all_said = asked.weigh(asked.said) or 1.0
    in_summary = frozenset(entry.summary_terms)
    pairs = set(pairwise(name))
    in_order = pairs & set(pairwise(asked.said))
    verb = asked.said[0] if asked.said else ""
    stands = () if verb in learnt.verbs else (other for other, of in asked.meant.items() if of == verb)
    agrees = float((entry.name.endswith("s")) == (name[-1] in asked.plural)) if name[-1] in said else 0.5
    return (
        *runs,
        _share(noun, lambda term: term in said, rarity),
        _share(noun, lambda term: term in asked.meant, rarity),
        asked.weigh([term for term in asked.said if term in name]) / all_said,
        asked.weigh([term for term in asked.said if term in in_summary]) / all_said,
        _share(summary, lambda term: term in said, rarity),
        len(in_order) / max(1, len(pairs)),
        max(learnt.verb(each, name[0]) for each in (verb, *stands)),
        max((learnt.verb(term, name[0]) for term in asked.said[1:6]), default=-8.0),
        float(verb in name),
        max((asked.rarity[term] for term in asked.said if term in entry.called), default=0.0),
        log(1 + learnt.known.get(entry.service, 0)),
        float(len(name)),
        agrees,
        float(bool(noun) and said.issuperset(noun)),
    )


def _share(terms: Sequence[str], has: Callable[[str], bool], rarity: Callable[[str], float]) -> float:
    whole = sum(map(rarity, terms))
    return sum(rarity(term) for term in terms if has(term)) / whole if whole else 0.0
