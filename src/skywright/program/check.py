"""Whether a program makes sense: everything that can be said against it before anything is called.

Owns the list of what is looked at. Types come from the catalogue, so no operation and no cloud is
known here. Time grows with the number of steps; an unknown construct of JMESPath is no finding.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from skywright.clouds.calling import Catalogue
from skywright.errors import NotFound
from skywright.model.operation import Effect, Operation
from skywright.model.program import Expectation, Finding, Parameter, Program, Step
from skywright.model.shape import Shape, Signature
from skywright.model.values import Arguments, Value
from skywright.program import alternatives
from skywright.program.expand import MOST_REPEATS, refusal
from skywright.program.fit import Wrong, fit
from skywright.program.names import Made, Names, Place, unsound
from skywright.program.patterns import Untamed, tame
from skywright.program.references import BadReference, Reference, parse, strings
from skywright.program.types import Type, type_of, typed

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_TAKEN = frozenset(("index", "number", "result"))


def check(program: Program, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Everything wrong with a program, in the order of its lines; empty if nothing is."""
    found = set(_Check(program, catalogue).run())
    if any(step.alternatives for step in program.steps):
        found |= set(_of_alternatives(program, catalogue, found))
    return tuple(sorted(found))


def _of_alternatives(program: Program, catalogue: Catalogue, known: set[Finding]) -> Iterator[Finding]:
    """What is wrong with the alternatives, and with what the program would become by them."""
    flawed = False
    for flaw in alternatives.flaws(program):
        flawed = True
        place = f"step '{flaw.step.id}', alternative {flaw.number}"
        yield Finding(flaw.step.line, place, flaw.problem)
    if flawed:
        return
    for words, variant in alternatives.variants(program):
        for finding in set(_Check(variant, catalogue).run()) - known:
            yield replace(finding, problem=f"{finding.problem} (by {words})")


