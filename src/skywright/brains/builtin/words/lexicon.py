"""The vocabulary: which words carry which concepts, and the mending of typing errors against it.

Owns the files in `vocabulary/`; knows nothing of recipes, nor of any cloud. Everything here is
lexical: there is no model, and a word that is not in the files has no meaning.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from skywright.brains.builtin.words.places import place_words
from skywright.brains.builtin.words.quantities import is_number, is_unit, number_words
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import FOLDER, file, words

TAKING = frozenset({"delete", "detach", "stop", "restart", "close", "disable", "deregister", "untag"})
"""What takes something away, for good or for a while."""
_NEGATED = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|wo|ca|must|should|would|could|need)nt")
"""`isn't` and its like, with or without the apostrophe: no typing error of anything."""
_PARTICLES = frozenset({"on", "off", "up", "down", "out", "back"})
_LINKS = frozenset({"it", "them", "is", "be", ":", "=", "as"})
_JOINTS = frozenset({",", "and", "&"})
_AFTER_NAMES = frozenset({"and", "in", "on", "with", "behind", "at", "for", "please", "of", "all"})
_BALANCERS = frozenset({"lb", "alb", "nlb", "elb"})
_BEFORE_BALANCER = frozenset({"new", "the", "a", "an", "my", "our", "this", "that"})
_BEFORE_COUNTED = frozenset(
    {"new", "fresh", "more", "extra", "additional", "other", "hundred", "thousand", "and"}
)
"""What stands between a number and what it counts."""
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

    def mend(self, tokens: list[Token], names: Iterable[str]) -> list[Token]:
        """The tokens with typing errors mended.

        Names, what follows `named`, quoted text, and words of digits or hyphens are left alone.
        """
        kept = {name.lower() for name in names}
        mended: list[Token] = []
        listing = False
        for at, token in enumerate(tokens):
            token = _unquoted(token) if token.word not in kept else token
            previous = mended[-1].word if mended else ""
            after = tokens[at + 1].word if at + 1 < len(tokens) else ""
            named = _is_given(mended) or (listing and _is_listed(token, previous, after))
            if not named and token.word not in kept and _in_scare_quotes(token, previous, self.known):
                token = replace(token, word=token.text, kind="word", fixed=False)
            listing = named or (listing and bool({token.word, previous} & _JOINTS))
            token = self._split_hyphens(token) if token.word not in kept and not named else token
            if token.kind == "word" and token.word not in kept and not named and not token.fixed:
                listed = bool({previous, after} & {",", "and", "&"})
                token = replace(
                    token, word=self._number(token.word, after) or self._mended(token.word, listed)
                )
            mended.append(token)
        return mended

    def _split_hyphens(self, token: Token) -> Token:
        """`load-balancer` is two words of ours, `web-1` is a name."""
        if token.kind != "name" or token.fixed:
            return token
        if token.word in self.words or is_number(token.word):
            return replace(token, kind="word")
        parts = token.word.replace("-", " ").split()
        if parts[-1] in _BALANCERS and len(parts) == 2 and parts[0] not in _BEFORE_BALANCER:
            return token  # `front-lb` is a name though both are words
        known = all(part in self.words or part in self.common for part in parts)
        if known and "-" in token.word and len(parts) > 1 and any(part in self.words for part in parts):
            joined = " ".join(parts)
            if tuple(parts) in self.phrases or all(len(part) > 1 and not part.isdigit() for part in parts):
                return replace(token, word=joined, kind="word")
        return token

    def _number(self, word: str, after: str) -> str:
        """`thre vms`: a number mistyped before what can be counted; empty if it is none."""
        counted = after in self.nouns or after in _BEFORE_COUNTED or is_unit(after) or is_number(after)
        if not counted or len(word) < 4 or word in self.words or word in self.common or is_number(word):
            return ""
        found = process.extractOne(
            word, number_words(), scorer=OSA.distance, score_cutoff=1 + (len(word) > 7)
        )
        return str(found[0]) if found and str(found[0])[0] == word[0] else ""

    def _mended(self, word: str, listed: bool) -> str:
        """The word without its typing error; in a list, where names stand, only letters may have slipped."""
        plain = word.replace("'", "")
        if _NEGATED.fullmatch(plain):
            return word
        if len(plain) < 4 or word in self.words or word in self.common or plain in self.common:
            return word
        if not plain.isalpha() or plain in self.spelled or _inflected(plain, self.common):
            return word
        allowed = 1 if len(plain) < 8 else 2
        found = process.extract(plain, self.targets, scorer=OSA.distance, score_cutoff=allowed, limit=5)
        if not found:
            return word
        # Of words equally near, the one of which a letter was left out.
        best = min(found, key=lambda hit: (hit[1], not _lacks_one(plain, str(hit[0]))))[0]
        if best in self.verbs and not self._surely(plain, best):
            return word
        if best in words("naming") and not _slipped(plain, best):
            return word
        if listed and sorted(plain) != sorted(best) and (len(plain) < 6 or not _slipped(plain, best)):
            return word
        # A word that begins differently is seldom the same word mistyped.
        swapped = best[:2] == plain[1::-1]
        return best if best[0] == plain[0] or swapped or len(plain) > 6 else word

    def _surely(self, typed: str, verb: str) -> bool:
        """Whether a verb may be read into a typing error, so that nothing is done in error.

        A short verb, and one that takes something away, is read only where letters changed places or
        one is missing; another letter makes another word of it (`deps`, `dels`; `clone`, `close`).
        """
        slipped = _slipped(typed, verb)
        if self.phrases.get((verb,), frozenset()) & TAKING:
            return slipped and len(verb) > 5
        return slipped or len(verb) > 5

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


def _is_given(before: list[Token]) -> bool:
    """Whether what comes next is a name: `named …`, `call it …`."""
    naming, said = words("naming"), [token.word for token in before[-2:]]
    return said[-1:] != [] and (said[-1] in naming or (said[0] in naming and said[-1] in _LINKS))


def _is_listed(token: Token, before: str, after: str) -> bool:
    """`named api, web-server and load-balancer`: another name, not `and load-balance them`."""
    return token.kind == "name" and before in _JOINTS and (not after.isalnum() or after in _AFTER_NAMES)


def _spread(tokens: list[Token]) -> list[tuple[str, int]]:
    """(word, token's place) of every word; a token that is no word holds its place as itself."""
    spread: list[tuple[str, int]] = []
    for place, token in enumerate(tokens):
        if token.fixed or token.kind not in ("word", "number", "mark", "cidr"):
            spread.append(("\0", place))
            continue
        spread.extend((word, place) for word in token.word.split(" "))
    return spread


def _unquoted(token: Token) -> Token:
    """`from 'standard' to 'spot'`: quoted kinds of price are words all the same."""
    if token.kind == "quoted" and token.text.lower() in ("spot", "standard", "regular", "on-demand"):
        return replace(token, word=token.text.lower(), kind="word", fixed=False)
    return token


def _in_scare_quotes(token: Token, before: str, known: frozenset[str]) -> bool:
    """`a "proper cluster"`: several plain words behind an article, which are nobody's name."""
    parts = token.text.lower().split()
    return (
        token.kind == "quoted"
        and before in {"a", "an", "the", "those", "these", "some", "my", "our", "so-called"}
        and len(parts) > 1
        and token.text == token.text.lower()
        and all(part in known for part in parts)
    )


def _slipped(typed: str, word: str) -> bool:
    """Whether letters changed places, or one is missing or stands twice, which no other word is likely to look like."""
    doubled = any(typed == word[:place] + letter + word[place:] for place, letter in enumerate(word))
    return sorted(typed) == sorted(word) or _lacks_one(typed, word) or doubled


def _lacks_one(typed: str, word: str) -> bool:
    return any(typed == word[:place] + word[place + 1 :] for place in range(len(word)))


def _inflected(word: str, known: frozenset[str]) -> bool:
    """Whether it is a plain English form of a known word, and so no typing error."""
    endings = ("s", "es", "ed", "ing", "ly", "er", "est", "y")
    if word.endswith("ed") and word[:-1] in known:
        return True  # `shared`; but `calld` is a typing error
    return any(word.endswith(ending) and word[: -len(ending)] in known for ending in endings)


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
