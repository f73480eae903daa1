"""The vocabulary: which words carry which concepts.

Owns the files in `vocabulary/`; knows nothing of recipes, nor of any cloud. Everything here is
lexical: there is no model, and a word that is not in the files has no meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from skywright.brains.builtin.words.places import place_words
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import FOLDER, file, words

_PARTICLES = frozenset({"on", "off", "up", "down", "out", "back"})
_AFTER_PARTICLE = frozenset(
    {"and", "again", "please", "now", "in", "for", "then", "so", "asap", "too", "immediately", "pls"}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of tokens, first to before last, that carries these concepts."""

    first: int
    last: int
    concepts: frozenset[str]
    words: str


@dataclass(frozen=True)
class Lexicon:
    """The vocabulary as loaded: phrases (tuples of words) to concepts, and the words that are merely
    known.

    Attributes:
        spelled: everyday words that look like typing errors of ours and are none.
    """

    phrases: Mapping[tuple[str, ...], frozenset[str]]
    verbs: frozenset[str]
    nouns: frozenset[str]
    common: frozenset[str]
    spelled: frozenset[str] = frozenset()

    @cached_property
    def longest(self) -> int:
        return max(len(phrase) for phrase in self.phrases)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every single word that has a meaning here, alone or in a phrase."""
        return frozenset(word for phrase in self.phrases for word in phrase)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word that has a meaning, or that is so common that it is nobody's name."""
        return self.words | self.common

    @cached_property
    def targets(self) -> list[str]:
        """What a typing error may be mended to: only words long enough to be recognised."""
        places = {word for word in place_words() if len(word) > 5}
        return sorted(
            word for word in self.words | places | words("naming") if len(word) > 3 and word.isalpha()
        )

    def marks(self, tokens: list[Token]) -> list[Mark]:
        """The meaningful stretches of the tokens: the longest at each place, and split verbs (`turn it
        on`)."""
        spread = _spread(tokens)
        found: list[Mark] = []
        at = 0
        while at < len(spread):
            mark = self._longest_at(spread, at) or self._split_verb(spread, at)
            if mark is None:
                at += 1
                continue
            index = [position for _, position in spread]
            found.append(Mark(index[mark.first], index[mark.last - 1] + 1, mark.concepts, mark.words))
            if mark.last - mark.first != mark.words.count(" ") + 1:
                particle = self._particle(spread, at)
                spread[particle or at] = ("\0", spread[particle or at][1])  # said already
            at = mark.last if mark.last - mark.first == mark.words.count(" ") + 1 else at + 1
        return found

    def _longest_at(self, spread: list[tuple[str, int]], at: int) -> Mark | None:
        for length in range(min(self.longest, len(spread) - at), 0, -1):
            phrase = tuple(word for word, _ in spread[at : at + length])
            concepts = self.phrases.get(phrase)
            if concepts is not None:
                if length == 1 and self._particle(spread, at) is not None:
                    return None
                return Mark(at, at + length, concepts, " ".join(phrase))
        return None

    def _split_verb(self, spread: list[tuple[str, int]], at: int) -> Mark | None:
        particle = self._particle(spread, at)
        if particle is None:
            return None
        phrase = (spread[at][0], spread[particle][0])
        return Mark(at, at + 1, self.phrases[phrase], " ".join(phrase))

    def _particle(self, spread: list[tuple[str, int]], at: int) -> int | None:
        """Where the other half of a verb such as `turn … on` stands, if there is one."""
        word = spread[at][0]
        if word not in self.verbs:
            return None
        for place in range(at + 2, min(at + 12, len(spread))):
            here = spread[place][0]
            if here in ".;!?" or (here in self.verbs and here not in _PARTICLES and here not in self.nouns):
                return None
            if here in _PARTICLES and (word, here) in self.phrases:
                after = spread[place + 1][0] if place + 1 < len(spread) else "."
                if after in _AFTER_PARTICLE or not after[0].isalnum():
                    return place
        return None


def _spread(tokens: list[Token]) -> list[tuple[str, int]]:
    """(word, token's place) of every word; a token that is no word holds its place as itself."""
    spread: list[tuple[str, int]] = []
    for place, token in enumerate(tokens):
        if token.fixed or token.kind not in ("word", "number", "mark", "cidr"):
            spread.append(("\0", place))
            continue
        spread.extend((word, place) for word in token.word.split(" "))
    return spread


def load() -> Lexicon:
    """Read the vocabulary from its files."""
    raw = file("lexicon")
    phrases: dict[tuple[str, ...], set[str]] = {}
    verbs: set[str] = set()
    nouns: set[str] = set()
    for section, grow in (("verbs", verb_forms), ("nouns", noun_forms), ("phrases", lambda text: [text])):
        for concept, entries in raw[section].items():
            for entry in entries:
                for form in grow(str(entry).lower()):
                    phrases.setdefault(tuple(form.replace("-", " ").split()), set()).add(concept)
                    phrases.setdefault(tuple(form.split()), set()).add(concept)
                    if section == "verbs":
                        verbs.add(form.split()[0])
                    if section == "nouns":
                        nouns.add(form.split()[-1])
    common = (FOLDER / "common.txt").read_text("utf-8").split() + sorted(place_words())
    return Lexicon(
        {phrase: frozenset(concepts) for phrase, concepts in phrases.items()},
        frozenset(verbs),
        frozenset(nouns),
        frozenset(common),
        frozenset((FOLDER / "spelled.txt").read_text("utf-8").split()),
    )


def verb_forms(phrase: str) -> list[str]:
    """`spin up`: spins up, spinning up, spinned up; good enough for reading, never used for writing."""
    head, *rest = phrase.split()
    if "'" in head or head in {"can", "could", "may", "would", "what", "which", "how", "we"}:
        return [phrase]
    stem = head[:-1] if head.endswith("e") and not head.endswith("ee") else head
    doubled = stem + stem[-1]
    forms = [head, head + "s", head + "es", stem + "ing", stem + "ed", doubled + "ing", doubled + "ed"]
    if head.endswith("y"):
        forms += [head[:-1] + "ies", head[:-1] + "ied"]
    past: Mapping[str, str] = file("lexicon")["past"]
    forms += [past[head]] if head in past else []
    return [" ".join([form, *rest]) for form in forms]


def noun_forms(phrase: str) -> list[str]:
    """The singular and the plural."""
    forms = [phrase, phrase + "s"]
    if phrase.endswith("y"):
        forms.append(phrase[:-1] + "ies")
    if phrase.endswith(("x", "s", "ch")):
        forms.append(phrase + "es")
    return forms
