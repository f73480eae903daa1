"""Shapes: the type of an operation's arguments and results, whichever cloud described them."""

from dataclasses import dataclass
from typing import Literal, Protocol

from skywright.model.operation import Effect, Operation

Kind = Literal[
    "structure", "list", "map", "string", "integer", "number", "boolean", "timestamp", "blob", "document"
]


class Shape(Protocol):
    """The type of a value. Implementations may be lazy: shapes can be recursive."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def members(self) -> "dict[str, Shape]":
        """Of a structure; empty otherwise."""
        ...

    @property
    def required(self) -> frozenset[str]: ...
    @property
    def item(self) -> "Shape | None":
        """Of a list, and the values of a map."""
        ...

    @property
    def choices(self) -> tuple[str, ...]:
        """Of an enumeration; empty otherwise."""
        ...

    @property
    def minimum(self) -> float | None:
        """Least value of a number, least length of a string or a list."""
        ...

    @property
    def maximum(self) -> float | None: ...
    @property
    def pattern(self) -> str | None: ...
    @property
    def sensitive(self) -> bool:
        """Whether a value of this shape must never be recorded."""
        ...

    @property
    def token(self) -> bool:
        """Whether this is an idempotency token, which clients fill by themselves."""
        ...


@dataclass(frozen=True)
class Signature:
    """What an operation takes, gives and does.

    Attributes:
        pages: the member names of its results that grow page by page; empty if it has no pages.
        streams: whether its body or its result is a stream that must not be held in memory.
        stream: the member of the input that is such a body; empty if there is none.
    """

    operation: Operation
    effect: Effect
    input: Shape
    output: Shape
    pages: tuple[str, ...] = ()
    streams: bool = False
    stream: str = ""
    documentation: str = ""
