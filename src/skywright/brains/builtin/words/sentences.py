"""Sentences: which of them ask for something, which chat, wonder or explain.

Owns cutting a text into sentences and setting aside those that are no order.
"""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from skywright.brains.builtin.words.concepts import SPOKEN_OF
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.ordering import orders
from skywright.brains.builtin.words.places import places
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.reference import has_name, named
from skywright.brains.builtin.words.tokens import Token, spoken
from skywright.brains.builtin.words.vocabulary import pattern, table, words

_IDLE = frozenset(
    {"definite", "question", "new", "all", "public", "private", "show", "running", "keep", "attached"}
)
"""Concepts that alone make no request."""


def sentences_of(tokens: Sequence[Token]) -> list[list[Token]]:
    sentences: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "mark" and token.word in {".", "!", "?", ";"}:
            if token.word == "?":
                sentences[-1].append(token)
            sentences.append([])
        else:
            sentences[-1].append(token)
    return [sentence for sentence in sentences if sentence]


def wonders(sentence: Sequence[Token]) -> bool:
    """Whether it wants to learn, weighs or imagines, and so is no order."""
    return bool(pattern("wonders").match(spoken(sentence)))


def only_asks(sentence: Sequence[Token]) -> bool:
    """Whether it asks how things are; a polite request in the form of a question does not."""
    text = spoken(sentence)
    asks = pattern("asks_how_things_are").match(text) or pattern("ends_asking").search(text)
    return bool(asks) and not pattern("requests_politely").match(text)


def unanswerable(sentence: Sequence[Token]) -> bool:
    """Whether it asks what nobody here can know: who did something, or what a word means."""
    return bool(pattern("unanswerable").match(spoken(sentence)))


def said_again(sentence: Sequence[Token]) -> bool:
    """`do it`, `I want this for web-1`: whether it orders what was said before it."""
    return bool(pattern("as_said").search(spoken(sentence)))


def without_chat(
    sentences: list[list[Token]],
    names: Sequence[str],
    lexicon: Lexicon,
    about: Callable[[Sequence[Token]], bool],
) -> list[list[Token]]:
    """Only the sentences that ask for something or go on about it, if there is one that does.

    Args:
        about: whether a sentence by itself asks for what the whole asks for.
    """
    known = {name.lower() for name in names}
    machines = {int(number.value) for said in sentences for number in quantities(said) if not number.unit}
    asking = [sentence for sentence in sentences if _asks(sentence, lexicon)]
    asking += [
        said
        for said in sentences
        if said not in asking
        and about(said)
        and (not asking or (orders(said, lexicon) and said[0].word not in words("past_heads")))
    ]
    if not asking:
        return sentences
    first = next(at for at, said in enumerate(sentences) if said in asking or _is_count(said, lexicon))
    asking += [
        before for before, after in pairwise(sentences) if said_again(after)
    ]  # `every machine should have monitoring. Make it so.`
    topics = SPOKEN_OF | {"status", "running"}
    spoken_of = any(mark.concepts & topics for sentence in asking for mark in lexicon.marks(sentence))
    if not spoken_of and not any(named(sentence, known, lexicon) for sentence in asking):
        asking += [before for before, after in pairwise(sentences) if after in asking]  # `three boxes. go`
    return [
        sentence
        for place, sentence in enumerate(sentences)
        if sentence in asking
        or (place > first and (pattern("goes_on").match(spoken(sentence)) or _adds_facts(sentence, known)))
        or _is_list(sentence)
        or _is_count(sentence, lexicon)
        or _listed_words(sentence, lexicon) in machines
        or pattern("traffic").search(spoken(sentence))
    ]


def _asks(sentence: list[Token], lexicon: Lexicon) -> bool:
    text = spoken(sentence)
    means = [mark for mark in lexicon.marks(sentence) if mark.concepts - _IDLE]
    runs = any("running" in mark.concepts for mark in lexicon.marks(sentence)) and only_asks(sentence)
    if not means and not runs:
        return False
    head = next(
        (
            token.word.split(" ")[0]
            for token in sentence
            if token.kind == "word" and token.word not in words("polite")
        ),
        "",
    )
    verb = head in lexicon.verbs and head not in words("past_heads")
    return bool(pattern("wants").search(text)) or verb or head in words("question_heads")


def _adds_facts(sentence: list[Token], known: Collection[str]) -> bool:
    """`Somewhere in London would be ideal`: a place, a type or a setting that must not be passed over."""
    if sum(token.kind == "name" and token.text.lower() not in known for token in sentence) > 1:
        return True  # `The ones I mean are oak-1 and oak-2`
    sentence = _unexplained(sentence)  # `Tokyo, because that's where the customers are`
    hard = any(
        token.kind in ("type", "place", "pair", "cidr", "mapping", "arn", "path") for token in sentence
    )
    hard = hard or any(number.unit in ("gb", "core", "iops") for number in quantities(sentence))
    hard = hard or (len(sentence) <= 4 and any(token.word in table("disk_types") for token in sentence))
    hard = hard or bool(pattern("of_a_port").search(spoken(sentence)))
    return hard or any(place.placed or len(sentence) <= 4 for place in places(sentence, ()))


