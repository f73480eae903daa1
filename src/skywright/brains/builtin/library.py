"""The library: recipes as data, and how well each fits what was said.

Owns the form of a recipe's header and the scoring; knows no single recipe. Scored are the concepts that a
recipe needs, may have or excludes, and how likely it is what is asked for (see `intents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

from skywright.brains.builtin.words.concepts import ACTIONS, TAKING, THINGS, TOPICS
from skywright.brains.builtin.words.likelihood import SURE
from skywright.model import yaml_text
from skywright.model.program import Program
from skywright.program.merge import names_in

__all__ = [
    "ACTIONS",
    "SURE",
    "THINGS",
    "TOPICS",
    "Match",
    "Recipe",
    "changes",
    "changing",
    "load",
    "makes",
    "rank",
]

_FOLDER = Path(__file__).parent / "library"
_UNLIKELY = 0.1
"""An intent less likely than this is not meant, whichever words were said."""
_SURE_OF_A_QUESTION, _UNLIKELY_TO_BE_ASKED = 0.2, 0.03
"""The same two for what changes nothing: to be told too much does no harm."""
_WEIGHT = 2.5


@dataclass(frozen=True)
class Recipe:
    """One request that can be carried out.

    Attributes:
        means: what it does, as said to the user when naming what is possible.
        must: groups of concepts, each of which needs at least one.
        prefers: what a concept adds to the score.
        changes: whether it changes anything.
        slots: where each value comes from: a source's name, or a mapping with `from`
            and the source's options.
        program: `steps`, `expect` and `answer` in the form of programs, open where `draft` says they may be.
        says: the summary; slots in braces.
        where: what it is about: `existing` machines, `new` things, or what is `elsewhere` than machines.
        each: it is about one machine; where several are meant, it is done for each of them.
        by_words: every word for it must have been said, however likely it is meant.
        on_the_way: what it does to its own machine meanwhile, so that naming it asks for nothing more.
    """

    name: str
    means: str
    must: tuple[frozenset[str], ...]
    may: frozenset[str]
    never: frozenset[str]
    prefers: Mapping[str, float]
    changes: bool
    slots: Mapping[str, Any]
    program: Mapping[str, Any]
    says: str
    advises: tuple[Mapping[str, str], ...] = ()
    where: str = "new"
    each: bool = False
    by_words: bool = False
    on_the_way: frozenset[str] = frozenset()

    @property
    def takes(self) -> bool:
        """Whether it takes something away: that is never done unless every word for it was said."""
        return any(TAKING & group for group in self.must)

    @property
    def intent(self) -> str:
        """What asking for it is called among the intents."""
        return _intent(self.name)

    @property
    def knows(self) -> frozenset[str]:
        return (
            self.may
            | frozenset(concept for group in self.must for concept in group)
            | frozenset(self.prefers)
        )


@dataclass(frozen=True)
class Match:
    """How well a recipe fits.

    Attributes:
        said: every word was said that it needs.
        complete: it is what is meant, by its words or by its likelihood.
        unexplained: concepts that were said and that it does not know.
    """

    recipe: Recipe
    score: float
    complete: bool
    said: bool = True
    likely: float = 0.0
    unexplained: tuple[str, ...] = field(default_factory=tuple[str, ...])


@lru_cache(maxsize=2)
def load(folder: Path = _FOLDER) -> tuple[Recipe, ...]:
    """Every recipe of the folder."""
    return tuple(_recipe(yaml_text.load(path.read_text("utf-8"))) for path in sorted(folder.glob("*.yaml")))


def intent_of(program: Program) -> str:
    """What asking for it is called; no recipe's intent if it is made of several programs."""
    return _intent(program.name)


def intents_of(program: Program) -> set[str]:
    """What asking for each of the programs that it is made of is called."""
    return set(map(_intent, names_in(program)))


def _intent(name: str) -> str:
    return name.replace(" ", "-")


