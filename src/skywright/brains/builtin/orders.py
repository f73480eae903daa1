"""What a recipe would leave undone of a request, and why not to carry it out. Checks; plans nothing."""

from collections.abc import Sequence

from skywright.brains.builtin import library
from skywright.brains.builtin.cutting import split
from skywright.brains.builtin.library import Match, Recipe
from skywright.brains.builtin.refusals import NotNow, Strange, Unable, Unasked
from skywright.brains.builtin.targets import named_in
from skywright.brains.builtin.telling import reason
from skywright.brains.builtin.words.concepts import TAKING
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.likelihood import NEITHER
from skywright.brains.builtin.words.quantities import is_number
from skywright.brains.builtin.words.sense import Sense, unheard_of
from skywright.brains.builtin.words.tagging import tag_keys
from skywright.brains.builtin.words.tokens import Token, clean
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.words.vocabulary import words as listed
from skywright.brains.builtin.world import World
from skywright.model.advice import Beyond, Question, Unclear

_FEW = 3
"""So few words say nothing beside what they name."""

_RIVAL_QUESTION = 0.15
"""So likely another intent may be meant beside the one that is to be told."""
_UNLIKELY_ANSWER = 0.2
"""An answer less likely than this is no answer to words that most likely ask for a change."""
_FAR_FETCHED = 0.06
"""One less likely than this is none either, unless it was asked for in so many words."""
_NO_ANSWER = 0.03
"""Of what a question asks about a change, where nothing that is told can answer it."""
_SOFT = frozenset({"show", "question", "status", "running", "health"})


def two_orders(meant: Sense, world: World) -> bool:
    """Whether each of two parts names a machine or a number of its own, so that one recipe can't be both."""
    parts = split(meant.facts)
    here = world.machines(meant.region or world.context.region)
    named = [{machine.id for machine in named_in(Facts(tokens=tuple(tokens)), here)} for tokens in parts]
    first = bool(parts) and (bool(named[0]) or any(token.word in listed("naming") for token in parts[0]))
    return len(parts) > 1 and first and all(others and others != named[0] for others in named[1:])


def left_over(meant: Sense, recipe: Recipe) -> str:
    """The verb of a later part that takes something away and is no part of what the recipe must have."""
    needed = frozenset(concept for group in recipe.must for concept in group)
    needed |= recipe.may if recipe.by_words else frozenset()
    opening, *later = split(meant.facts) or [()]
    for tokens in later:
        passing = recipe.on_the_way if _names(tokens) <= _names(opening) else frozenset[str]()
        first = {token.start for token in tokens[:1]}
        for mark in meant.facts.marks:
            begins = meant.facts.tokens[mark.first].start in first
            if (
                begins
                and mark.concepts & TAKING
                and "new" not in mark.concepts
                and not mark.concepts & (needed | passing | {"create", "enable"})
            ):
                return mark.words
    return ""


def _names(tokens: Sequence[Token]) -> set[str]:
    return {token.text.lower() for token in tokens if token.kind in ("name", "id", "quoted")}


def orders_more(meant: Sense, best: Match) -> bool:
    """Whether something is to be done that the recipe, which only reads, has nothing to do with."""
    doing = library.ACTIONS | {"alarm"}
    sure = best.likely >= library.SURE or best.recipe.intent == max(
        meant.likely, key=meant.likely.__getitem__
    )
    marks = [m.concepts for m in meant.facts.marks if not (sure and m.words in listed("requests"))]
    unmet = [
        concepts for concepts in marks if concepts & doing and not concepts & (best.recipe.knows | _SOFT)
    ]
    return bool(unmet) and not meant.only_asks and library.changes(meant.likely, 0.15)


def rather_changes(meant: Sense, best: Match) -> bool:
    """Whether a change is far more likely meant than what the recipe, which only reads, would tell."""
    if meant.only_asks:  # `is spot risky for web-1?`: nothing that can be told is an answer
        foremost = max(meant.likely, key=meant.likely.__getitem__)
        hardly = meant.likely.get(best.recipe.intent, 0.0) < _NO_ANSWER
        return hardly and foremost in library.changing() and meant.likely[foremost] >= library.SURE
    likelier = library.changes(meant.likely, library.SURE) or best.likely < _FAR_FETCHED
    return best.likely < _UNLIKELY_ANSWER and likelier


def says_values(read: Sense) -> bool:
    """Whether there is a value in it that must not be passed over."""
    facts = read.facts
    return bool(facts.ports or facts.types or facts.disks or facts.names or facts.cidrs or facts.tags)


def only_question(best: Match, meant: Sense) -> bool:
    """Whether one thing is to be told and nothing else comes into question, whatever more is chatted of."""
    if best.recipe.changes or not best.complete or meant.likely.get(best.recipe.intent, 0.0) < library.SURE:
        return False
    return not any(
        probability >= _RIVAL_QUESTION and intent != best.recipe.intent and intent not in NEITHER
        for intent, probability in meant.likely.items()
    )


def surely_asked(meant: Sense) -> bool:
    """Whether something is surely to be told, and hardly anything to be changed."""
    foremost = max(meant.likely, key=lambda intent: meant.likely[intent], default="")
    told = foremost not in library.changing() | NEITHER and meant.likely[foremost] >= library.SURE
    return told and not library.changes(meant.likely, 0.3)


