"""The data-flow graph of an API: which operations make an identifier, tell it, and take it.

Owns the working out, from signatures alone. Must not know any operation; calls nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from skywright.brains.planner.names import parts, singular, thing
from skywright.clouds.calling import Catalogue
from skywright.model.operation import Effect, Operation
from skywright.model.shape import Shape, Signature

_DEEPEST: Final = 2
_READS: Final = ("List", "Describe", "Get")


@dataclass(frozen=True, slots=True)
class Reader:
    """An operation that tells which things of a kind there are.

    Attributes:
        rows: the member of its result that holds them.
        members: of a row, which identify it: `TopicArn`; none where the rows are texts themselves.
    """

    operation: Operation
    rows: str
    members: tuple[str, ...]

    def tells(self, member: str) -> bool:
        """Whether it tells what such a member takes."""
        return bool(self.key(member)) or (not self.members and _like(singular_member(self.rows), member))

    def key(self, member: str) -> str:
        """The member of a row that holds what such a member takes; empty if none does."""
        exact = [key for key in self.members if key.lower() == member.lower()]
        return next(iter(exact or [key for key in self.members if _like(key, member)]), "")


class Graph:
    """What makes, tells and takes which identifiers in one cloud."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.readers = cache(self._readers)
        self.path = cache(self._path)

    def makes(self, operation: Operation) -> tuple[str, ...]:
        """The words for what an operation makes; none if it makes nothing."""
        signature = self._catalogue.signature(operation)
        return noun(operation) if signature.effect is Effect.CREATE else ()

    def _path(self, operation: Operation, member: str, about: tuple[str, ...]) -> str:
        """Where in its result the operation has the identifier that such a member takes; empty: nowhere."""
        output = self._catalogue.signature(operation).output
        found = [
            (path, name)
            for path, name, of in _leaves(output)
            if thing(name)[0] == about or (not thing(name)[0] and parts(of) == about)
        ]
        exact = [path for path, name in found if name.lower() == member.lower()]
        return next(iter(exact or [path for path, name in found if _like(name, member)]), "")

    def _readers(self, service: str, about: tuple[str, ...]) -> tuple[Reader, ...]:
        """The operations that need nothing and tell which things of the kind there are, simple ones first."""
        found = [
            reader
            for name in self._catalogue.operations(service)
            if name.startswith(_READS) and _tells(name, about)
            for reader in self._of(Operation(service, name), about)
        ]
        return tuple(sorted(found, key=lambda reader: (len(reader.operation.name), reader.operation)))

    def _of(self, operation: Operation, about: tuple[str, ...]) -> Iterator[Reader]:
        signature = self._catalogue.signature(operation)
        if signature.effect is not Effect.READ or signature.input.required:
            return
        for rows, shape in signature.output.members.items():
            if shape.kind != "list" or shape.item is None:
                continue
            if shape.item.kind == "string" and thing(singular_member(rows))[0] in (about, ()):
                yield Reader(operation, rows, ())
            elif shape.item.kind == "structure" and (members := _identifying(shape.item, about)):
                yield Reader(operation, rows, members)


def noun(operation: Operation) -> tuple[str, ...]:
    """The words for what an operation is about: its name without its verb."""
    return parts(operation.name)[1:]


def singular_member(name: str) -> str:
    """`QueueUrls` as `QueueUrl`."""
    return singular(name) if not name.endswith("Ids") else name[:-1]


def required(signature: Signature) -> tuple[str, ...]:
    """What an operation cannot be without and its client does not fill, in the order of its members."""
    return tuple(
        name
        for name, shape in signature.input.members.items()
        if name in signature.input.required and not shape.token
    )


def _tells(name: str, about: tuple[str, ...]) -> bool:
    said = parts(name)[1:]
    return said[: len(about)] == about or said == about


def _identifying(row: Shape, about: tuple[str, ...]) -> tuple[str, ...]:
    """The members of a row that hold its own identifier or name; those that say whose it is come first."""
    found = [
        member
        for member, shape in row.members.items()
        if shape.kind == "string"
        and thing(member)[1] != "plain"
        and thing(member)[0] in (about, about[-1:], ())
    ]
    return tuple(sorted(found, key=lambda member: thing(member)[0] != about))


def _like(one: str, other: str) -> bool:
    """Whether both are an ARN, or an id, or a name: their last words say so."""
    names = ("name", "identifier")
    ends = (parts(one)[-1:], parts(other)[-1:])
    return ends[0] == ends[1] or all(end and end[0] in names for end in ends)


def _leaves(
    shape: Shape, path: str = "", of: str = "", depth: int = _DEEPEST
) -> Iterator[tuple[str, str, str]]:
    """(path, name, the name of what holds it) of every text in a result, the shallow ones first."""
    below: list[tuple[str, Shape, str]] = []
    for name, member in shape.members.items():
        here = f"{path}.{name}" if path else name
        if member.kind == "string":
            yield here, name, of
        elif member.kind == "structure" and depth:
            below.append((here, member, name))
    for here, member, name in below:
        yield from _leaves(member, here, name, depth - 1)
