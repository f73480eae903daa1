"""Which recipe is meant where several could be. Owns the comparing of likelihoods; plans nothing."""

from collections.abc import Mapping, Sequence

from skywright.brains.builtin.library import Match, Recipe
from skywright.brains.builtin.words.likelihood import NEITHER

RIVAL = 0.04
"""What is likelier than this may be meant if its words were said."""
PLAUSIBLE = 0.2
"""So likely a recipe may stand in for one that has no place for something that was said."""
_CHANCE = 0.02
"""How likely a part may ask for what the whole seems not to ask for."""
_CLOSE = 0.08
"""Two recipes whose scores differ by less than this are not told apart."""


def both(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """What is likely by both."""
    product = {intent: one[intent] * other[intent] for intent in one}
    total = sum(product.values())
    return {intent: probability / total for intent, probability in product.items()}


def between(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """The geometric mean of both: what one of them all but rules out is not meant."""
    roots = {intent: (one[intent] * other[intent]) ** 0.5 for intent in one}
    total = sum(roots.values())
    return {intent: root / total for intent, root in roots.items()}


def given(part: Mapping[str, float], whole: Mapping[str, float]) -> dict[str, float]:
    """What a part asks for, given what the whole does: no chat is an order for a word that is in it."""
    weighed = {intent: part[intent] * (whole.get(intent, 0.0) + _CHANCE) for intent in part}
    total = sum(weighed.values())
    return {intent: weight / total for intent, weight in weighed.items()}


def among(likely: Mapping[str, float], recipes: Sequence[Recipe]) -> dict[str, float]:
    """The probabilities where only these recipes can be meant, or none."""
    possible = {recipe.intent for recipe in recipes} | NEITHER
    left = {intent: probability for intent, probability in likely.items() if intent in possible}
    total = sum(left.values())
    return {intent: probability / total for intent, probability in left.items()} if total else left


def rivals(best: Match, other: Match) -> bool:
    """Whether two recipes can't be told apart: as likely, or one by its words and one by its likelihood."""
    if best.score - other.score < _CLOSE:
        return True
    by_its_words = not best.said and other.said and other.likely > RIVAL
    likelier = other.recipe.changes and other.likely > 2 * best.likely
    return best.recipe.changes and (by_its_words or likelier)
