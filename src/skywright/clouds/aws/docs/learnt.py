"""What was learnt from the examples of services that the measurement leaves out. Owns the file's format.

`data/docs_learnt.json` is written by `python -m bench.docs.learning`; nothing in it was set by hand.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

_ITSELF = 0.5
"""How likely a word that was never seen means the verb that it is."""

_UNSEEN = 2.0
"""As if every verb had been seen so often, spread as verbs are in all."""


@dataclass(frozen=True)
class Learnt:
    """What tells operations apart.

    Attributes:
        weights: of each of the figures of `asked`, in their order.
        verbs: how often an operation's verb was asked for in these words: by word, then by verb.
        all_verbs: how often each verb was there in all.
        known: of how many operations of a service there are examples: how much it is used.
    """

    weights: tuple[float, ...]
    verbs: Mapping[str, Mapping[str, int]]
    all_verbs: Mapping[str, int]
    known: Mapping[str, int]

    def verb(self, word: str, verb: str) -> float:
        """How likely a request that begins with that word means an operation of that verb: a logarithm."""
        if word == verb and word not in self.verbs:
            return log(_ITSELF)
        base = (self.all_verbs.get(verb, 0) + 0.5) / (sum(self.all_verbs.values()) + 100)
        seen = self.verbs.get(word, {})
        return log((seen.get(verb, 0) + _UNSEEN * base) / (sum(seen.values()) + _UNSEEN))


@cache
def load() -> Learnt:
    """What ships with us."""
    text = files("skywright.clouds.aws").joinpath("data", "docs_learnt.json").read_text(encoding="utf-8")
    row: Mapping[str, Any] = json.loads(text)
    return Learnt(tuple(row["weights"].values()), row["verbs"], row["all_verbs"], row["known"])
