"""What the words as a whole ask for: the sentences that ask, without those that chat.

Owns the order of reading, nonsense, other languages, purposes and places. Must not know recipes, nor look
at any cloud.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from skywright.brains.base import Context, NoProgram
from skywright.brains.builtin.refusals import Outside, Unable, Unasked
from skywright.brains.builtin.words.concepts import UNSUPPORTED
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.idle import idle
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.likelihood import Likelihood
from skywright.brains.builtin.words.mending import mend
from skywright.brains.builtin.words.negation import wanted
from skywright.brains.builtin.words.ordering import Standing, learns, orders, standing
from skywright.brains.builtin.words.quantities import is_number
from skywright.brains.builtin.words.reader import read
from skywright.brains.builtin.words.reference import with_targets
from skywright.brains.builtin.words.sentences import (
    only_asks,
    said_again,
    sentences_of,
    states,
    tells,
    unanswerable,
    without_afterword,
    without_chat,
    without_conditions,
    without_reasons,
    without_urging,
    wonders,
)
from skywright.brains.builtin.words.settings import plain_settings
from skywright.brains.builtin.words.stories import apart, without_concessions, without_run_up
from skywright.brains.builtin.words.tokens import Token, clean, spoken, tokenise
from skywright.brains.builtin.words.vocabulary import pattern, words
from skywright.model.advice import Beyond, Question

EXAMPLES = (
    "create machines behind a load balancer",
    "attach a disk to a machine",
    "tell which machines there are and their state",
)


@dataclass(frozen=True, slots=True)
class Sense:
    """What was said, once it is clear that something is asked for.

    Attributes:
        region: the one that was named; empty if none was.
        question: if a place was named that is no region.
        excluded: words that stood after `except`, `but not` and the like.
        only_asks: every sentence is a question about how things are, none a request, however polite.
        beside: the concepts of all sentences that are no questions, where one is; None if none is.
        conditional: something is to be done only if something else is so.
        standing: whether a change is ordered at all, and now.
        likely: the probability of each intent.
    """

    facts: Facts
    region: str
    question: Question | None = None
    excluded: tuple[Token, ...] = ()
    only_asks: bool = False
    beside: frozenset[str] | None = None
    conditional: bool = False
    standing: Standing = field(default_factory=Standing)
    likely: Mapping[str, float] = field(default_factory=dict[str, float])


def sense(
    said: str, context: Context, lexicon: Lexicon, names: Sequence[str], likely: Likelihood
) -> Sense | Beyond:
    """Read the words; a plain no if there is nothing in them to act on."""
    if not re.search(r"\w", said):
        return Unable("The request is empty; say what you want done.", EXAMPLES)
    if _is_foreign(said):
        return Unable("I read English only; please say it in English.", EXAMPLES)
    tokens = mend(plain_settings(tokenise(clean(said))), names, lexicon)
    sure = likely.harmless and likely.sure
    told_apart = _told_apart(tokens, names, lexicon)
    sentences = [said for said in told_apart if not unanswerable(said)]
    if not sentences:
        return Unasked("I can tell how things are, not who did what nor what a word means.", EXAMPLES)
    kept = [sentence for sentence in sentences if not wonders(sentence)]
    if not kept and sure:
        kept = sentences
    asked = [sentence for sentence in kept if not learns(sentence, lexicon)]
    kept = asked if asked or not sure else kept
    if not kept:
        danger = pattern("dangerous").search(spoken(tokens))
        nearest = ("tell what depends on what",) if danger else EXAMPLES
        return Unasked(
            (
                "That asks how, or what if, and I only act: nothing was done. Say what "
                "you want done, or ask what is there."
            ),
            nearest,
        )
    asking = [s for s, after in pairwise([*kept, []]) if not tells(s, lexicon) or said_again(after)]
    kept = asking if asking or not sure else kept
    if not kept:
        return Unasked(
            "That tells what was done or decided and asks for nothing, so nothing was done.", EXAMPLES
        )
    kept = with_targets(without_chat(kept, names, lexicon, likely.about), told_apart, names, lexicon)
    beside = _beside_questions(kept, lexicon)
    asks = beside is not None and all(only_asks(s) or states(s, lexicon) for s in kept)
    stands = standing(kept, lexicon)
    asked_for = kept
    unconditional = [without_conditions(without_reasons(sentence, names)) for sentence in kept]
    kept = [sentence for sentence, _ in unconditional]
    pairs = [(s, []) if only_asks(s) else wanted(s, lexicon) for s in kept]
    excluded = tuple(token for _, dropped in pairs for token in dropped)
    stop = Token(".", ".", "mark", 0, 0)
    left = [token for sentence, _ in pairs for token in (*sentence, stop)]
    meant = _sensed(left, excluded, context, lexicon, likely)
    if isinstance(meant, Beyond):
        return meant
    conditional = any(
        condition and (orders(said, lexicon) or pattern("begins_condition", "ordering").match(spoken(said)))
        for said, (_, condition) in zip(asked_for, unconditional, strict=True)
    )
    return replace(meant, only_asks=asks, beside=beside, conditional=conditional, standing=stands)


def _beside_questions(sentences: Sequence[list[Token]], lexicon: Lexicon) -> frozenset[str] | None:
    """The concepts of the sentences that are no questions; None if no sentence is one."""
    others = [sentence for sentence in sentences if not only_asks(sentence)]
    if len(others) == len(sentences):
        return None
    return frozenset(concept for said in others for mark in lexicon.marks(said) for concept in mark.concepts)


def _told_apart(tokens: list[Token], names: Sequence[str], lexicon: Lexicon) -> list[list[Token]]:
    """The sentences, without what is only told around a request."""
    known = {name.lower() for name in names}
    said = without_urging(sentences_of(tokens))
    whole = [without_run_up(without_afterword(sentence), known) for sentence in said]
    return without_concessions([piece for sentence in whole for piece in apart(sentence, lexicon)])


def _sensed(
    said: list[Token], excluded: tuple[Token, ...], context: Context, lexicon: Lexicon, likely: Likelihood
) -> Sense | Beyond:
    facts = read(said, lexicon, context.cloud.regions)
    facts = replace(facts, marks=tuple(mark for mark in facts.marks if not idle(facts, mark)))
    if not facts.marks and not facts.types and not facts.ids and (excluded or not likely.sure):
        if excluded:
            return Unasked("That says only what not to do, so nothing was done.", EXAMPLES)
        return NoProgram("I could not find anything in this request that I know how to do.", EXAMPLES)
    outside = [mark for mark in facts.marks if mark.concepts & UNSUPPORTED]
    if outside and not likely.surely_here:
        return Outside(
            (
                f"I have no program for '{outside[0].words}': I know machines, disks, networks "
                f"and load balancers."
            ),
            EXAMPLES,
        )
    region, question = _place(facts, context)
    return Sense(facts, region, question, excluded, likely=likely.whole)


def part(
    tokens: Sequence[Token], whole: Sense, context: Context, lexicon: Lexicon, likely: Likelihood
) -> Sense | Beyond:
    """The same for a part of a request that was read already; its place is its own, or else the whole's."""
    meant = _sensed(list(tokens), whole.excluded, context, lexicon, likely)
    if isinstance(meant, Sense):
        meant = replace(meant, beside=whole.beside, conditional=whole.conditional, standing=whole.standing)
    if isinstance(meant, Sense) and not meant.region and meant.question is None:
        return replace(meant, region=whole.region, question=whole.question)
    return meant