def hindrance(words: str, meant: Sense, recipe: Recipe, lexicon: Lexicon) -> Unclear | Beyond | None:
    """Why the recipe is not to be carried out though it fits, if there is a reason.

    Args:
        words: the whole request as it was said.
    """
    words = clean(words).lower()
    if recipe.changes and pattern("withdrawn").search(words):
        text = (
            "That seems to be withdrawn in the same breath, so nothing was done; please say only what to do."
        )
        return Unasked(text, (recipe.means,))
    for name in ("doubts", "deferred") if recipe.changes else ():
        if found := pattern(name).search(words.lower()):
            return Unasked(
                f"'{found[0]}' does not ask me to do it now, so nothing was done.", (recipe.means,)
            )
    if recipe.takes and (
        no := pattern("negative").search(pattern("idle_negative").sub("", meant.facts.words))
    ):
        text = f"I can't tell what '{no[0]}' refers to, and take nothing away unless I understand it all."
        return Unable(text, (recipe.means,))
    if recipe.changes and meant.standing.refusal:
        return Unasked(meant.standing.refusal, (recipe.means,))
    waits = bool(meant.facts.concepts & {"alarms", "alarm"}) or "alarm" in recipe.knows
    if meant.conditional and recipe.changes and not waits:
        text = "I can't decide on a condition; look first, and then say what should be done."
        return NotNow(text, (recipe.means,))
    undone = any(group & {"stop", "restart"} for group in recipe.must)
    sure = undone and meant.likely.get(recipe.intent, 0.0) >= library.SURE
    if not sure and (strange := _not_understood(meant, recipe, lexicon)):
        text = f"I don't know the word '{strange}', and take nothing away unless I understand it all."
        return Strange(text, (recipe.means,))
    if recipe.takes and _from_nothing(meant):
        return Unable(
            "I can't tell what should be taken away; please say it in a sentence of its own.", (recipe.means,)
        )
    if recipe.takes and _only_tells(meant):
        return Unasked("That tells what was done and asks for nothing, so nothing was done.", (recipe.means,))
    if _merely_named(meant, recipe):
        return Beyond(reason(meant), (recipe.means,))
    if meant.question is not None:
        return Unclear((meant.question,), recipe.means)
    if recipe.where == "new" and not meant.region and (place := unheard_of(meant.facts, lexicon)):
        text = f"I know no place '{place}'. Which region should it be?"
        return Unclear((Question("region", text),), recipe.means)
    if recipe.changes and not waits and (meant.standing.later or _for_a_while(meant, recipe)):
        return NotNow("I act at once and can't do it at another time or for a while; say it when it is due.")
    return _without_place(meant, recipe)


def _without_place(meant: Sense, recipe: Recipe) -> Beyond | None:
    """A no if something is asked of what is made that the recipe has no slot for."""
    if (
        recipe.changes
        and "subnets" not in recipe.slots
        and (found := pattern("spread").search(meant.facts.words))
    ):
        return Unable(f"I can {recipe.means}, but I have no way to set '{found[0]}' there.", (recipe.means,))
    return None


def _for_a_while(meant: Sense, recipe: Recipe) -> bool:
    """Whether what is there is to be changed for a while, or the time stands where nothing governs it."""
    words = pattern("our_part").sub(" ", meant.facts.words)
    if recipe.where == "new" or pattern("at_once").search(words):
        return False
    return bool(pattern("scheduled").search(words))


def _not_understood(meant: Sense, recipe: Recipe, lexicon: Lexicon) -> str:
    """A word that nobody knows, in a request that takes something away: there nothing is done on a guess."""
    if not recipe.takes:
        return ""
    given = {name.lower() for name in (*meant.facts.names, *meant.facts.mentions, *meant.facts.others)}
    given |= set(tag_keys(meant.facts.tokens))
    given |= {text.lower() for pair in meant.facts.tags.items() for text in pair}
    for at, token in enumerate(meant.facts.tokens):
        plain = token.word.replace("'", "").removesuffix("s")
        flag = token.start and meant.facts.tokens[at - 1].word == "-"
        if flag or token.kind != "word" or token.fixed or not plain.isalpha() or is_number(token.word):
            continue
        spellings = (token.word, plain, token.word.replace("'", ""))
        if not any(word in lexicon.known or word in given for word in spellings):
            return token.text
    return ""


def _only_tells(meant: Sense) -> bool:
    """`the cat killed the mouse near web-1`: something was taken away, and nothing is wanted."""
    taking = [mark.words.split()[0] for mark in meant.facts.marks if mark.concepts & TAKING]
    past = bool(taking) and all(word.endswith("ed") for word in taking)
    return past and not pattern("wanted_done").search(meant.facts.words)


def _from_nothing(meant: Sense) -> bool:
    """`terminate the meeting, then show db-1`: the part that takes something away names nothing of ours."""
    facts = meant.facts
    parts = split(facts)
    if len(parts) < 2:
        return False
    for tokens in parts:
        first, last = tokens[0].start, tokens[-1].end
        inside = [m for m in facts.marks if first <= facts.tokens[m.first].start < last]
        if not any(mark.concepts & TAKING for mark in inside):
            continue
        told = any(mark.concepts & (library.THINGS | {"vm", "all"}) for mark in inside)
        named = any(token.fixed or (token.kind != "word" and token.kind != "mark") for token in tokens)
        meant_before = {token.word for token in tokens} & {
            "it",
            "them",
            "that",
            "those",
            "these",
            "both",
            "one",
        }
        if not (told or named or meant_before):
            return True
    return False


def _merely_named(meant: Sense, recipe: Recipe) -> bool:
    """Whether machines are only mentioned, as in `ec2 ls`: nothing says that there should be a new one."""
    facts = meant.facts
    if recipe.where != "new" or facts.concepts & library.ACTIONS or len(facts.tokens) > _FEW:
        return False
    size = facts.types or facts.cores or facts.memory_gb or facts.size_word
    wanted = listed("fresh") | listed("naming") | {"want", "need", "please", "pls", "require"}
    if size or facts.count or meant.region:
        return False
    return not any(token.word in wanted for token in facts.tokens)
