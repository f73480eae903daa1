"""Typing errors mended against the vocabulary; what is a name, and so is left as it was written.

Knows nothing of recipes, nor of any cloud. A word that takes something away is hardly ever read into an
error, so that nothing is done in error.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from skywright.brains.builtin.words.concepts import TAKING
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.quantities import is_number, is_unit, number_words
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words

_NEGATED = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|wo|ca|must|should|would|could|need)nt")
"""`isn't` and its like, with or without the apostrophe: no typing error of anything."""
_LINKS = frozenset({"it", "them", "is", "be", ":", "=", "as"})
_JOINTS = frozenset({",", "and", "&"})
_AFTER_NAMES = frozenset({"and", "in", "on", "with", "behind", "at", "for", "please", "of", "all"})
_BALANCERS = frozenset({"lb", "alb", "nlb", "elb"})
_BEFORE_BALANCER = frozenset({"new", "the", "a", "an", "my", "our", "this", "that"})
_BEFORE_COUNTED = frozenset(
    {"new", "fresh", "more", "extra", "additional", "other", "hundred", "thousand", "and"}
)
"""What stands between a number and what it counts."""


def mend(tokens: list[Token], names: Iterable[str], lexicon: Lexicon) -> list[Token]:
    """The tokens with typing errors mended.

    Names, what follows `named`, quoted text, and words of digits or hyphens are left alone.
    """
    kept = {name.lower() for name in names} | _siblings(tokens, lexicon)
    mended: list[Token] = []
    listing = False
    for at, token in enumerate(tokens):
        token = _unquoted(token) if token.word not in kept else token
        previous = mended[-1].word if mended else ""
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        named = _is_given(mended) or (listing and _is_listed(token, previous, after))
        if not named and token.word not in kept and _in_scare_quotes(token, previous, lexicon.known):
            token = replace(token, word=token.text, kind="word", fixed=False)
        listing = named or (listing and bool({token.word, previous} & _JOINTS))
        token = _split_hyphens(token, lexicon) if token.word not in kept and not named else token
        if token.kind == "word" and token.word not in kept and not named and not token.fixed:
            listed = bool({previous, after} & {",", "and", "&"})
            token = replace(
                token, word=_number(token.word, after, lexicon) or without_error(token.word, listed, lexicon)
            )
        mended.append(token)
    return _with_bare_names(_with_adjectives(mended, kept, lexicon), lexicon)


def _siblings(tokens: Iterable[Token], lexicon: Lexicon) -> set[str]:
    """`shop-front, shop-stock and shop-backup`: names that begin alike, whatever words they are made of."""
    parts = {token.word: token.word.split("-") for token in tokens if token.kind == "name"}
    heads = Counter(
        head for head, *rest in parts.values() if rest and (head, *rest) not in lexicon.phrases
    )
    return {word for word, (head, *rest) in parts.items() if rest and heads[head] > 1}


def _with_adjectives(tokens: list[Token], names: set[str], lexicon: Lexicon) -> list[Token]:
    """`our x-ray pictures`, `a so-called spot vm`: letters and a hyphen that only describe what follows."""
    found = list(tokens)
    for at in range(1, len(tokens) - 1):
        token, after = tokens[at], tokens[at + 1]
        if token.kind != "name" or token.word in names:
            continue
        described = after.kind == "word" and not after.fixed and after.word.isalpha()
        named = after.word in lexicon.verbs | lexicon.nouns | words("behind_names") | words("subjects")
        if (
            token.word.replace("-", "").isalpha()
            and "-" in token.word
            and tokens[at - 1].word in words("definite") | words("fresh")
            and described
            and (not named or (token.word.endswith(("ed", "ing")) and after.word in lexicon.words))
        ):
            found[at] = replace(token, kind="word")
    return found


def _with_bare_names(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """`spin up osprey`: a word that nobody knows, right behind the verb that makes it, is a name."""
    found = list(tokens)
    for mark in lexicon.marks(tokens):
        at = mark.last
        if mark.words not in words("making") or at >= len(found) or found[at].kind != "word":
            continue
        token = found[at]
        after = found[at + 1].word if at + 1 < len(found) else "."
        unknown = not token.fixed and token.word.isalpha() and token.word not in lexicon.known
        if unknown and not is_number(token.word) and after in words("behind_names"):
            found[at] = replace(token, kind="name")
    return found


def _split_hyphens(token: Token, lexicon: Lexicon) -> Token:
    """`load-balancer` is two words of ours, `web-1` is a name."""
    if token.kind != "name" or token.fixed:
        return token
    if token.word in lexicon.words or is_number(token.word):
        return replace(token, kind="word")
    swapped = sorted(token.word)
    if whole := next((word for word in lexicon.words if "-" in word and sorted(word) == swapped), ""):
        return replace(token, word=whole, kind="word")  # `on-demnad`
    parts = token.word.replace("-", " ").split()
    if parts[-1] in _BALANCERS and len(parts) == 2 and parts[0] not in _BEFORE_BALANCER:
        return token  # `front-lb` is a name though both are words
    known = all(part in lexicon.words or part in lexicon.common for part in parts)
    if known and "-" in token.word and len(parts) > 1 and any(part in lexicon.words for part in parts):
        joined = " ".join(parts)
        if tuple(parts) in lexicon.phrases or all(len(part) > 1 and not part.isdigit() for part in parts):
            return replace(token, word=joined, kind="word")
    return token


def _number(word: str, after: str, lexicon: Lexicon) -> str:
    """`thre vms`: a number mistyped before what can be counted; empty if it is none."""
    counted = after in lexicon.nouns or after in _BEFORE_COUNTED or is_unit(after) or is_number(after)
    if not counted or len(word) < 4 or word in lexicon.words or word in lexicon.common or is_number(word):
        return ""
    found = process.extractOne(word, number_words(), scorer=OSA.distance, score_cutoff=1 + (len(word) > 7))
    return str(found[0]) if found and str(found[0])[0] == word[0] else ""


def without_error(word: str, listed: bool, lexicon: Lexicon) -> str:
    """The word without its typing error; in a list, where names stand, only letters may have slipped."""
    plain = word.replace("'", "")
    if _NEGATED.fullmatch(plain):
        return word
    if len(plain) < 4 or word in lexicon.words or word in lexicon.common or plain in lexicon.common:
        return word
    if not plain.isalpha() or plain in lexicon.spelled or _inflected(plain, lexicon.common):
        return word
    allowed = 1 if len(plain) < 8 else 2
    found = process.extract(plain, lexicon.targets, scorer=OSA.distance, score_cutoff=allowed, limit=5)
    if not found:
        return word
    # Of words equally near, the one whose letters only changed places, or of which one was left out.
    best = min(found, key=lambda hit: (hit[1], not _slipped(plain, str(hit[0]))))[0]
    if best in lexicon.verbs and not _surely(plain, best, lexicon):
        return word
    if best in words("naming") and not _slipped(plain, best):
        return word
    if listed and sorted(plain) != sorted(best) and (len(plain) < 6 or not _slipped(plain, best)):
        return word
    # A word that begins differently is seldom the same word mistyped.
    swapped = best[:2] == plain[1::-1]
    return best if best[0] == plain[0] or swapped or len(plain) > 6 else word


def _surely(typed: str, verb: str, lexicon: Lexicon) -> bool:
    """Whether a verb may be read into a typing error, so that nothing is done in error.

    A short verb, and one that takes something away, is read only where letters changed places or
    one is missing; another letter makes another word of it (`deps`, `dels`; `clone`, `close`).
    """
    slipped = _slipped(typed, verb)
    if lexicon.phrases.get((verb,), frozenset()) & TAKING:
        return slipped and len(verb) > 5
    return slipped or len(verb) > 5


def _is_given(before: list[Token]) -> bool:
    """Whether what comes next is a name: `named …`, `call it …`."""
    naming, said = words("naming"), [token.word for token in before[-2:]]
    return said[-1:] != [] and (said[-1] in naming or (said[0] in naming and said[-1] in _LINKS))


def _is_listed(token: Token, before: str, after: str) -> bool:
    """`named api, web-server and load-balancer`: another name, not `and load-balance them`."""
    return token.kind == "name" and before in _JOINTS and (not after.isalnum() or after in _AFTER_NAMES)


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
    """Whether letters changed places, or one is missing or stands twice: no other word is likely like it."""
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
