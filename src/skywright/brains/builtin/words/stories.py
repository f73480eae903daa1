"""What is told around a request: what went before it, what it is done ahead of, and what is conceded.

Owns cutting these from the sentence that asks, so that their words are not taken for a part of it. Its
words are data (`vocabulary/stories.yaml`). Must not know recipes, nor look at any cloud.
"""

from collections.abc import Collection, Sequence

from skywright.brains.builtin.words.clauses import clauses
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.sentences import tells
from skywright.brains.builtin.words.tokens import Token, spoken
from skywright.brains.builtin.words.vocabulary import pattern, words

_FILE = "stories"
_CUTS = frozenset({",", "-", ":"})
_NAMES = frozenset({"name", "id", "quoted"})
_FACTS = frozenset({"type", "place", "pair", "cidr", "mapping", "arn", "path"})


def apart(sentence: list[Token], lexicon: Lexicon) -> list[list[Token]]:
    """`web-1 eats images like crisps, can we have …`: the story and what asks, as sentences of their own."""
    for at, token in enumerate(sentence):
        before, after = sentence[:at], sentence[at + 1 :]
        if token.word not in _CUTS or token.fixed or not _opens(after, lexicon):
            continue
        if _is_story(before, lexicon):
            return [before, after]
    return [sentence]


def _opens(after: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether what follows begins to ask: `can you …`, `so restart …`."""
    follows = after[0].word in words("hence") if after else False
    verb = len(after) > 1 and after[1].kind == "word" and after[1].word in lexicon.verbs
    return bool(pattern("opens", _FILE).match(spoken(after))) or (follows and verb)


def _is_story(clause: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether it only tells something: a statement without a wish, a figure or a place in it."""
    if tells(clause, lexicon):
        return True
    text = spoken(clause)
    head = next((token.word for token in clause if token.word not in words("polite")), "")
    if len(clause) < 4 or not pattern("statement", _FILE).search(text):
        return False
    if pattern("says_no", _FILE).search(text) or pattern("own_wish", _FILE).search(text):
        return False
    if pattern("bound", _FILE).match(text) or head in lexicon.verbs:
        return False
    measured = any(number.unit in ("gb", "core", "iops") for number in quantities(clause))
    return not measured and not any(token.kind in _FACTS for token in clause)


def without_run_up(sentence: list[Token], known: Collection[str]) -> list[Token]:
    """`before I resize anything on web-1 show me its disks`: of what comes later only the names stay."""
    at = 0
    kept: list[Token] = []
    spans = [match.span() for match in pattern("run_up", _FILE).finditer(spoken(sentence))]
    for token in sentence:
        inside = any(first <= at < last for first, last in spans)
        if not inside or token.kind in _NAMES or token.text.lower() in known:
            kept.append(token)
        at += len("§" if token.fixed else token.word) + 1
    return kept


def without_concessions(sentences: list[list[Token]]) -> list[list[Token]]:
    """Without `stopping it first is fine`, which asks for nothing; unless nothing else was said."""
    left: list[list[Token]] = []
    for sentence in sentences:
        conceded = [c for c in clauses(sentence) if pattern("concedes", _FILE).search(spoken(c))]
        dropped = [token for clause in conceded for token in clause]
        left.append([token for token in sentence if not any(token is other for other in dropped)])
    kept = [sentence for sentence in left if any(token.kind != "mark" for token in sentence)]
    return kept or sentences
