"""A session bound to a program: which step a call is, what is done, and what came of it.

Owns the matching and the results. Sends nothing and writes nothing.
"""

import asyncio
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from skywright.clouds.calling import Catalogue
from skywright.clouds.wire import Answer, Understood, Wire
from skywright.errors import Refused
from skywright.gate.likeness import PAGE_TOKENS, form, left_out
from skywright.gate.secrecy import strike
from skywright.journal.canonical import canonical
from skywright.model.call import Call
from skywright.model.operation import Operation
from skywright.model.program import Program
from skywright.model.shape import Signature
from skywright.model.values import Arguments, Value
from skywright.program.expand import Instance, instances, specialise
from skywright.program.references import BadReference, Reference, references
from skywright.program.resolving import Scope, Unresolved, resolve

_NAMESPACE = uuid.UUID("6f0d9f0e-8b57-5c0e-9d1c-2f6f1f7f9b7a")


@dataclass
class Piece:
    """One step, or one repetition of it, and how far it is.

    Attributes:
        arguments: resolved, once it was matched.
        asked: whether this attempt has asked for it already.
        doubt: the recorded intent whose outcome is not known; None: nothing is in doubt.
        answer: kept, to be given again; None with `done`: it held a secret and was not kept.
        pages: of a read: the cloud's answers, parsed only when their values are needed.
        apart: the arguments that make no difference to which step a call is.
        referred: what its arguments refer to.
    """

    instance: Instance
    operation: Operation
    signature: Signature
    position: int
    asked: bool = False
    done: bool = False
    doubt: Call | None = None
    protocol: str = ""
    answer: Answer | None = None
    result: Value = None
    apart: frozenset[str] = frozenset()
    referred: tuple[Reference, ...] = ()
    pages: list[tuple[Understood, Answer]] = field(default_factory=list[tuple[Understood, Answer]])
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def key(self) -> str:
        return self.instance.key


@dataclass
class _Alike:
    """The steps of one operation that differ in the same arguments.

    Attributes:
        known: by the form of their arguments, where that cannot change.
        open: those whose arguments depend on what other steps give.
        new: not sorted yet.
    """

    signature: Signature
    known: dict[str, list[Piece]] = field(default_factory=dict[str, list[Piece]])
    open: list[Piece] = field(default_factory=list[Piece])
    new: list[Piece] = field(default_factory=list[Piece])


