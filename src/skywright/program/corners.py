"""The ends of what a program's parameters can be. Owns which combinations are looked at.

Cost, counts and sizes grow or fall with a number, so what holds at its least and at its most holds in
between (assumption: no operation does something else for values in the middle of its range).
"""

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Final

from skywright.model.program import Parameter, Program
from skywright.model.values import Value

_MOST: Final = 64


def corners(program: Program) -> Iterator[Mapping[str, Value]]:
    """Values other than the present ones: every combination of ends, or of many each alone."""
    ends = {parameter.name: each for parameter in program.parameters if (each := _ends(parameter))}
    present = program.values()
    if not ends:
        return
    if prod(len(each) + 1 for each in ends.values()) <= _MOST:
        choices = [[present[name], *each] for name, each in ends.items()]
        combinations = (dict(zip(ends, values, strict=True)) for values in product(*choices))
    else:
        alone = ({name: value} for name, each in ends.items() for value in each)
        together = ({name: each[at] for name, each in ends.items()} for at in (0, -1))
        combinations = (values for several in (alone, together) for values in several)
    yield from (
        values for values in combinations if any(present[name] != value for name, value in values.items())
    )


def _ends(parameter: Parameter) -> list[Value]:
    """What a parameter can be at its ends, besides what it is."""
    found: list[Value] = []
    if parameter.type == "boolean":
        found = [True, False]
    elif parameter.type in ("integer", "number"):
        limits = (parameter.minimum, parameter.maximum)
        found = [_number(parameter, limit) for limit in limits if limit is not None]
    elif parameter.type == "string":
        found = [*parameter.choices]
    return [value for value in dict.fromkeys(found) if value != parameter.value]


def _number(parameter: Parameter, limit: float) -> Value:
    return int(limit) if parameter.type == "integer" else limit
