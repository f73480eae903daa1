"""Several programs as one, in order. Owns the renaming that keeps their steps and parameters apart."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skywright.model.program import Expectation, Program, Step
from skywright.model.values import Arguments, Value
from skywright.program.references import Reference, parse, write


def compose(programs: Sequence[Program], words: str) -> Program:
    """One program that does all of them, one after the other, and answers what all of them answer."""
    if len(programs) == 1:
        return programs[0]
    parts = [_renamed(program, f"p{number}_") for number, program in enumerate(programs, start=1)]
    answer: dict[str, Value] = {}
    for part in parts:
        for key, value in part.answer.items():
            free = next(
                name for name in [key, *(f"{key}_{number}" for number in range(2, 100))] if name not in answer
            )
            answer[free] = value
    return replace(
        parts[0],
        name=", then ".join(program.name for program in programs),
        request=words,
        parameters=tuple(parameter for part in parts for parameter in part.parameters),
        steps=tuple(step for part in parts for step in part.steps),
        expectations=tuple(expectation for part in parts for expectation in part.expectations),
        answer=answer,
    )


def _renamed(program: Program, prefix: str) -> Program:
    names = {step.id for step in program.steps} | {parameter.name for parameter in program.parameters}
    new = {name: prefix + name for name in names}
    return replace(
        program,
        parameters=tuple(replace(parameter, name=new[parameter.name]) for parameter in program.parameters),
        steps=tuple(_step(step, new, program.region) for step in program.steps),
        expectations=tuple(_expectation(row, new, program.region) for row in program.expectations),
        answer=_arguments(program.answer, new),
    )


def _step(step: Step, new: Mapping[str, str], region: str) -> Step:
    return replace(
        step,
        id=new[step.id],
        arguments=_arguments(step.arguments, new),
        repeat=_text(step.repeat, new) if isinstance(step.repeat, str) else step.repeat,
        until=None if step.until is None else _text(step.until, new),
        region=step.region or region,
    )


def _expectation(row: Expectation, new: Mapping[str, str], region: str) -> Expectation:
    return replace(
        row, arguments=_arguments(row.arguments, new), that=_text(row.that, new), region=row.region or region
    )


def _arguments(arguments: Arguments, new: Mapping[str, str]) -> dict[str, Value]:
    return {key: _value(value, new) for key, value in arguments.items()}


def _value(value: Value, new: Mapping[str, str]) -> Value:
    if isinstance(value, str):
        return _text(value, new) if "${" in value else value
    if isinstance(value, Mapping):
        return _arguments(value, new)
    if isinstance(value, Sequence):
        return [_value(inner, new) for inner in value]
    return value


def _text(text: str, new: Mapping[str, str]) -> str:
    if "${" not in text:
        return text
    return write(
        part if isinstance(part, str) else Reference(new.get(part.name, part.name), part.path)
        for part in parse(text)
    )
