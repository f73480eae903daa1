"""The builtin brain: a library of programs with retrieval and slot filling.

It is no model and does not pretend to be one. It reads English by a vocabulary, picks the recipe
that fits, fills its slots from the words and from the target, and says so when it can't.
Owns the order of these; the vocabulary, the recipes and the slots' sources are beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from skywright.brains.base import Context, NoProgram
from skywright.brains.builtin import beneath, library
from skywright.brains.builtin.answers import with_answers
from skywright.brains.builtin.asked import Asked, likely_of, names_of
from skywright.brains.builtin.asking import Cannot
from skywright.brains.builtin.choosing import between, both
from skywright.brains.builtin.intents import model
from skywright.brains.builtin.library import Match
from skywright.brains.builtin.orders import left_over, only_question, surely_asked, two_orders
from skywright.brains.builtin.planned import Planned
from skywright.brains.builtin.planning import one
from skywright.brains.builtin.refusals import NOTHING_ASKED, Apart, Unable, Unasked, Unplaced
from skywright.brains.builtin.rewording.beyond import kept_within
from skywright.brains.builtin.rewording.ordered import asks_for
from skywright.brains.builtin.rewording.second import heeded, may_count, preferred, retold, unmet, with_values
from skywright.brains.builtin.several import several
from skywright.brains.builtin.strays import all_made, kept_to_named
from skywright.brains.builtin.telling import nearest, reason
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.concepts import TAKING
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.likelihood import Likelihood
from skywright.brains.builtin.words.sense import EXAMPLES, Sense, sense
from skywright.brains.builtin.world import World
from skywright.model.advice import Beyond, Plan, Understanding

_DELETING = (
    "delete machines for good",
    "delete a disk that is not attached",
    "delete a load balancer and its target groups",
)


class Builtin:
    """The brain that needs no model and no key."""

    name = "builtin"

    @cached_property
    def _lexicon(self) -> Lexicon:
        return lexicon.load()

    def understand(self, words: str, context: Context) -> Understanding:
        """A plan, all questions at once, or a plain no; reads the target, changes nothing.

        Raises:
            CloudFailed: The target could not be looked at.
        """
        return beneath.planned(self._by_library(words, context), words, context, self._lexicon)

    def _by_library(self, words: str, context: Context) -> Understanding:
        world = World(context)
        said = " ".join((words, *context.answers.values()))
        understood = all_made(self._either(words, world), said, self._lexicon, world)
        named = kept_to_named(understood, said, world)
        return kept_within(named, words, self._lexicon, world)

    def _either(self, words: str, world: World) -> Understanding:
        """By the words as they are or, where that counts for more, by plain words for them."""
        known = names_of(world, words) if words.strip() else []
        whole = model.load().likely(words, self._lexicon, known)
        asks = asks_for(words, self._lexicon, known)
        first = self._read(words, world, known, whole)
        region = first.program.region if isinstance(first, Plan) else ""
        elsewhere = region if region != world.context.region else ""
        again = retold(words, whole, asks, known, self._lexicon, elsewhere)
        if again is None or not may_count(again, first, asks):
            return heeded(with_values(first, words, self._lexicon, known), words, asks)
        plainly = model.load().likely(again.words, self._lexicon, known)
        second = self._read(again.words, world, known, plainly)
        if isinstance(second, Plan) and (no := unmet(second, words)):
            return heeded(first if isinstance(first, Plan) else no, words, asks)
        return heeded(preferred(first, second, again), words, asks)

    def _read(
        self, words: str, world: World, known: Sequence[str], whole: Mapping[str, float]
    ) -> Understanding:
        """What the rules make of the words."""
        likely = Likelihood(
            whole, not library.changes(whole, 0.3), lambda tokens: likely_of(tokens, self._lexicon, world)
        )
        meant = sense(words, world.context, self._lexicon, known, likely)
        if isinstance(meant, Beyond):
            return meant
        request = Asked(words, world, self._lexicon, likely)
        left = request.likely_of(meant.facts.tokens)
        meant = replace(meant, likely=both(whole, left) if meant.excluded else between(whole, left))
        meant = request.anchored(with_answers(meant, world, self._lexicon))
        try:
            return _planned(request, meant)
        except Cannot as no:
            return Unable(f"That can't be done: {no}.")


def _planned(asked: Asked, meant: Sense) -> Understanding:
    """The plan of the recipe that fits best, or of several one after the other."""
    every = {"delete", "everything"} <= meant.facts.concepts and "vm" not in meant.facts.concepts
    if every and not (meant.only_asks or surely_asked(meant)):
        return Unable(
            "I don't delete everything at once; say which machines, disks or load balancers should go.",
            _DELETING,
        )
    matches = asked.matches(meant)
    if not matches:
        return NoProgram(reason(meant), EXAMPLES)
    best = matches[0]
    if (refusal := _not_asked(asked, meant, best)) is not None:
        return refusal
    if only_question(best, meant):
        planned = one(asked, meant, ())
        return planned.plan if isinstance(planned, Planned) else planned
    if (
        best.unexplained
        or not best.complete
        or two_orders(meant, asked.world)
        or left_over(meant, best.recipe)
    ):
        parts = several(asked, meant)
        if parts is not None:
            return parts
    planned = one(asked, meant, ())
    if not isinstance(planned, Planned):
        return planned
    return planned.plan if not best.recipe.changes else _unplaced(meant, best) or planned.plan


def _not_asked(asked: Asked, meant: Sense, best: Match) -> Beyond | None:
    """A plain no if nothing is asked for, or only what is not to be done."""
    unasked = best.recipe.changes or not asked.asks(meant)
    if unasked and meant.likely.get("nothing", 0.0) >= library.SURE > best.likely:
        return NOTHING_ASKED
    if unasked and not best.recipe.changes and asked.forbids(meant):
        return Unasked("That says what is not to be done, so nothing was done.", nearest([best]))
    return None


def _unplaced(meant: Sense, best: Match) -> Beyond | None:
    """A plain no if a change would leave out something that was said with it."""
    if over := left_over(meant, best.recipe):
        return Apart(
            f"I can {best.recipe.means}, but not '{over}' in the same request; ask for them one by one.",
            nearest([best]),
        )
    sure = best.likely >= library.SURE
    taken = [mark.words for mark in meant.facts.marks if mark.concepts & TAKING & set(best.unexplained)]
    if taken and not sure:
        return Apart(f"I can {best.recipe.means}, but not '{taken[0]}' with it.", nearest([best]))
    if left := sorted(set(best.unexplained) & (library.THINGS if sure else library.TOPICS)):
        return Unplaced(
            f"I can {best.recipe.means}, but not what is said of '{left[0]}' with it; please ask for "
            f"that by itself.",
            nearest([best]),
            left[0],
        )
    return None