class Binding:
    """The state of one bound session. Used inside the event loop; `results` from anywhere."""

    def __init__(self, program: Program, run: str, catalogue: Catalogue, wire: Wire) -> None:
        """
        Raises:
            Malformed: The program's values are missing or not allowed.
            NotFound: It names an operation that does not exist.
        """
        self._program = specialise(program)
        self._run = run
        self._wire = wire
        self._invocations: dict[str, Piece] = {}
        pieces = [
            Piece(instance, instance.step.operation, catalogue.signature(instance.step.operation), position)
            for position, instance in enumerate(instances(self._program))
            if instance.step.operation is not None
        ]
        for piece in pieces:
            given = piece.instance.arguments
            added = wire.incidental(piece.operation) - given.keys()
            piece.apart = left_out(piece.signature, added)
            # What is no reference shows when it is resolved: no call can be that step then.
            with suppress(BadReference):
                piece.referred = tuple(references(given))
        self.changes = [piece for piece in pieces if piece.signature.effect.mutates]
        self._by_step: dict[str, list[Piece]] = {}
        self._alike: dict[Operation, dict[frozenset[str], _Alike]] = {}
        for piece in pieces:
            alike = self._alike.setdefault(piece.operation, {})
            alike.setdefault(piece.apart, _Alike(piece.signature)).new.append(piece)
            self._by_step.setdefault(piece.instance.step.id, []).append(piece)

    def mark(self, piece: Piece) -> str:
        """What the things that the step makes are tagged with."""
        return f"{self._run}/{piece.key}"

    def match(self, understood: Understood, invocation: str) -> Piece:
        """The step that a changing call carries out.

        Args:
            invocation: the client's own name for this call, the same when it tries again; or empty.

        Raises:
            Refused: The call is not a step of the program, or not one whose turn it can be.
        """
        equal = self._equal(understood)
        if not equal:
            raise Refused(
                "not-in-program", f"{understood.operation} as asked is not a step: {self._expected()}"
            )
        again = self._invocations.get(invocation) if invocation else None
        if again is not None and again in equal:
            return again
        fresh = [piece for piece in equal if not piece.asked]
        under_way = [piece for piece in equal if piece.turn.locked()]
        if not fresh and not under_way:
            # Everything that is like this was asked for: the artefact is being run again from its start.
            self.begin_again()
            fresh = equal
        piece = fresh[0] if fresh else under_way[0]
        piece.asked = True
        if invocation:
            self._invocations[invocation] = piece
        return piece

    def begin_again(self) -> None:
        """A new attempt: steps are asked for from the start; what is done stays done."""
        self._invocations.clear()
        for piece in self.changes:
            piece.asked = False

    def forget(self, piece: Piece) -> None:
        """The step failed: whoever asks for it again means the same one."""
        piece.asked = False

    def arguments(self, piece: Piece, asked: Arguments) -> Arguments:
        """What to send for a step: as approved, with tokens of our own and the tag.

        Args:
            asked: the client's arguments, which were found equal to the step's. Of what the step does not say
                only what makes no difference is taken: an empty list can be an order to clear something.
        """
        resolved = self._resolved(piece)
        assert resolved is not None
        arguments = {name: value for name, value in asked.items() if name in piece.apart} | resolved
        for name, shape in piece.signature.input.members.items():
            if shape.token:
                token = str(uuid.uuid5(_NAMESPACE, self.mark(piece)))
                longest = int(shape.maximum or 64)
                arguments[name] = token if len(token) <= longest else token.replace("-", "")[:longest]
        return self._wire.mark(piece.operation, arguments, self.mark(piece))

    def finished(self, piece: Piece, understood: Understood, answer: Answer | None, result: Value) -> None:
        piece.done, piece.doubt = True, None
        piece.protocol, piece.answer, piece.result = understood.protocol, answer, result

    def saw(self, understood: Understood, answer: Answer) -> None:
        """A read was answered: it is the result of every reading step that it could be now."""
        equal = self._equal(understood)
        if not equal:
            return
        position = max((piece.position for piece in self.changes if piece.asked), default=-1)
        until = min(
            (piece.position for piece in self.changes if not piece.asked and piece.position > position),
            default=sys.maxsize,
        )
        now = [piece for piece in equal if position < piece.position < until]
        further = any(
            understood.arguments.get(name) for name in understood.arguments if name.lower() in PAGE_TOKENS
        )
        for piece in now or [piece for piece in equal if not piece.done]:
            if not further:
                piece.pages.clear()
            piece.pages.append((understood, answer))
            piece.done, piece.result = True, None

    def results(self) -> dict[str, Value]:
        """Results by step, secrets struck out; of a repeated step a list, None where one is not done."""
        found: dict[str, Value] = {}
        for step in self._program.steps:
            if step.operation is None:
                continue
            pieces = self._by_step.get(step.id, [])
            values = [strike(self._value(piece), piece.signature.output) for piece in pieces]
            if step.repeat is not None:
                found[step.id] = values
            elif pieces[0].done:
                found[step.id] = values[0]
        return found

    def _equal(self, understood: Understood) -> list[Piece]:
        """The steps that ask for exactly what the call does, in their order."""
        operation, arguments = understood.operation, understood.arguments
        found: list[Piece] = []
        for apart, alike in self._alike.get(operation, {}).items():
            asked = canonical(form(arguments, alike.signature, apart))
            self._sort_out(alike)
            found += alike.known.get(asked, ())
            found += [piece for piece in alike.open if self._form(piece) == asked]
        found.sort(key=lambda piece: piece.position)
        return [piece for piece in found if self._there(piece, understood.region)]

    def _sort_out(self, alike: "_Alike") -> None:
        """Find those whose form is known from the start; done once, for programs may have thousands."""
        for piece in alike.new:
            refers = any(reference.name in self._by_step for reference in piece.referred)
            asked = None if refers else self._form(piece)
            if refers:
                alike.open.append(piece)
            elif asked is not None:
                alike.known.setdefault(asked, []).append(piece)
        alike.new.clear()

    def _there(self, piece: Piece, region: str) -> bool:
        wanted = piece.instance.region
        return not wanted or region in (wanted, self._wire.home(piece.operation, wanted))

    def _form(self, piece: Piece) -> str | None:
        """Of the step's arguments; None while something that they refer to is not there yet."""
        resolved = self._resolved(piece)
        return None if resolved is None else canonical(form(resolved, piece.signature, piece.apart))

    def _resolved(self, piece: Piece) -> dict[str, Value] | None:
        """The step's arguments; None while something that they refer to is not there yet."""
        given = piece.instance.arguments
        try:
            for reference in piece.referred:
                if not self._ready(reference.name, reference.path):
                    return None
            values = {name: self._step_value(name) for name in {item.name for item in piece.referred}}
            scope = Scope({**self._program.values(), **values}, piece.instance.index)
            return {name: resolve(value, scope) for name, value in given.items()}
        except (Unresolved, BadReference):
            return None

    def _ready(self, name: str, path: str) -> bool:
        pieces = self._by_step.get(name)
        if pieces is None:
            return True
        if path.startswith("[") and path[1 : path.find("]")].isdigit():
            number = int(path[1 : path.find("]")])
            return number < len(pieces) and pieces[number].done
        return all(piece.done for piece in pieces)

    def _step_value(self, name: str) -> Value:
        pieces = self._by_step.get(name)
        if pieces is None:
            return self._program.values().get(name)
        if pieces[0].instance.index is None:
            return self._value(pieces[0])
        return [self._value(piece) for piece in pieces]

    def _value(self, piece: Piece) -> Value:
        if piece.result is None and piece.pages:
            results = [self._wire.result(understood, answer)[0] for understood, answer in piece.pages]
            piece.result = merged(results, piece.signature.pages)
        return piece.result

    def _expected(self) -> str:
        waiting = [piece for piece in self.changes if not piece.done]
        ready = [piece for piece in waiting if self._resolved(piece) is not None]
        if not waiting:
            return "every step of the program is done"
        following = (ready or waiting)[0]
        return f"next is step {following.key}, {following.operation}"


def merged(results: Sequence[Value], growing: Sequence[str]) -> Value:
    """Pages as one result: the lists that grow put together, the rest from the first page."""
    first, *others = results
    if not isinstance(first, Mapping) or not others:
        return first
    whole = dict(first)
    for name in growing:
        lists = [page.get(name) for page in results if isinstance(page, Mapping)]
        if all(
            isinstance(part, Sequence) and not isinstance(part, str) for part in lists if part is not None
        ):
            whole[name] = [item for part in lists if isinstance(part, Sequence) for item in part]
    return {name: value for name, value in whole.items() if name.lower() not in PAGE_TOKENS}