def _is_foreign(text: str) -> bool:
    """Whether it is written in other letters, or in more words of other languages than of English."""
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(1 for letter in letters if ord(letter) > 0x24F) > len(letters) / 2:
        return True
    said = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", re.sub(r'"[^"]*"', "", text.lower()))
    foreign = sum(1 for word in said if word in words("foreign") - words("english"))
    return foreign >= 2 and foreign > sum(1 for word in said if word in words("english"))


def _place(facts: Facts, context: Context) -> tuple[str, Question | None]:
    answer = context.answers.get("region", "").strip()
    if answer in context.cloud.regions:
        return answer, None
    found = sorted(facts.places, key=lambda place: not place.placed)
    if not found:
        return "", _unknown_place(facts)
    certain = {place.region for place in found if place.region}
    if len(certain) == 1 and not any(re.search(r"\d", place.said) for place in found if not place.region):
        return certain.pop(), None  # a city that has no region is then only talk
    place = found[0]
    others = {other.region for other in found if other.placed == place.placed}
    if place.region and len(others) > 1:
        return "", Question(
            "region", "Several places are named. Which region should it be?", tuple(sorted(others - {""}))
        )
    if place.region:
        return place.region, None
    about = (
        "covers several regions"
        if place.said in {"europe", "asia", "the eu", "middle east"}
        else "is no region of the cloud"
    )
    return "", Question("region", f"'{place.said}' {about}. Which region should it be?", place.choices)


def _unknown_place(facts: Facts) -> Question | None:
    """`in the Atlantis region`, `region mars-1`: a place that nobody has heard of."""
    said = re.search(
        (
            r"\b(?:in|to|on|region) (?:the )?([a-z§][\w-]*(?: \w+)?) region\b|\bregion:? (?:called |named "
            r"|= ?)?([a-z]+-[\w-]+)"
        ),
        " ".join(token.word for token in facts.tokens),
    )
    word = (said[1] or said[2]) if said else ""
    if not word or set(word.split()) & words("no_place"):
        return None
    return Question("region", f"There is no region '{word}'. Which region should it be?")


def unheard_of(facts: Facts, lexicon: Lexicon) -> str:
    """The word after `in` that nobody knows: most likely a place, and none of the cloud's."""
    if facts.places:
        return ""
    told = words("whereabouts")  # `my nephew is on vacation in Floripa` says where somebody is
    for at, (before, token) in enumerate(pairwise(facts.tokens)):
        if (
            before.word in {"in", "near"}
            and not (at and facts.tokens[at - 1].word in told)
            and token.kind == "word"
            and not token.fixed
            and token.word.isalpha()
            and len(token.word) > 3
            and token.text[:1].isupper()
            and token.word not in lexicon.known
            and token.text[:1].lower() + token.text[1:] not in lexicon.known
            and not is_number(token.word)
            and token.text not in facts.names
            and not token.word.endswith(("ing", "ly"))
        ):
            return token.text
    return ""
