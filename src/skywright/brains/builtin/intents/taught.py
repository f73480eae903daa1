"""What people labelled: phrasings of every intent, and marked prompts. What the weights are made of."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from skywright.brains.builtin.intents import marked, traits

FOLDER = Path(__file__).parent / "phrasings"


class Phrasing(NamedTuple):
    """A way of asking for something.

    Attributes:
        names: of the machines in it that exist.
    """

    intent: str
    text: str
    names: tuple[str, ...] = ()


def phrasings(folder: Path = FOLDER) -> Iterator[Phrasing]:
    """Every line of the phrasings, whose file is named after the intent, and every marked prompt of one."""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield Phrasing(path.stem, line.strip())
    for prompt in marked.prompts():
        intent = "nothing" if prompt.task == marked.NONE else marked.INTENTS.get(prompt.task)
        if intent is not None:
            yield Phrasing(intent, prompt.text, () if prompt.makes else tuple(prompt.machines))


def source() -> str:
    """A hash of what the weights are made of: all that people labelled, and what is seen of it."""
    digest = sha256(Path(traits.__file__).read_bytes())
    for row in phrasings():
        digest.update("\t".join([row.intent, row.text, *row.names]).encode() + b"\n")
    return digest.hexdigest()
