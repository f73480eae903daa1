"""The library: recipes as data, and how well each fits what was said.

Owns the form of a recipe's header and the scoring; knows no single recipe. Scoring is lexical:
concepts that a recipe needs, may have or excludes, plus likeness of letters to a few examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "library"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

TOPICS = frozenset(
    [
        "disk",
        "root_disk",
        "lb",
        "target_group",
        "network",
        "port",
        "security_group",
        "address",
        "static_address",
        "health",
        "metrics",
        "monitoring",
        "console",
        "dependency",
        "cost",
        "spot",
        "on_demand",
        "snapshots",
        "images",
        "alarms",
        "bucket",
        "keypair",
        "database",
        "kubernetes",
        "serverless",
        "identity",
        "dns",
        "autoscaling",
        "everything",
        "termination_protection",
        "tags",
        "status",
        "size",
    ]
)
"""Concepts that say what a request is about: one that a recipe does not know speaks against it."""

ACTIONS = frozenset(
    [
        "create",
        "start",
        "stop",
        "restart",
        "delete",
        "attach",
        "detach",
        "resize",
        "convert",
        "enable",
        "disable",
        "open",
        "close",
        "tag",
        "untag",
        "rename",
        "snapshot",
        "image",
        "register",
        "deregister",
        "balance",
        "forward",
    ]
)


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
        each: it is about one machine; where several are meant, it is done for each of them.
    """

    name: str
    means: str
    must: tuple[frozenset[str], ...]
    may: frozenset[str]
    never: frozenset[str]
    prefers: Mapping[str, float]
    examples: tuple[str, ...]
    changes: bool
    slots: Mapping[str, Any]
    program: Mapping[str, Any]
    says: str
    advises: tuple[Mapping[str, str], ...] = ()
    where: str = "new"
    each: bool = False

    @property
    def knows(self) -> frozenset[str]:
        return (
            self.may
            | frozenset(concept for group in self.must for concept in group)
            | frozenset(self.prefers)
        )


@dataclass(frozen=True)
class Match:
    """How well a recipe fits: `complete` if everything it needs was said."""

    recipe: Recipe
    score: float
    complete: bool
    unexplained: tuple[str, ...] = field(default_factory=tuple[str, ...])


@lru_cache(maxsize=2)
def load(folder: Path = _FOLDER) -> tuple[Recipe, ...]:
    """Every recipe of the folder."""
    return tuple(
        _recipe(yaml.load(path.read_text("utf-8"), _LOADER)) for path in sorted(folder.glob("*.yaml"))
    )


def _recipe(row: Mapping[str, Any]) -> Recipe:
    header = row["understands"]
    return Recipe(
        name=row["name"],
        means=header["means"],
        must=tuple(frozenset(group) for group in header["must"]),
        may=frozenset(header.get("may", [])),
        never=frozenset(header.get("never", [])),
        prefers=header.get("prefers", {}),
        examples=tuple(header.get("examples", [])),
        changes=header.get("changes", True),
        slots=row.get("slots", {}),
        program={key: row[key] for key in ("name", "steps", "expect", "answer") if key in row},
        says=row["says"],
        advises=tuple(row.get("advises", [])),
        where=header.get("where", "existing"),
        each=header.get("each", False),
    )


def rank(
    recipes: tuple[Recipe, ...], marks: tuple[frozenset[str], ...], features: frozenset[str], words: str
) -> list[Match]:
    """The recipes by how well they fit, the best first.

    Args:
        marks: the concepts of each meaningful stretch of the text.
        features: what else is there, such as `known_vm`.
    """
    there = features.union(*marks) if marks else features
    grams = _grams(words)
    return sorted((_match(recipe, marks, there, grams) for recipe in recipes), key=lambda match: -match.score)


def _match(
    recipe: Recipe, marks: tuple[frozenset[str], ...], there: frozenset[str], grams: frozenset[str]
) -> Match:
    matched = sum(1 for group in recipe.must if group & there)
    complete = matched == len(recipe.must) and not recipe.never & there
    score = 2.0 * matched / len(recipe.must) + 0.25 * matched - 2.0 * len(recipe.never & there)
    score -= 0.0 if matched == len(recipe.must) else 1.0
    unexplained = [
        sorted(concepts)[0]
        for concepts in marks
        if not concepts & recipe.knows and concepts & (TOPICS | ACTIONS)
    ]
    about = sum(0.6 for concepts in marks if concepts & TOPICS and not concepts & recipe.knows)
    acts = sum(0.25 for concepts in marks if concepts & ACTIONS and not concepts & (recipe.knows | TOPICS))
    score += sum(weight for concept, weight in recipe.prefers.items() if concept in there)
    likeness = max((_likeness(grams, _grams(example)) for example in recipe.examples), default=0.0)
    return Match(recipe, score - about - acts + 0.5 * likeness, complete, tuple(unexplained))


@lru_cache(maxsize=4096)
def _grams(text: str) -> frozenset[str]:
    padded = f"  {text.lower()}  "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
