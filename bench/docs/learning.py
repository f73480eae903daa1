"""Learns how much each of the figures of `clouds.aws.docs.asked` weighs, and what verbs stand for what.

`python -m bench.docs.learning` reads the examples of all services but those that the measurement asks about,
and writes `data/docs_learnt.json`. No example is in the index meanwhile, so that none finds itself. The
weights are those of a conditional logit (McFadden 1974) over the candidates of each question, by Adam.
"""

import json
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import skywright.clouds.aws
from bench.docs.asking import SERVICES, questions
from skywright.clouds.aws import models
from skywright.clouds.aws.docs import index, pages
from skywright.clouds.aws.docs.asked import FIGURES, Asked
from skywright.clouds.aws.docs.examples import of_cli
from skywright.clouds.aws.docs.learnt import Learnt
from skywright.clouds.aws.docs.search import candidates, rarity_in
from skywright.clouds.aws.docs.words import terms
from skywright.model.operation import Operation

FILE = Path(skywright.clouds.aws.__file__).parent / "data" / "docs_learnt.json"
_QUESTIONS = 1500
_EPOCHS = 12
_RATE = 0.01
_RARE = 2
"""A word that begins fewer questions tells nothing of verbs."""

Asking = Sequence[tuple[Operation, str]]
Choice = tuple[Any, int]
"""The figures of the candidates, and which of them is the right one."""


def main() -> None:
    """Learn and write."""
    others = [service for service in models.service_names() if service not in SERVICES]
    asking = [*questions("title", others), *questions("title and description", others)]
    learnt = _counted(asking)
    random.Random(5).shuffle(asking)
    with closing(sqlite3.connect(":memory:")) as database:
        index.fill(database, pages.read(models.service_names(), models.service_names()))
        choices = _choices(database, asking[:_QUESTIONS], learnt)
    learnt = replace(learnt, weights=_weights(choices))
    row = {
        "weights": dict(zip(FIGURES, learnt.weights, strict=True)),
        "verbs": {word: dict(seen) for word, seen in sorted(learnt.verbs.items())},
        "all_verbs": dict(sorted(learnt.all_verbs.items())),
        "known": learnt.known,
    }
    FILE.write_text(json.dumps(row, indent=1) + "\n")


def _counted(asking: Asking) -> Learnt:
    verbs: dict[str, Counter[str]] = defaultdict(Counter)
    for right, text in asking:
        said, name = terms(text), terms(right.name)
        if said and name:
            verbs[said[0]][name[0]] += 1
    all_verbs = sum(verbs.values(), Counter[str]())
    often = {word: seen for word, seen in verbs.items() if sum(seen.values()) > _RARE}
    known = {
        service: len({one.operation for one in of_cli(service, models.operation_names(service))})
        for service in models.service_names()
    }
    shown = {service: count for service, count in known.items() if count}
    return Learnt((0.0,) * len(FIGURES), often, all_verbs, shown)


def _choices(database: sqlite3.Connection, asking: Asking, learnt: Learnt) -> list[Choice]:
    rarity = rarity_in(database)
    choices: list[Choice] = []
    for right, text in asking:
        found = candidates(database, Asked.of(text, rarity), rarity, learnt)
        names = [Operation(entry.service, entry.name) for entry in found]
        if right in names:
            choices.append((np.array(list(found.values())), names.index(right)))
    return choices


def _weights(choices: Sequence[Choice]) -> tuple[float, ...]:
    every = np.concatenate([figures for figures, _ in choices])
    spread = every.std(axis=0) + 1e-6
    weights, mean, square = (np.zeros(len(FIGURES)) for _ in range(3))
    order, step = np.random.default_rng(0), 0
    for _ in range(_EPOCHS):
        for number in order.permutation(len(choices)):
            step += 1
            figures, right = choices[number][0] / spread, choices[number][1]
            scores = figures @ weights
            shares = np.exp(scores - scores.max())
            slope = (shares / shares.sum()) @ figures - figures[right] + 1e-4 * weights
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            weights -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return tuple(round(float(weight), 4) for weight in weights / spread)


if __name__ == "__main__":
    main()