class _Check:
    def __init__(self, program: Program, catalogue: Catalogue) -> None:
        self._program = program
        self._catalogue = catalogue
        self._parameters: Mapping[str, Parameter] = {one.name: one for one in program.parameters}
        self._names = Names(self._parameters, {step.id: at for at, step in enumerate(program.steps)})
        self._signatures: dict[Operation, Signature | str] = {}

    def run(self) -> Iterator[Finding]:
        seen: set[str] = set()
        for parameter in self._program.parameters:
            place = f"parameter '{parameter.name}'"
            for problem in _parameter(parameter, seen):
                yield Finding(parameter.line, place, problem)
            seen.add(parameter.name)
        yield from self._region(self._program.region, Place(), 0, "the program")
        for step in self._program.steps:
            for place, problem in self._step(step, seen):
                where = f"step '{step.id}'"
                yield Finding(step.line, f"{where}, {place}" if place else where, problem)
            seen.add(step.id)
        for expectation in self._program.expectations:
            for problem in self._expectation(expectation):
                yield Finding(expectation.line, f"expectation '{expectation.says}'", problem)
        for problem in self._references(self._program.answer, Place(strict=False)):
            yield Finding(0, "the answer", problem)

    def _step(self, step: Step, seen: set[str]) -> Iterator[tuple[str, str]]:
        for problem in _name(step.id, "step", seen):
            yield "", problem
        for problem in self._when(step):
            yield "when", problem
        times, problem = self._times(step)
        if problem:
            yield "repeat", problem
        place = Place(times, step.when)
        for finding in self._region(step.region, place, step.line, ""):
            yield "region", finding.problem
        if not step.region and not self._program.region:
            yield "", "neither the step nor the program names a region"
        if step.timeout_seconds <= 0:
            yield "timeout", f"must be more than 0 seconds, not {step.timeout_seconds:g}"
        yield from self._operation(step, place)

    def _operation(self, step: Step, place: Place) -> Iterator[tuple[str, str]]:
        made = Made(Type("any"), place.times, step.when)
        if (step.operation is None) == (step.waiter is None):
            yield "", "must have either an operation or a waiter"
        elif step.waiter is not None:
            made = Made(None, place.times, step.when)
            yield from self._waiter(step, step.waiter, place)
        elif step.operation is not None:
            signature = self._signature(step.operation)
            if isinstance(signature, str):
                yield "", signature
                for problem in self._references(step.arguments, place):
                    yield "", problem
            else:
                made = Made(typed(signature.output), place.times, step.when)
                yield from self._fit(step.arguments, signature.input, place)
                yield from self._until(step, signature, place)
                yield from self._undo(step, typed(signature.output), place)
        self._names.made.setdefault(step.id, made)

    def _waiter(self, step: Step, name: Operation, place: Place) -> Iterator[tuple[str, str]]:
        if step.until is not None:
            yield "until", "a wait has a waiter and needs no condition; use 'do' with a reading operation"
        if step.undo:
            yield "undo", "a wait changes nothing and has no undo"
        try:
            waiter = self._catalogue.waiter(name)
        except NotFound as problem:
            yield "", str(problem)
            return
        if not any(acceptor.state == "success" for acceptor in waiter.acceptors):
            yield "", f"the wait {name} can never end well"
        signature = self._signature(waiter.operation)
        if not isinstance(signature, str):
            yield from self._fit(step.arguments, signature.input, place)

    def _until(self, step: Step, signature: Signature, place: Place) -> Iterator[tuple[str, str]]:
        if step.until is None:
            return
        if signature.effect is not Effect.READ:
            yield (
                "until",
                f"{step.operation} does not only read, so it must not be repeated until something holds",
            )
        problem = unsound(step.until, typed(signature.output), self._names, place)
        if problem:
            yield "until", f"this can never hold: {problem}"

    def _undo(self, step: Step, result: Type, place: Place) -> Iterator[tuple[str, str]]:
        if step.undo and step.irreversible:
            yield "undo", "a step that is irreversible has no undo"
        for inverse in step.undo:
            signature = self._signature(inverse.operation)
            if isinstance(signature, str):
                yield "undo", signature
                continue
            within = Place(place.times, place.when, result)
            for inner, problem in self._fit(inverse.arguments, signature.input, within):
                yield f"undo {inverse.operation}, {inner}" if inner else f"undo {inverse.operation}", problem

    def _expectation(self, expectation: Expectation) -> Iterator[str]:
        yield from (finding.problem for finding in self._region(expectation.region, Place(), 0, ""))
        if not expectation.region and not self._program.region:
            yield "neither the expectation nor the program names a region"
        signature = self._signature(expectation.read)
        if isinstance(signature, str):
            yield signature
            return
        if signature.effect is not Effect.READ:
            yield f"{expectation.read} does not only read"
        for place, problem in self._fit(expectation.arguments, signature.input, Place()):
            yield f"{place}: {problem}"
        problem = unsound(expectation.that, typed(signature.output), self._names, Place())
        if problem:
            yield f"this can never hold: {problem}"

    def _fit(self, arguments: Arguments, shape: Shape, place: Place) -> Iterator[tuple[str, str]]:
        return fit(arguments, shape, lambda text: self._names.type_of(text, place))

    def _references(self, value: Value, place: Place) -> Iterator[str]:
        """What is wrong with references where no type is known for the value."""
        for _, text in strings(value):
            try:
                self._names.type_of(text, place)
            except Wrong as wrong:
                yield str(wrong)

    def _region(self, region: str, place: Place, line: int, what: str) -> Iterator[Finding]:
        if "${" not in region:
            return
        try:
            found = self._names.type_of(region, place)
        except Wrong as wrong:
            yield Finding(line, what, f"region: {wrong}")
            return
        kind = found.kind if isinstance(found, Type) else type_of(found).kind
        if kind not in ("string", "any"):
            yield Finding(line, what, f"region: must be text, and {region} is not")

    def _when(self, step: Step) -> Iterator[str]:
        if step.when is None:
            return
        text = step.when.strip().removeprefix("!").strip()
        try:
            template = parse(text if text.startswith("${") else "${" + text + "}")
        except BadReference as problem:
            yield str(problem)
            return
        only = template[0]
        if len(template) != 1 or isinstance(only, str) or only.name not in self._parameters:
            yield f"must be one reference to a parameter, with or without a '!', not '{step.when}'"

    def _times(self, step: Step) -> tuple[int | None, str]:
        """How often a step is done (-1: not known), and what is wrong with that."""
        if step.repeat is None:
            return None, ""
        times: Type | Value = step.repeat
        if isinstance(step.repeat, str):
            try:
                template = parse(step.repeat)
                if len(template) != 1 or not isinstance(template[0], Reference):
                    return -1, f"must be a number or one reference to one, not '{step.repeat}'"
                if template[0].name not in self._parameters:
                    return -1, f"must be known beforehand, so only a parameter will do, not {step.repeat}"
                times = self._names.type_of(step.repeat, Place())
            except (BadReference, Wrong) as problem:
                return -1, str(problem)
        if isinstance(times, Type):
            fits = times.kind in ("integer", "any")
            return -1, "" if fits else f"must be a whole number, and {step.repeat} is not"
        if isinstance(times, bool) or not isinstance(times, int):
            return -1, f"must be a whole number, not {times!r}"
        if not 0 <= times <= MOST_REPEATS:
            return -1, f"must be between 0 and {MOST_REPEATS}, not {times}"
        return times, ""

    def _signature(self, operation: Operation) -> Signature | str:
        """An operation's types, or a sentence if there is no such operation."""
        known = self._signatures.get(operation)
        if known is None:
            try:
                known = self._catalogue.signature(operation)
            except NotFound as problem:
                known = str(problem)
            self._signatures[operation] = known
        return known


def _parameter(parameter: Parameter, seen: set[str]) -> Iterator[str]:
    yield from _name(parameter.name, "parameter", seen)
    least, most = parameter.minimum, parameter.maximum
    if least is not None and most is not None and least > most:
        yield f"the minimum {least:g} is more than the maximum {most:g}"
    if parameter.pattern is not None:
        try:
            tame(parameter.pattern)
        except Untamed as problem:
            yield str(problem)
            return
    if parameter.type == "boolean" and (least is not None or most is not None or parameter.choices):
        yield "a boolean has no minimum, maximum or choices"
    if parameter.value is not None and (problem := refusal(parameter, parameter.value)):
        yield problem


def _name(name: str, what: str, seen: set[str]) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f"'{name}' cannot name a {what}; use letters, digits and _, a letter first, at most 64"
    if name in _TAKEN:
        yield f"'{name}' has a meaning of its own in references; choose another name"
    if name in seen:
        yield f"the name '{name}' is taken already"
