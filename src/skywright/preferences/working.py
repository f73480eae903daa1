"""A program on its way to another: arguments are read with parameters' values in them, and written back.

Owns where a value belongs: into the parameter that stood for it, so that the program stays one of parameters,
or into the step itself where the parameter may not be that.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from skywright.model.program import Program, Step
from skywright.model.values import Arguments, Value, texts, with_texts
from skywright.program.references import Reference, escape, parse
from skywright.program.text import dump


class Working:
    """One program being changed.

    Args:
        program: type-checked.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._before = dump(program)
        self._parameters = {each.name: each for each in program.parameters}
        self._steps = {step.id: step for step in program.steps}

    def steps(self) -> tuple[Step, ...]:
        """As they are by now."""
        return tuple(self._steps.values())

    def value(self, name: str) -> Value:
        """A parameter's present value; None if there is no such."""
        return self._parameters[name].value if name in self._parameters else None

    def read(self, step: Step) -> dict[str, Value]:
        """The step's arguments, with their values in place of parameters that stand alone."""
        return {name: with_texts(value, self._shown) for name, value in step.arguments.items()}

    def write(self, step: Step, arguments: Arguments) -> None:
        """Other arguments for a step, of the form that `read` gave."""
        before = self.read(step)
        now = dict(self._steps[step.id].arguments)
        for name, value in arguments.items():
            if name in before and before[name] == value:
                continue
            held = _parameter_of(now.get(name))
            if held not in self._parameters or not self.set(held, _plain(value)):
                now[name] = value
        self._steps[step.id] = replace(self._steps[step.id], arguments=now)

    def set(self, name: str, value: Value) -> bool:
        """Another value for a parameter; whether it may have that one: it is open and refers to nothing."""
        parameter = self._parameters[name]
        bound = (parameter.minimum, parameter.maximum, parameter.pattern, parameter.choices or None)
        if any(each is not None for each in bound) or _refers(value):
            return False
        self._parameters[name] = replace(parameter, value=value)
        return True

    def reword(self, name: str, other: str) -> None:
        """Another name in place of one, wherever it stands alone; a tag of that value is no name."""

        def renamed(rows: Mapping[str, Value]) -> dict[str, Value]:
            return {key: _renamed(value, name, other) for key, value in rows.items()}

        for id, step in self._steps.items():
            self._steps[id] = replace(step, arguments=renamed(step.arguments))
        expectations = tuple(
            replace(each, arguments=renamed(each.arguments)) for each in self._program.expectations
        )
        answer = renamed(self._program.answer)
        self._program = replace(self._program, expectations=expectations, answer=answer)

    def program(self) -> Program:
        """As it is by now, without parameters that only stood where something else stands now."""
        made = replace(self._program, steps=self.steps())
        text = dump(made)
        kept = (
            each
            for each in self._parameters.values()
            if _mentions(text, each.name) or not _mentions(self._before, each.name)
        )
        return replace(made, parameters=tuple(kept))

    def _shown(self, text: str) -> Value:
        name = _parameter_of(text)
        value = self.value(name) if name else None
        return text if value is None else with_texts(value, escape)


def _renamed(value: Value, name: str, other: str) -> Value:
    if isinstance(value, str):
        return other if value == name else value
    if isinstance(value, Mapping):
        if value.get("Key", "Name") != "Name":
            return value
        return {key: _renamed(inner, name, other) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(inner, name, other) for inner in value]
    return value


def _parameter_of(value: Value) -> str:
    """The parameter, or step, for whose whole value a text stands; empty: it stands for none."""
    if not isinstance(value, str):
        return ""
    parts = parse(value)
    alone = parts[0] if len(parts) == 1 else None
    return alone.name if isinstance(alone, Reference) and not alone.path else ""


def _mentions(text: str, parameter: str) -> bool:
    return re.search(rf"\$\{{\s*{re.escape(parameter)}\b", text) is not None


def _refers(value: Value) -> bool:
    return any(isinstance(part, Reference) for text in texts(value) for part in parse(text))


def _plain(value: Value) -> Value:
    """What a text that refers to nothing stands for."""
    return (
        value
        if _refers(value)
        else with_texts(value, lambda text: "".join(cast("tuple[str, ...]", parse(text))))
    )
