"""The builtin brain: a library of programs with retrieval and slot filling.

It is no model and does not pretend to be one. It reads English by a vocabulary, picks the recipe
that fits, fills its slots from the words and from the target, and says so when it can't.
Owns the order of these; the vocabulary, the recipes and the slots' sources are beside it.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from skywright.brains.base import Context
from skywright.brains.builtin import lexicon, library
from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.clauses import Sense, sense
from skywright.brains.builtin.draft import draft
from skywright.brains.builtin.facts import Facts
from skywright.brains.builtin.features import features
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.lexicon import Lexicon
from skywright.brains.builtin.library import Match, Recipe
from skywright.brains.builtin.sources.table import source
from skywright.brains.builtin.world import World
from skywright.model.advice import Advisory, Beyond, Concern, Plan, Question, Unclear, Understanding

_CLOSE = 0.12
"""Two recipes whose scores differ by less than this are not told apart."""


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
        world = World(context)
        known = (
            [machine.name for machine in world.machines(context.region) if machine.name]
            if words.strip()
            else []
        )
        meant = sense(words, context, self._lexicon, known)
        if isinstance(meant, Beyond | Unclear):
            return meant
        try:
            return self._plan(words, meant, world)
        except Cannot as no:
            return Beyond(f"That can't be done: {no}.")

    def _plan(self, words: str, meant: Sense, world: World) -> Understanding:
        facts, context = meant.facts, world.context
        matches = self.matches(facts, world)
        best = matches[0]
        if not best.complete:
            return Beyond(_reason(meant), _nearest(matches))
        rival = matches[1] if len(matches) > 1 and matches[1].complete else None
        if rival and best.score - rival.score < _CLOSE:
            chosen = context.answers.get("intent", "").strip().lower()
            both = [match for match in (best, rival) if match.recipe.means.lower() == chosen]
            if not both:
                choices = (best.recipe.means, rival.recipe.means)
                return Unclear((Question("intent", "Which of these is meant?", choices),))
            best = both[0]
        return self._filled(best.recipe, words, meant, world)

    def matches(self, facts: Facts, world: World) -> list[Match]:
        """The recipes by how well they fit what was said."""
        marks = tuple(mark.concepts for mark in facts.marks)
        return library.rank(library.load(), marks, features(facts, world), facts.words)

    def _filled(self, recipe: Recipe, words: str, meant: Sense, world: World) -> Understanding:
        filling = Filling(
            meant.facts, world, meant.region or world.context.region, bool(meant.region), recipe.changes
        )
        questions: dict[str, Question] = {}
        if meant.question is not None and recipe.where != "anywhere":
            questions[meant.question.id] = meant.question
        for slot, origin in recipe.slots.items():
            options: Mapping[str, Any] = origin if isinstance(origin, Mapping) else {"from": origin}
            try:
                filling.values[slot] = source(str(options["from"]))(filling, options)
            except Ask as ask:
                questions.setdefault(ask.question.id, ask.question)
                filling.values[slot] = None
            except Cannot:
                if not questions:
                    raise
        if questions:
            return Unclear(tuple(questions.values()), recipe.means)
        program = draft(recipe.program, filling.values, words, filling.region)
        return Plan(program, _summary(recipe, filling), (*filling.advisories, *_advice(recipe, filling)))


def _summary(recipe: Recipe, filling: Filling) -> str:
    shown = {slot: _shown(value) for slot, value in filling.values.items()} | {"region": filling.region}
    return recipe.says.format_map(_Missing(shown))


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)  # type: ignore[misc]
    return "" if value is None else str(value)


def _advice(recipe: Recipe, filling: Filling) -> list[Advisory]:
    shown = _Missing({slot: _shown(value) for slot, value in filling.values.items()})
    return [
        Advisory(Concern(row["concern"]), row["text"].format_map(shown))
        for row in recipe.advises
        if "when" not in row or filling.values.get(row["when"])
    ]


def _nearest(matches: list[Match]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.recipe.means for match in matches[:3]))


def _reason(meant: Sense) -> str:
    missing = [mark.words for mark in meant.facts.marks if mark.concepts & library.TOPICS]
    about = f" about '{missing[0]}'" if missing else ""
    return f"I have no program for this request{about}: I work from a library of programs, not with a model."
