"""The phrasings that people labelled: what the weights are made of."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from skywright.brains.builtin.intents import traits

FOLDER = Path(__file__).parent / "phrasings"


def phrasings(folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """(intent, phrasing) of every line; the file's name is the intent's."""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield path.stem, line.strip()


def source() -> str:
    """A hash of what the weights are made of: the phrasings and what is seen of them."""
    digest = sha256(Path(traits.__file__).read_bytes())
    for intent, text in phrasings():
        digest.update(f"{intent}\t{text}\n".encode())
    return digest.hexdigest()
