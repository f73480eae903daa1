"""A request as an expert works on it, and the attempts that were made at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from skywright.brains.base import Context, Tried, Workshop
from skywright.model.operation import Operation
from skywright.model.program import Program
from skywright.model.resource import Inventory


class Found(Protocol):
    """An operation that was found for some words."""

    @property
    def operation(self) -> Operation: ...


class Docs(Protocol):
    """Documentation that can be searched by what one wants to do."""

    def search(self, text: str, most: int) -> Sequence[Found]:
        """The operations that the words most likely mean, the likeliest first.

        Raises:
            Unavailable: It cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """One request, and all that an expert has for it.

    Attributes:
        shown: the slice of the target's state, in lines.
        attempts: how many may be made.
        context_tokens: how long a talk may get.
    """

    request: str
    context: Context
    workshop: Workshop
    inventory: Inventory
    shown: str
    docs: Docs | None = None
    attempts: int = 12
    context_tokens: int = 12_000


@dataclass(frozen=True, slots=True)
class Attempted:
    """An artefact and what came of it.

    Attributes:
        program: what it was, of an attempt that is one.
        stray: why it cannot be what was asked for; empty if it can be.
        overlooked: what the request says and it does not.
    """

    language: str
    code: str
    tried: Tried
    program: Program | None = None
    stray: str = ""
    overlooked: tuple[str, ...] = ()

    @property
    def error(self) -> str:
        return self.stray or self.tried.error
