"""The choice of a modality for a program."""

from collections.abc import Collection
from dataclasses import dataclass

from skywright.errors import NotFound
from skywright.model.program import Program

_ONE_PROCESS_PAYS_FROM = 4
"""A CLI script starts one process a step, an SDK program one in all; from here on that is felt."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A modality and, in a line, why."""

    modality: str
    why: str


def choose(asked: str, program: Program, available: Collection[str]) -> Choice:
    """The modality to perform the program in.

    Args:
        asked: a modality's name, or `auto`.

    Raises:
        NotFound: There is no such modality.
    """
    if asked != "auto":
        if asked not in available:
            known = ", ".join(sorted(available))
            raise NotFound(f"modality '{asked}' is not available; there is {known}")
        return Choice(asked, "as asked")
    if len(program.steps) >= _ONE_PROCESS_PAYS_FROM and "sdk" in available:
        return Choice("sdk", f"{len(program.steps)} steps in one process")
    return Choice("cli", "few steps, and the script is the shortest to read")
