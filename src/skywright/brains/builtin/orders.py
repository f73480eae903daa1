"""What of a request a recipe would leave undone, or do at the wrong time. Checks; plans nothing."""

from skywright.brains.builtin import library
from skywright.brains.builtin.library import Match, Recipe
from skywright.brains.builtin.parts import split
from skywright.brains.builtin.targets import named_in
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.sense import Sense
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.words.vocabulary import words as listed
from skywright.brains.builtin.world import World

_SOFT = frozenset({"show", "question", "status", "running", "health"})
_TAKING = frozenset({"delete", "detach", "stop", "restart", "close", "disable", "untag"})


def two_orders(meant: Sense, world: World) -> bool:
    """Whether each of two parts names a machine or a number of its own, so that one recipe can't be both."""
    parts = split(meant.facts)
    here = world.machines(meant.region or world.context.region)
    named = [{machine.id for machine in named_in(Facts(tokens=tuple(tokens)), here)} for tokens in parts]
    first = bool(parts) and (bool(named[0]) or any(token.word in listed("naming") for token in parts[0]))
    return len(parts) > 1 and first and all(others and others != named[0] for others in named[1:])


def at_another_time(meant: Sense) -> bool:
    """Whether it is to be done at another time, or for a while."""
    words = meant.facts.words
    if meant.facts.concepts & {"alarms", "alarm"} or pattern("at_once").search(words):
        return False
    return bool(pattern("scheduled").search(words))


def left_over(meant: Sense, recipe: Recipe) -> str:
    """The verb of a later part that takes something away and is no part of what the recipe must have."""
    needed = frozenset(concept for group in recipe.must for concept in group)
    for tokens in split(meant.facts)[1:]:
        first = {token.start for token in tokens[:1]}
        for mark in meant.facts.marks:
            begins = meant.facts.tokens[mark.first].start in first
            if begins and mark.concepts & _TAKING and not mark.concepts & (needed | {"create", "enable"}):
                return mark.words
    return ""


def orders_more(meant: Sense, best: Match) -> bool:
    """Whether something is to be done that the recipe, which only reads, has nothing to do with."""
    doing = library.ACTIONS | {"alarm"}
    marks = [mark.concepts for mark in meant.facts.marks]
    unmet = [
        concepts for concepts in marks if concepts & doing and not concepts & (best.recipe.knows | _SOFT)
    ]
    return bool(unmet) and not meant.only_asks
