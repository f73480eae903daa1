"""Makes what is known of values and orders out of what people labelled: `make learn`."""

import random
from collections.abc import Iterator
from typing import Any

import pycrfsuite

from skywright.brains.builtin.intents.fitting import fit, write
from skywright.brains.builtin.intents.marked import INTENTS, OTHER, Marked, prompts
from skywright.brains.builtin.intents.taught import phrasings, source
from skywright.brains.builtin.rewording import ordered
from skywright.brains.builtin.rewording.looks import looks
from skywright.brains.builtin.rewording.pieces import Piece, pieces
from skywright.brains.builtin.rewording.reader import MODEL
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.lexicon import Lexicon

_SETTINGS = {
    "c1": 0.1,
    "c2": 0.02,
    "max_iterations": 100,
    "feature.minfreq": 2,
    "feature.possible_transitions": True,
}
_LOOSENESS, _SEEN_BY, _LEAST = 30.0, 3, 0.15
_KNOWN = 0.9
"""How often the machines of a prompt are taken for ones that exist, where they may."""
_SEED = 1


def main() -> None:
    """Learn, and write the files."""
    words = lexicon.load()
    _read_values(words)
    _hear_orders(words)


def _read_values(words: Lexicon) -> None:
    trainer: Any = pycrfsuite.Trainer(verbose=False)  # pyright: ignore  # it has no types of its own
    for row in _rows(list(prompts()), words):
        trainer.append(*row)
    trainer.set_params(_SETTINGS)
    trainer.train(str(MODEL))


def _hear_orders(words: Lexicon) -> None:
    """What asks for something, be it of no intent, and what asks for nothing."""
    taught = [(row.text, row.names, row.intent == "nothing") for row in phrasings()]
    taught += [(prompt.text, prompt.machines, False) for prompt in prompts() if prompt.task == OTHER]
    seen = [ordered.traits(text, words, names) for text, names, _ in taught]
    said = [ordered.NOTHING if nothing else ordered.ASKED for _, _, nothing in taught]
    fitted = fit(seen, said, looseness=_LOOSENESS, seen_by=_SEEN_BY, balance=0.0)
    write(ordered.WEIGHTS, source(), fitted, least=_LEAST)


def _rows(marked: list[Marked], words: Lexicon) -> Iterator[tuple[list[list[str]], list[str]]]:
    """What is seen of each piece, and its tag."""
    chance = random.Random(_SEED)
    for prompt in marked:
        found = pieces(prompt.text)
        if prompt.task not in INTENTS or not found:
            continue
        there = not prompt.makes and chance.random() < _KNOWN
        names = {name.lower() for name in prompt.machines} if there else set[str]()
        yield looks(found, words, names, INTENTS[prompt.task]), _tags(prompt, found)


def _tags(prompt: Marked, found: list[Piece]) -> list[str]:
    tags = ["O"] * len(found)
    for label, first, last in prompt.spans:
        held = [at for at, piece in enumerate(found) if piece.first < last and piece.last > first]
        for at in held:
            tags[at] = f"{'B' if at == held[0] else 'I'}-{label}"
    return tags


if __name__ == "__main__":
    main()
