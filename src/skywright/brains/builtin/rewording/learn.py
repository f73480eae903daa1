"""Makes what is known of values and orders out of what people labelled: `make learn`."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pycrfsuite

from skywright.brains.builtin.intents import model
from skywright.brains.builtin.intents.fitting import fit, write
from skywright.brains.builtin.intents.marked import INTENTS, OTHER, Marked, prompts
from skywright.brains.builtin.intents.taught import phrasings, source
from skywright.brains.builtin.rewording import beyond, near, ordered
from skywright.brains.builtin.rewording.looks import looks
from skywright.brains.builtin.rewording.pieces import Piece, pieces
from skywright.brains.builtin.rewording.reader import MODEL
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.likelihood import NEITHER

_SETTINGS = {
    "c1": 0.1,
    "c2": 0.02,
    "max_iterations": 100,
    "feature.minfreq": 2,
    "feature.possible_transitions": True,
}
_LOOSENESS, _SEEN_BY, _LEAST = 30.0, 3, 0.15
_NEAR_LOOSENESS, _NEAR_BY = 100.0, 2
_KNOWN = 0.9
"""How often the machines of a prompt are taken for ones that exist, where they may."""
_SEED = 1


def main() -> None:
    """Learn, and write the files."""
    words = lexicon.load()
    _read_values(words)
    _hear_orders(words)
    _see_more(words)


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


def _see_more(words: Lexicon) -> None:
    """What a recipe does as it is asked for, and what is only near to one."""
    likely = model.load()
    seen: list[dict[str, float]] = []
    said: list[str] = []
    for text, names, intent in _near():
        seen.append(beyond.traits(text, intent or _nearest(likely.likely(text, words, names)), words, names))
        said.append(beyond.MET if intent else beyond.BEYOND)
    fitted = fit(seen, said, looseness=_NEAR_LOOSENESS, seen_by=_NEAR_BY, balance=0.0)
    write(beyond.WEIGHTS, near.source(), fitted, least=_LEAST)


def _near() -> Iterator[tuple[str, Sequence[str], str]]:
    """(text, names, intent) of all that asks for something; without an intent what no recipe does."""
    for row in phrasings():
        if row.intent != "nothing":
            yield row.text, row.names, "" if row.intent == "outside" else row.intent
    for prompt in prompts():
        if prompt.task == OTHER:
            yield prompt.text, prompt.machines, ""
    for request in near.requests():
        yield request.text, request.machines, "" if request.task == near.BEYOND else request.task


def _nearest(likely: Mapping[str, float]) -> str:
    return max(likely.keys() - NEITHER, key=lambda intent: likely[intent])


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
