"""One request on its way to a plan: its words and the target, and what of the library fits them.

Owns ranking the recipes for what was read; plans nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skywright.brains.builtin import library
from skywright.brains.builtin.anchors import anchored
from skywright.brains.builtin.choosing import among
from skywright.brains.builtin.features import features
from skywright.brains.builtin.intents import model
from skywright.brains.builtin.library import Match
from skywright.brains.builtin.words.concepts import ACTIONS
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.likelihood import Likelihood
from skywright.brains.builtin.words.sense import Sense
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.world import World, tags
from skywright.errors import CloudFailed

_OF_BUCKETS = re.compile(r"\b(?:buckets?|s3|object stor\w+)\b", re.I)


@dataclass(frozen=True)
class Asked:
    """A request and where it is to be carried out.

    Attributes:
        words: the whole of it as it was said.
        likely: the probability of each intent, for the whole.
    """

    words: str
    world: World
    lexicon: Lexicon
    likely: Likelihood

    def anchored(self, meant: Sense) -> Sense:
        """The same, with the names of disks and load balancers that exist recognised as such."""
        here = meant.region or self.world.context.region
        facts, region = anchored(meant.facts, self.world, here, bool(meant.region), self.lexicon)
        return replace(meant, facts=facts, region=meant.region if region == here else region)

    def matches(self, meant: Sense) -> list[Match]:
        """The recipes by how well they fit what was said; a question is never answered by changing things."""
        facts = meant.facts
        marks = tuple(mark.concepts for mark in facts.marks)
        there = features(facts, self.world, meant.region)
        recipes = library.load()
        if meant.only_asks:
            recipes = tuple(recipe for recipe in recipes if not recipe.changes)
            there |= {"asks"}
        if "grown_disk" in there:
            recipes = tuple(recipe for recipe in recipes if "grown_disk" not in recipe.never)
        if there & {"a_lb", "new_lb"} and "known_lb" not in there | facts.concepts:
            recipes = tuple(recipe for recipe in recipes if not recipe.never & {"a_lb"})
        if there & {"nothing_there", "made_vm"} or (self.world.is_empty() and library.makes(meant.likely)):
            recipes = tuple(recipe for recipe in recipes if recipe.where != "existing")
        return library.rank(recipes, marks, there, among(meant.likely, recipes))

    def asks(self, meant: Sense) -> bool:
        """Whether it asks to be told something, in so many words."""
        return meant.only_asks or "asks" in features(meant.facts, self.world, meant.region)

    def forbids(self, meant: Sense) -> bool:
        """Whether what was set aside in it is something that is not to be done."""
        return any(mark.concepts & ACTIONS for mark in self.lexicon.marks(list(meant.excluded)))

    def likely_of(self, tokens: Sequence[Token]) -> Mapping[str, float]:
        """What a part of the request asks for."""
        return likely_of(tokens, self.lexicon, self.world)


def likely_of(tokens: Sequence[Token], lexicon: Lexicon, world: World) -> Mapping[str, float]:
    """What some of the words ask for."""
    text = " ".join(token.text for token in tokens)
    return model.load().likely(text, lexicon, names_of(world, text))


def names_of(world: World, words: str) -> list[str]:
    """The names of what there is where the request is about, if it says nothing of a place.

    Buckets are looked for only where the words speak of some.
    """
    here = world.context.region
    disks = [tags(row).get("Name", "") for row in world.volumes(here)]
    balancers = [str(row["LoadBalancerName"]) for row in world.balancers(here)]
    buckets = _buckets(world) if _OF_BUCKETS.search(words) else []
    return [name for name in (*(m.name for m in world.machines(here)), *disks, *balancers, *buckets) if name]


def _buckets(world: World) -> list[str]:
    """Who may not look at buckets is not kept from all the rest."""
    try:
        return world.buckets()
    except CloudFailed:
        return []
