"""Values for a program's parameters as people type them. Owns how a text becomes a value of a type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from yaml import YAMLError

from skywright.errors import Usage
from skywright.model import yaml_text
from skywright.model.program import Parameter, ParameterType, Program
from skywright.model.values import Value

_IS: Final[Mapping[ParameterType, Callable[[object], bool]]] = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
}


def with_given(program: Program, given: Sequence[str]) -> Program:
    """The program with these values for its parameters, each typed as `NAME=VALUE`.

    A string is taken as it stands, anything else is read as YAML: `3`, `true`, `[web-1, web-2]`.

    Raises:
        Usage: One is of no such form, of no parameter or of another type, or comes twice.
    """
    values: dict[str, Value] = {}
    known = {parameter.name: parameter for parameter in program.parameters}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise Usage(f"'{text}' is not of the form NAME=VALUE")
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise Usage(f"'{program.name}' has no parameter '{name}'; {has}")
        if name in values:
            raise Usage(f"parameter '{name}' is given twice")
        values[name] = _read(value, known[name])
    return replace(
        program,
        parameters=tuple(
            replace(parameter, value=values.get(parameter.name, parameter.value))
            for parameter in program.parameters
        ),
    )


def _read(text: str, parameter: Parameter) -> Value:
    if parameter.type == "string":
        return text
    try:
        value = yaml_text.load(text)
    except YAMLError:
        value = None
    if not _IS[parameter.type](value):
        raise Usage(f"parameter '{parameter.name}' is of type {parameter.type}, which '{text}' is not")
    return value
