"""The ends of what a program's parameters can be. Owns which combinations are looked at.

Cost, counts and sizes grow or fall with a number, so what holds at its least and at its most holds in
between (assumption: no operation does something else for values in the middle of its range). Ports are not
like that: of a parameter that is used as one, the ports that somebody watches are looked at, too.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from math import prod
from typing import Final

from skywright.model.program import Parameter, Program
from skywright.model.values import Value

_MOST: Final = 64
_PORT: Final = re.compile(r"\w*Port")
_NAMED: Final = re.compile(r"\$\{(\w+)\}")


def corners(program: Program, ports: Collection[int] = ()) -> Iterator[Mapping[str, Value]]:
    """Values other than the present ones: every combination of ends, or of many each alone.

    Args:
        ports: those that are not like the others, and are looked at where a parameter can come to be one.
    """
    yield from _extremes(program)
    for parameter in program.parameters if ports else ():
        if parameter.type == "integer" and parameter.name in _used_as_ports(program):
            yield from ({parameter.name: port} for port in _between(parameter, ports))


def _extremes(program: Program) -> Iterator[Mapping[str, Value]]:
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


def _between(parameter: Parameter, ports: Collection[int]) -> list[Value]:
    least, most = parameter.minimum, parameter.maximum
    if least is None or most is None:
        return []
    return [port for port in sorted(ports) if least < port < most and port != parameter.value]


def _used_as_ports(program: Program) -> frozenset[str]:
    return frozenset(name for step in program.steps for name in _ports(step.arguments))


def _ports(value: Value) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member, inner in value.items():
            named = _NAMED.fullmatch(inner) if isinstance(inner, str) and _PORT.fullmatch(member) else None
            if named:
                yield named[1]
            yield from _ports(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _ports(inner)


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
