"""Backwards from a goal: what an operation requires is taken from the words, looked up, made, or asked for.

Owns the filling of one operation's arguments and the making of what it lacks. What it makes of the request
is a list of steps; who plans puts them into a program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from skywright.brains.base import Context
from skywright.brains.planner.arguments import filled, merged, tagged
from skywright.brains.planner.fitting import Fitting, Given, value_of
from skywright.brains.planner.graph import Graph, noun, required
from skywright.brains.planner.names import snake, thing
from skywright.brains.planner.present import About, Present, shown
from skywright.model.advice import Question
from skywright.model.operation import Effect, Operation
from skywright.model.program import Parameter, Step
from skywright.model.shape import Shape
from skywright.model.values import Value
from skywright.program.references import escape

_MOST_CHOICES: Final = 12
_READY: Final = ("exists", "available", "active", "running", "in_service")


class Declined(Exception):
    """It can't be planned, for the reason in the message: a clause that ends a sentence."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a step of the plan makes."""

    step: str
    operation: Operation
    about: About
    name: str


@dataclass
class Chain:
    """The steps so far, and what they rest on.

    Attributes:
        assumed: what was taken for granted, a sentence each.
        asked: by id, what has to be answered first.
    """

    context: Context
    graph: Graph
    present: Present
    steps: list[Step] = field(default_factory=list[Step])
    parameters: list[Parameter] = field(default_factory=list[Parameter])
    made: list[Made] = field(default_factory=list[Made])
    assumed: list[str] = field(default_factory=list[str])
    asked: dict[str, Question] = field(default_factory=dict[str, Question])

    def add(self, fitting: Fitting) -> None:
        """Add the operation, and before it what it needs.

        Raises:
            Declined: Something is required that can be neither found, made, nor asked for; or what is named
                is not there; or what is to be made is.
        """
        operation, about = fitting.signature.operation, noun(fitting.signature.operation)
        convention = self.context.cloud.convention(operation)
        arguments: dict[str, Value] = {}
        name = ""
        for member, given in fitting.members.items():
            arguments[member] = self._said(fitting, member, given)
            if member in fitting.forms:
                arguments.update(fitting.forms[member].gives)
            name = name or (given.text if (thing(member)[0] or about) == about else "")
        for slot in convention.slots:
            said = fitting.slots.get(slot.name) or self.context.answers.get(slot.name, "").strip()
            if said:
                arguments = merged(arguments, filled(slot.gives, said))
                name = name or (said if slot.name == "name" else "")
            elif slot.asks:
                self.asked[slot.name] = Question(slot.name, slot.asks)
        if convention.defaults.keys() - arguments.keys() and convention.because:
            self.assumed.append(convention.because)
        arguments = {**convention.defaults, **arguments}
        tags = tagged(fitting, about)
        if tags is None:
            raise Declined(f"{operation} takes no tags")
        arguments |= tags
        for member in required(fitting.signature):
            if member not in arguments:
                arguments[member] = self._required(fitting, member)
        self._put(fitting, arguments, name)

    def _put(self, fitting: Fitting, arguments: Mapping[str, Value], name: str) -> None:
        operation = fitting.signature.operation
        id = self._unused(snake(operation.name))
        self.steps.append(Step(id, operation, arguments=arguments))
        if fitting.signature.effect is Effect.CREATE:
            self.made.append(Made(id, operation, noun(operation), name))
            self._wait(operation, arguments)

    def _said(self, fitting: Fitting, member: str, given: Given) -> Value:
        """The value of a member that was said: converted, and looked up where it names something."""
        operation, shape = fitting.signature.operation, fitting.signature.input.members[member]
        about, kind = thing(member)
        value = value_of(shape, given.text)
        if value is None:
            raise Declined(f"'{given.text}' is no value for {member} of {operation}")
        if kind not in ("name", "id") or not isinstance(value, str):
            return escape(value) if isinstance(value, str) else value
        about = about or noun(operation)
        if _makes(fitting, about):
            if self.present.there(operation.service, about, given.text):
                raise Declined(f"there is already a {' '.join(about)} '{given.text}'")
            return self._parameter(member, value)
        return self._reference(operation, member, about, given)

    def _reference(self, operation: Operation, member: str, about: About, given: Given) -> Value:
        """What stands for a thing that is named: this plan makes it, or it is there, or has to be made."""
        for made in reversed(self.made):
            if made.name == given.text and _same(made.about, about):
                return self._of(made, member, about) or escape(given.text)
        if thing(member)[1] == "id" and _is_identifier(given.text):
            return escape(given.text)
        found = self.present.values(operation.service, about, member, given.text)
        if found is None and thing(member)[1] == "name":
            found = (
                [given.text] if self.present.there(operation.service, about, given.text) is not False else []
            )
        if found is None:
            raise Declined(f"I can't find out which {' '.join(about)} '{given.text}' is")
        if len(found) > 1 and thing(member)[1] == "id":
            self.asked[member] = _question(member, about, found)
            return self.context.answers.get(member, "")
        if found:
            return escape(found[0]) if thing(member)[1] == "id" else self._parameter(member, given.text)
        if given.article in ("a", "an", "new"):
            return self._maker(operation, member, about, given.text)
        raise Declined(f"there is no {' '.join(about)} '{given.text}'")

    def _maker(self, operation: Operation, member: str, about: About, name: str) -> Value:
        """Make what is named and not there, by the operation that makes it."""
        catalogue = self.context.cloud.catalogue
        for each in catalogue.operations(operation.service):
            maker = Operation(operation.service, each)
            if (
                noun(maker) != about
                or self.graph.makes(maker) != about
                or not self.graph.path(maker, member, about)
            ):
                continue
            signature = catalogue.signature(maker)
            named = [
                n for n in signature.input.members if thing(n)[1] == "name" and thing(n)[0] in (about, ())
            ]
            if named and set(required(signature)) <= {named[0]}:
                self.add(Fitting(signature, members={named[0]: Given(name)}))
                self.assumed.append(f"there is no {' '.join(about)} '{name}', so it is made")
                return self._of(self.made[-1], member, about)
        raise Declined(f"there is no {' '.join(about)} '{name}', and I don't know how to make one")

    def _required(self, fitting: Fitting, member: str) -> Value:
        """The value of a member that nothing was said of."""
        operation, shape = fitting.signature.operation, fitting.signature.input.members[member]
        about, kind = thing(member)
        about = about or noun(operation)
        own = _makes(fitting, about)
        if not own and (value := self._made_before(member, about)):
            return value
        if answer := self.context.answers.get(member, "").strip():
            if own or kind not in ("name", "id"):
                return self._said(fitting, member, Given(answer))
            return self._reference(operation, member, about, Given(answer))
        if shape.choices and len(shape.choices) <= _MOST_CHOICES:
            self.asked[member] = Question(member, f"Which {_spoken(member)}?", shape.choices)
        elif own and kind in ("name", "plain") and shape.kind == "string":
            self.asked[member] = Question(member, f"What should the {' '.join(about)} be called?")
        elif kind in ("name", "id") and shape.kind == "string":
            found = self.present.values(operation.service, about, member)
            if found == []:
                raise Declined(f"there is no {' '.join(about)} yet")
            self.asked[member] = _question(member, about, found or ())
        else:
            raise Declined(f"it needs {_spoken(member)} for {operation}, which was not said")
        return ""

    def _made_before(self, member: str, about: About) -> str:
        """A reference to what this plan makes: the last of the kind."""
        found = [made for made in reversed(self.made) if _same(made.about, about)]
        return next(filter(None, (self._of(made, member, about) for made in found)), "")

    def _of(self, made: Made, member: str, about: About) -> str:
        path = self.graph.path(made.operation, member, about)
        return f"${{{made.step}.{path}}}" if path else ""

    def _wait(self, operation: Operation, arguments: Mapping[str, Value]) -> None:
        """Wait until what was made is there, where the API has a waiter that takes the same names."""
        about = "_".join(noun(operation))
        for waiter in self.context.cloud.catalogue.waiters(operation.service):
            takes = self.context.cloud.catalogue.signature(waiter.operation).input
            if waiter.name not in [f"{about}_{ready}" for ready in _READY] or not takes.required:
                continue
            if takes.required <= arguments.keys():
                given = {name: arguments[name] for name in takes.members if name in takes.required}
                id = self._unused(f"{waiter.name}_wait")
                self.steps.append(Step(id, waiter=Operation(operation.service, waiter.name), arguments=given))
                return

    def _parameter(self, member: str, value: str) -> str:
        known = {parameter.name: parameter.value for parameter in self.parameters}
        name = snake(member)
        while known.get(name, value) != value:
            name += "_2"
        if name not in known:
            self.parameters.append(Parameter(name, "string", value))
        return f"${{{name}}}"

    def _unused(self, id: str) -> str:
        taken = {step.id for step in self.steps} | {parameter.name for parameter in self.parameters}
        number, name = 1, id
        while name in taken:
            number += 1
            name = f"{id}_{number}"
        return name