def _is_list(sentence: list[Token]) -> bool:
    """`3 x t3.micro`, `eu-west-1`, `names: anna, berta`: bare facts without a sentence around them."""
    label = " ".join(token.word for token in sentence[: 2 if sentence[0].word == "load" else 1])
    if len(sentence) > 2 and label in words("labels") and {":", "="} & {t.word for t in sentence[1:3]}:
        return True
    if len(sentence) == 1 and sentence[0].kind == "name":
        return True  # `A jump host in Virginia. jump-3.`
    return len(sentence) <= 4 and any(
        token.kind in ("number", "type", "place", "pair", "cidr") for token in sentence
    )


def _is_count(sentence: list[Token], lexicon: Lexicon) -> bool:
    """`Three instances: red-1, red-2, red-3`: so many machines, without a verb."""
    numbers = [number for number in quantities(sentence) if not number.unit and number.first < 2]
    machines = [mark for mark in lexicon.marks(sentence) if "vm" in mark.concepts and mark.first < 6]
    counted = bool(numbers and machines) and not pattern("finite", "ordering").search(spoken(sentence))
    return counted and not {"the", "of", "my", "our", "these", "those"} & {t.word for t in sentence[:4]}


def _listed_words(sentence: list[Token], lexicon: Lexicon) -> int:
    """How many names `oak, elm and ash` may be; none if it is no mere list of single words."""
    said = [token for token in sentence if token.word not in words("polite") - {"and"}]
    items = [token for token in said if token.word not in {",", "and", "&"}]
    single = all(token.kind in ("word", "name", "quoted") for token in items)
    joined = len(said) - len(items) >= len(items) - 1 > 0
    plain = not any(token.word in lexicon.verbs for token in items)
    return len(items) if single and joined and plain else 0


def tells(sentence: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether it tells what somebody did or decided, and so is no order: `he deleted web-1 by mistake`."""
    text = spoken(sentence)
    told = pattern("tells").search(text)
    if told is None or pattern("orders").search(text) or only_asks(sentence):
        return False
    starts = {match[1] for match in re.finditer(r"(?:,|\bso|\band|\bthen|:) (\w+)", text[told.end() :])}
    return not starts & lexicon.verbs


def without_conditions(sentence: list[Token]) -> tuple[list[Token], bool]:
    """The sentence without conditions that change nothing (`if it isn't already`); whether one is left."""
    text = spoken(sentence)
    if pattern("wish").search(text):
        return sentence, False
    kept = pattern("idle_condition").sub("", text)
    if kept == text or (pattern("final").search(text) and not text.startswith("if ")):
        return sentence, bool(pattern("condition").search(text))
    left = _without(sentence, "idle_condition")
    return left, bool(pattern("condition").search(kept))


def without_urging(sentences: list[list[Token]]) -> list[list[Token]]:
    """Without `Go.` and `Thanks a lot`, unless there is nothing else."""
    kept = [sentence for sentence in sentences if not pattern("urging").match(spoken(sentence))]
    return kept or sentences


def without_reasons(sentence: list[Token], names: Sequence[str]) -> list[Token]:
    """Nothing that is only said to explain: from `because` up to a comma.

    What a reason names stays where the rest only says `it`: `since web-1 idles, make it spot`.
    """
    kept = _without(_unexplained(sentence), "purpose")
    known = {name.lower() for name in names}
    if has_name(kept, known) or not re.search(r"\b(?:it|its|them|this|that|those)\b", spoken(kept)):
        return kept
    told = [token for token in sentence if token not in kept and has_name([token], known)]
    return [*told, *kept]


def _unexplained(sentence: list[Token]) -> list[Token]:
    kept: list[Token] = []
    inside = False
    for place, token in enumerate(sentence):
        if (
            token.kind == "word"
            and token.word in words("reasons")
            and (place > 0 or token.word in {"since", "because"})
        ):
            inside = True
        if inside and token.word == ",":
            inside = False
        if not inside:
            kept.append(token)
    return kept


def without_afterword(sentence: list[Token]) -> list[Token]:
    """The sentence without `and tell me when it's done`, which is done anyway."""
    return _without(sentence, "afterword")


def _without(sentence: list[Token], name: str) -> list[Token]:
    """The tokens of the sentence that stand in no match of the pattern."""
    text = spoken(sentence)
    spans = [match.span() for match in pattern(name).finditer(text)]
    left: list[Token] = []
    at = 0
    for token in sentence:
        if not any(first <= at < last for first, last in spans):
            left.append(token)
        at += len("§" if token.fixed else token.word) + 1
    return left


def states(sentence: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether it says how things are and orders nothing."""
    words_said = [token.word.split(" ")[0] for token in sentence if token.kind == "word"]
    head = next((word for word in words_said if word not in words("polite")), "")
    return not pattern("wants").search(spoken(sentence)) and head not in lexicon.verbs
