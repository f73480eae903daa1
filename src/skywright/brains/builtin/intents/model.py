"""How likely it is that a text asks for each of the things that were learnt."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

from skywright.brains.builtin.intents.traits import traits
from skywright.brains.builtin.words.lexicon import Lexicon

WEIGHTS = Path(__file__).parent / "weights.txt"
UNIT = 100.0
"""Weights are kept as whole numbers of hundredths."""


@dataclass(frozen=True)
class Model:
    """A linear model: a text's traits, weighed, summed and scaled to probabilities.

    Attributes:
        intents: what can be asked for; the weights' columns.
        bias: of each intent.
        weights: by trait, as in the file: `column weight column weight …`.
    """

    intents: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, str]

    def likely(self, text: str, lexicon: Lexicon, names: Collection[str] = ()) -> dict[str, float]:
        """The probability of each intent, all together 1."""
        return self.of(traits(text, lexicon, names))

    def of(self, seen: Mapping[str, float]) -> dict[str, float]:
        """The same of what was seen: traits and their shares."""
        scores = list(self.bias)
        for trait, share in seen.items():
            row = self.weights.get(trait)
            if row is None:
                continue
            numbers = row.split()
            for column, weight in zip(numbers[::2], numbers[1::2], strict=True):
                scores[int(column)] += share * int(weight) / UNIT
        most = max(scores)
        powers = [exp(score - most) for score in scores]
        total = sum(powers)
        return {intent: power / total for intent, power in zip(self.intents, powers, strict=True)}


@lru_cache(maxsize=3)
def load(path: Path = WEIGHTS) -> Model:
    """The model in the file: a line of its source, one of intents, one of biases, then one for each trait."""
    _, intents, bias, *rows = path.read_text("utf-8").splitlines()
    weights = dict(row.split("\t", 1) for row in rows)
    return Model(
        tuple(intents.split("\t")), tuple(int(number) / UNIT for number in bias.split("\t")), weights
    )