def lacking(fitting: Fitting, context: Context) -> tuple[str, ...]:
    """What the operation requires and was not said, and can be neither looked up, made, nor asked for."""
    operation, members = fitting.signature.operation, fitting.signature.input.members
    convention = context.cloud.convention(operation)
    known = fitting.members.keys() | convention.defaults.keys()
    known |= {name for slot in convention.slots for name in slot.gives}
    known |= {name for form in fitting.forms.values() for name in form.gives}
    return tuple(
        member
        for member in required(fitting.signature)
        if member not in known and not _can_be_found(fitting, member, members[member])
    )


def _can_be_found(fitting: Fitting, member: str, shape: Shape) -> bool:
    about, kind = thing(member)
    if shape.kind != "string" or shape.sensitive:
        return False
    own = _makes(fitting, about or noun(fitting.signature.operation))
    return kind in ("name", "id") or own or 0 < len(shape.choices) <= _MOST_CHOICES


def _makes(fitting: Fitting, about: About) -> bool:
    """Whether the operation makes the thing that is named, or puts it where it was not."""
    operation = fitting.signature.operation
    makes = fitting.signature.effect is Effect.CREATE or operation.name.startswith("Put")
    return makes and about == noun(operation)


def _same(one: About, other: About) -> bool:
    """`cluster` and `ecs cluster`: one is the end of the other."""
    return one[-len(other) :] == other or other[-len(one) :] == one


def _is_identifier(text: str) -> bool:
    return text.startswith(("arn:", "https://", "http://")) or (
        "-" in text and text.rsplit("-", 1)[1].isalnum() and any(letter.isdigit() for letter in text)
    )


def _question(member: str, about: About, found: Sequence[str]) -> Question:
    choices = tuple(dict.fromkeys(map(shown, found)))
    return Question(member, f"Which {' '.join(about)}?", choices if len(choices) <= _MOST_CHOICES else ())


def _spoken(member: str) -> str:
    return " ".join(snake(member).split("_"))
