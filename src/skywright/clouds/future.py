"""What an account will be when a program's steps have been carried out, and what of them can't be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from skywright.model.operation import Operation
from skywright.model.resource import Resource
from skywright.model.values import Arguments, Value


@dataclass(frozen=True, slots=True)
class Planned:
    """A step as it will be carried out, with what earlier steps give written in as far as that can be told.

    Attributes:
        waits: whether it waits for a state, which `operation` then names.
    """

    key: str
    operation: Operation
    arguments: Arguments
    region: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that must not be, and is if a program is carried out.

    Attributes:
        invariant: `lifetimes`, `freshness`, `reach`, `ranges`, `copies`, `health` or `undo`.
        step: the key of the step from which on it is so.
        says: what is so, in words that follow `step …: `.
        waivable: whether a person may have it so.
    """

    invariant: str
    step: str
    says: str
    waivable: bool = False


class Future(Protocol):
    """An account in thought, in which a program is carried out step by step."""

    def step(self, step: Planned) -> Value:
        """Carry a step out; what it would answer, as far as that can be told."""
        ...

    def end(self) -> tuple[Sequence[Breach], Sequence[tuple[str, Resource]]]:
        """What was breached, and what is left of what steps made or changed, with the last such step."""
        ...
