"""Several programs as one: what one after the other would do, with names of their own.

Owns the renaming of steps and parameters wherever a program may refer to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skywright.model.program import Alternative, Expectation, Inverse, Program, Step
from skywright.model.values import Arguments, Value, with_texts
from skywright.program.references import Reference, parse, write

_THEN = ", then "


def merge(programs: Sequence[Program], words: str) -> Program:
    """One program that does all of them, one after the other, and answers what all of them answer."""
    if len(programs) == 1:
        return programs[0]
    parts = [renamed(program, f"p{number}_") for number, program in enumerate(programs, start=1)]
    answer: dict[str, Value] = {}
    for part in parts:
        for key, value in part.answer.items():
            free = next(
                name for name in [key, *(f"{key}_{number}" for number in range(2, 100))] if name not in answer
            )
            answer[free] = value
    return replace(
        parts[0],
        name=name_of(programs),
        request=words,
        parameters=tuple(parameter for part in parts for parameter in part.parameters),
        steps=tuple(step for part in parts for step in part.steps),
        expectations=tuple(expectation for part in parts for expectation in part.expectations),
        answer=answer,
    )


def name_of(programs: Sequence[Program]) -> str:
    """What several programs are called as one."""
    return _THEN.join(program.name for program in programs)


def names_in(program: Program) -> list[str]:
    """What the programs were called that one is made of: its own name if it is of one."""
    return program.name.split(_THEN)


def renamed(program: Program, prefix: str) -> Program:
    """The program with a prefix before every name that is its own; each step names its region itself."""
    names = {step.id for step in program.steps} | {parameter.name for parameter in program.parameters}
    return _Renaming({name: prefix + name for name in names}, program.region).program(program)


class _Renaming:
    def __init__(self, new: Mapping[str, str], region: str) -> None:
        self._new = new
        self._region = self._text(region)

    def program(self, program: Program) -> Program:
        return replace(
            program,
            region=self._region,
            parameters=tuple(replace(each, name=self._new[each.name]) for each in program.parameters),
            steps=tuple(self._step(step) for step in program.steps),
            expectations=tuple(self._expectation(row) for row in program.expectations),
            answer=self._arguments(program.answer),
        )

    def _step(self, step: Step) -> Step:
        return replace(
            step,
            id=self._new[step.id],
            arguments=self._arguments(step.arguments),
            repeat=self._text(step.repeat) if isinstance(step.repeat, str) else step.repeat,
            until=None if step.until is None else self._text(step.until),
            when=None if step.when is None else self._condition(step.when),
            region=self._text(step.region) or self._region,
            undo=tuple(Inverse(each.operation, self._arguments(each.arguments)) for each in step.undo),
            alternatives=tuple(self._alternative(each) for each in step.alternatives),
        )

    def _alternative(self, one: Alternative) -> Alternative:
        values = {self._new.get(name, name): self._value(value) for name, value in one.values.items()}
        return replace(one, arguments=self._arguments(one.arguments), values=values)

    def _expectation(self, row: Expectation) -> Expectation:
        return replace(
            row,
            arguments=self._arguments(row.arguments),
            that=self._text(row.that),
            region=self._text(row.region) or self._region,
        )

    def _condition(self, when: str) -> str:
        """Of `when`: a reference to a parameter, with or without its braces, perhaps after a `!`."""
        text = when.strip()
        negated, inside = ("!", text[1:].strip()) if text.startswith("!") else ("", text)
        return negated + self._text(inside if inside.startswith("${") else "${" + inside + "}")

    def _arguments(self, arguments: Arguments) -> dict[str, Value]:
        return {key: self._value(value) for key, value in arguments.items()}

    def _value(self, value: Value) -> Value:
        return with_texts(value, self._text)

    def _text(self, text: str) -> str:
        if "${" not in text:
            return text
        return write(
            part if isinstance(part, str) else Reference(self._new.get(part.name, part.name), part.path)
            for part in parse(text)
        )
