"""Requests near to what the library does, as people wrote them: what it meets, and what it does not.

A line is `INTENT<TAB>TEXT`, with `[label:words]` around names as in marked prompts; `beyond` stands in place
of an intent before what no recipe does as it is asked. Learnt from them is whether a plan is all that is
meant, and nothing else.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from skywright.brains.builtin.intents.marked import Marked, prompts
from skywright.brains.builtin.intents.taught import source as taught

FOLDER = Path(__file__).parent / "near"
BEYOND = "beyond"


def requests() -> Iterator[Marked]:
    """Every request; its task is the intent, or `beyond`."""
    return prompts(FOLDER)


def source() -> str:
    """A hash of what is learnt from: these, and all that people labelled."""
    digest = sha256(taught().encode())
    for each in requests():
        digest.update("\t".join([each.task, each.text, *each.machines]).encode() + b"\n")
    return digest.hexdigest()
