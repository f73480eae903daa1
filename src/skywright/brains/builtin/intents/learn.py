"""Makes the weights of the phrasings and of the marked prompts: `make learn`."""

import sys

from skywright.brains.builtin.intents.fitting import fit, write
from skywright.brains.builtin.intents.model import WEIGHTS
from skywright.brains.builtin.intents.taught import phrasings, source
from skywright.brains.builtin.intents.traits import traits
from skywright.brains.builtin.words import lexicon

_LOOSENESS = 30.0
"""10 to 100 did equally well on exams that were not learnt from."""
_BALANCE = 0.5
"""Quite balanced, what hardly anybody asks for would be heard in every other sentence."""
_LEAST = 0.3
_SEEN_BY = 2


def main() -> None:
    """Learn, and write the file."""
    words = lexicon.load()
    rows = list(phrasings())
    seen = [traits(row.text, words, row.names) for row in rows]
    said = [row.intent for row in rows]
    fitted = fit(seen, said, looseness=_LOOSENESS, seen_by=_SEEN_BY, balance=_BALANCE)
    write(WEIGHTS, source(), fitted, least=_LEAST)
    sys.stdout.write(f"{len(rows)} phrasings, {len(fitted.names)} intents\n")


if __name__ == "__main__":
    main()
