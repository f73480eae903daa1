"""Fits a linear model to what is seen of texts, and writes its weights.

Needs scikit-learn, which nothing else does. A multinomial logistic regression over the traits that enough
texts have; weights too small to matter are left out. The first line of what is written says of what it
was made, which a test compares.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer  # pyright: ignore
from sklearn.linear_model import LogisticRegression  # pyright: ignore

from skywright.brains.builtin.intents.model import UNIT


@dataclass(frozen=True)
class Fitted:
    """The columns' names, their biases, and each trait's weights, one a column."""

    names: Sequence[str]
    biases: Sequence[float]
    weights: Mapping[str, Sequence[float]]


def fit(
    seen: Sequence[Mapping[str, float]],
    said: Sequence[str],
    *,
    looseness: float,
    seen_by: int,
    balance: float,
) -> Fitted:
    """Learn to tell what was said from what was seen.

    Args:
        looseness: the inverse of the regularisation.
        seen_by: how many texts must have a trait for it to count.
        balance: how far what was said seldom counts as much as what was said often, from 0 (not at
            all) to 1 (quite as much).
    """
    counts = Counter(trait for row in seen for trait in row)
    common = [{trait: row[trait] for trait in row if counts[trait] >= seen_by} for row in seen]
    vectors: Any = DictVectorizer()
    table: Any = vectors.fit_transform(common)
    often = Counter(said)
    shares = {one: (len(said) / len(often) / number) ** balance for one, number in often.items()}
    model: Any = LogisticRegression(C=looseness, max_iter=500, class_weight=shares)
    model.fit(table, list(said))
    rows, biases = model.coef_, list(model.intercept_)
    if len(model.classes_) == 2:  # of two, only the second has weights of its own
        rows, biases = [-rows[0] / 2, rows[0] / 2], [-biases[0] / 2, biases[0] / 2]
    names = vectors.get_feature_names_out()
    weights = {name: [float(row[at]) for row in rows] for at, name in enumerate(names)}
    return Fitted(list(model.classes_), biases, weights)


def write(path: Path, source: str, fitted: Fitted, *, least: float) -> None:
    """The file that `intents.model` reads."""
    bias = "\t".join(str(round(number * UNIT)) for number in fitted.biases)
    lines = [source, "\t".join(fitted.names), bias]
    for trait, weights in fitted.weights.items():
        kept = [f"{at} {round(weight * UNIT)}" for at, weight in enumerate(weights) if abs(weight) >= least]
        if kept:
            lines.append(f"{trait}\t{' '.join(kept)}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