def recipes_of(program: Program) -> list[Recipe]:
    """Those that a program was made from, by its name."""
    names = names_in(program)
    return [recipe for recipe in load() if recipe.name in names]


def _recipe(row: Mapping[str, Any]) -> Recipe:
    header = row["understands"]
    return Recipe(
        name=row["name"],
        means=header["means"],
        must=tuple(frozenset(group) for group in header["must"]),
        may=frozenset(header.get("may", [])),
        never=frozenset(header.get("never", [])),
        prefers=header.get("prefers", {}),
        changes=header.get("changes", True),
        slots=row.get("slots", {}),
        program={key: row[key] for key in ("name", "steps", "expect", "answer") if key in row},
        says=row["says"],
        advises=tuple(row.get("advises", [])),
        where=header.get("where", "existing"),
        each=header.get("each", False),
        by_words=header.get("by_words", False),
        on_the_way=frozenset(header.get("on_the_way", [])),
    )


def rank(
    recipes: tuple[Recipe, ...],
    marks: tuple[frozenset[str], ...],
    features: frozenset[str],
    likely: Mapping[str, float],
) -> list[Match]:
    """The recipes by how well they fit, the best first.

    Args:
        marks: the concepts of each meaningful stretch of the text.
        features: what else is there, such as `known_vm`.
        likely: the probability of each intent.
    """
    there = features.union(*marks) if marks else features
    found = (_match(recipe, marks, there, likely.get(recipe.intent, 0.0)) for recipe in recipes)
    return sorted(found, key=lambda match: (not match.complete, -match.score))


def _match(recipe: Recipe, marks: tuple[frozenset[str], ...], there: frozenset[str], likely: float) -> Match:
    matched = sum(1 for group in recipe.must if group & there)
    said = matched == len(recipe.must)
    sure = not (recipe.takes or recipe.by_words) and likely >= (
        SURE if recipe.changes else _SURE_OF_A_QUESTION
    )
    possible = likely >= (_UNLIKELY if recipe.changes else _UNLIKELY_TO_BE_ASKED)
    # What is made must have been said; only how it was asked for may rest on the likelihood alone.
    things = [group for group in recipe.must[2:] if "lb" in group] + list(recipe.must[1:2])
    spoken_of = recipe.where != "new" or all(group & there for group in things)
    complete = not recipe.never & there and ((sure and spoken_of) or (said and possible))
    score = 2.0 * matched / len(recipe.must) + 0.25 * matched - 2.0 * len(recipe.never & there)
    score -= 0.0 if said else 1.0
    unexplained = [
        sorted(concepts)[0]
        for concepts in marks
        if not concepts & recipe.knows and concepts & (TOPICS | ACTIONS)
    ]
    about = sum(0.6 for concepts in marks if concepts & TOPICS and not concepts & recipe.knows)
    acts = sum(0.25 for concepts in marks if concepts & ACTIONS and not concepts & (recipe.knows | TOPICS))
    score += sum(weight for concept, weight in recipe.prefers.items() if concept in there)
    score += _WEIGHT * log(likely + _UNLIKELY_TO_BE_ASKED)
    return Match(recipe, score - about - acts, complete, said, likely, tuple(unexplained))


def changes(likely: Mapping[str, float], least: float) -> bool:
    """Whether some change is meant with at least this probability, whichever it is."""
    return sum(probability for intent, probability in likely.items() if intent in changing()) >= least


@lru_cache(maxsize=1)
def changing() -> frozenset[str]:
    """The intents of the recipes that change something."""
    return frozenset(recipe.intent for recipe in load() if recipe.changes)


def makes(likely: Mapping[str, float]) -> bool:
    """Whether something new is more likely meant than anything about what exists."""
    new = {recipe.intent for recipe in load() if recipe.where == "new" and recipe.changes}
    made = sum(likely.get(intent, 0.0) for intent in new)
    return made > sum(likely.get(recipe.intent, 0.0) for recipe in load() if not recipe.changes)
