"""Makes the weights of the phrasings: `make learn`. Needs scikit-learn, which nothing else does.

A multinomial logistic regression over the traits that at least two phrasings have; weights too small
to matter are left out. The first line of the result says of what it was made, which a test compares.
"""

import sys
from collections import Counter
from typing import Any

from sklearn.feature_extraction import DictVectorizer  # pyright: ignore
from sklearn.linear_model import LogisticRegression  # pyright: ignore

from skywright.brains.builtin.intents.model import UNIT, WEIGHTS
from skywright.brains.builtin.intents.taught import phrasings, source
from skywright.brains.builtin.intents.traits import traits
from skywright.brains.builtin.words import lexicon

_LOOSENESS = 30.0
"""The inverse of the regularisation; 10 to 100 did equally well on exams that were not learnt from."""
_LEAST = 0.3
_SEEN_BY = 2


def main() -> None:
    """Learn, and write the file."""
    words = lexicon.load()
    rows = list(phrasings())
    seen = [traits(text, words) for _, text in rows]
    counts = Counter(trait for row in seen for trait in row)
    common = [{trait: row[trait] for trait in row if counts[trait] >= _SEEN_BY} for row in seen]
    vectors: Any = DictVectorizer()
    table: Any = vectors.fit_transform(common)
    model: Any = LogisticRegression(C=_LOOSENESS, max_iter=500, class_weight="balanced")
    model.fit(table, [intent for intent, _ in rows])
    bias = "\t".join(str(round(number * UNIT)) for number in model.intercept_)
    lines = [source(), "\t".join(model.classes_), bias]
    for at, trait in enumerate(vectors.get_feature_names_out()):
        held = [(column, float(row[at])) for column, row in enumerate(model.coef_)]
        kept = [f"{column} {round(weight * UNIT)}" for column, weight in held if abs(weight) >= _LEAST]
        if kept:
            lines.append(f"{trait}\t{' '.join(kept)}")
    WEIGHTS.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write(f"{len(rows)} phrasings, {len(model.classes_)} intents, {len(lines) - 3} traits\n")


if __name__ == "__main__":
    main()
