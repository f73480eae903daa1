"""From a program with parameters to the very operations that it stands for.

Owns the meaning of `parameters`, `when`, `repeat`, `region` and `index`. Must not know operations'
types, nor call anything.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skywright.errors import Malformed
from skywright.model.program import Parameter, Program, Step
from skywright.model.values import Arguments, Value
from skywright.program.patterns import Untamed, matches
from skywright.program.references import BadReference
from skywright.program.resolving import Scope, Unresolved, bind, resolve

MOST_REPEATS = 10_000
"""More repetitions than this of one step are a mistake."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One operation, or one wait, as it will be carried out.

    Attributes:
        key: the step's id, with the index if the step is repeated: `vpc`, `vm[2]`.
        index: from 0; None if the step is not repeated.
        arguments: parameters and index written in; references to other steps' results are left
            and are resolved by `resolving.resolve` with those results in scope.
    """

    key: str
    step: Step
    index: int | None
    region: str
    arguments: Arguments


def specialise(program: Program, values: Mapping[str, Value] | None = None) -> Program:
    """The program for these values: parameters set, steps whose `when` is false gone, counts known.

    Args:
        values: by parameter name, in place of the program's own; text is read as the parameter's type.

    Raises:
        Malformed: Values that are missing, unknown or not allowed, all of them named; a `when`
            or `repeat` that does not come to a truth or a number.
    """
    problems: list[str] = []
    given = dict(values or {})
    parameters = tuple(_valued(parameter, given, problems) for parameter in program.parameters)
    problems += [f"the program has no parameter '{name}'" for name in given]
    if problems:
        raise Malformed(f"the values for '{program.name}'", tuple(problems))
    scope = Scope({parameter.name: parameter.value for parameter in parameters})
    steps: list[Step] = []
    for step in program.steps:
        try:
            if wanted(step, scope):
                steps.append(replace(step, when=None, repeat=_times(step, scope)))
        except (BadReference, Unresolved, ValueError) as problem:
            problems.append(f"step '{step.id}': {problem}")
    if problems:
        raise Malformed(f"the program '{program.name}'", tuple(problems))
    return replace(program, parameters=parameters, steps=tuple(steps))


def instances(program: Program) -> tuple[Instance, ...]:
    """Everything that the program will do, in order; a step repeated 0 times is not there.

    Raises:
        Malformed: As for `specialise`, which is applied first.
    """
    program = specialise(program)
    values = program.values()
    found: list[Instance] = []
    problems: list[str] = []
    for step in program.steps:
        try:
            found += _instances(step, program.region, values)
        except (BadReference, Unresolved) as problem:
            problems.append(f"step '{step.id}': {problem}")
    if problems:
        raise Malformed(f"the program '{program.name}'", tuple(problems))
    return tuple(found)


def wanted(step: Step, scope: Scope) -> bool:
    """Whether the step's `when` holds.

    Raises:
        Unresolved: It names a parameter that is not there.
    """
    if step.when is None:
        return True
    text = step.when.strip()
    negated = text.startswith("!")
    text = text[1:].strip() if negated else text
    truth = resolve(text if text.startswith("${") else "${" + text + "}", scope, nulls=True)
    return bool(truth) is not negated


def coerce(parameter: Parameter, value: Value) -> Value:
    """Read a value as the parameter's type, `"3"` as 3 for an integer, and see that it is allowed.

    Raises:
        ValueError: It is not of that type, or not allowed; one sentence.
    """
    typed = _typed(parameter, value)
    problem = refusal(parameter, typed)
    if problem:
        raise ValueError(f"parameter '{parameter.name}' {problem}")
    return typed


def refusal(parameter: Parameter, value: Value) -> str:
    """What is wrong with a value for a parameter (`must be at least 1, not 0`); empty if nothing is."""
    if not _is_a(parameter.type, value):
        return f"must be {_article(parameter.type)}, not {_shown(value)}"
    counted = isinstance(value, Sequence)
    size = len(value) if counted else value
    what = ("have a length of" if isinstance(value, str) else "have") if counted else "be"
    if isinstance(size, int | float) and not isinstance(value, bool):
        if parameter.minimum is not None and size < parameter.minimum:
            return f"must {what} at least {parameter.minimum:g}, not {size:g}"
        if parameter.maximum is not None and size > parameter.maximum:
            return f"must {what} at most {parameter.maximum:g}, not {size:g}"
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    for item in items:
        if parameter.choices and str(item) not in parameter.choices:
            return f"must be one of {', '.join(parameter.choices)}, not {_shown(item)}"
        if parameter.pattern and isinstance(item, str) and not _matches(parameter.pattern, item):
            return f"must match {parameter.pattern}, not {_shown(item)}"
    return ""


def _matches(pattern: str, text: str) -> bool:
    try:
        return matches(pattern, text)
    except Untamed:
        # `check` says what is wrong with it; here nothing matches it.
        return False


def _valued(parameter: Parameter, given: dict[str, Value], problems: list[str]) -> Parameter:
    value = given.pop(parameter.name, parameter.value)
    if value is None:
        problems.append(f"parameter '{parameter.name}' has no value")
        return parameter
    try:
        return replace(parameter, value=coerce(parameter, value))
    except ValueError as problem:
        problems.append(str(problem))
        return parameter


def _typed(parameter: Parameter, value: Value) -> Value:
    if not isinstance(value, str) or parameter.type == "string":
        return value
    text = value.strip()
    if parameter.type == "integer" and re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        return int(text)
    if parameter.type == "number" and re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", text):
        return float(text)
    if parameter.type == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if parameter.type == "list":
        return [part.strip() for part in text.split(",") if part.strip()]
    return value


def _is_a(kind: str, value: Value) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "list":
        return isinstance(value, Sequence) and not isinstance(value, str)
    if isinstance(value, bool):
        return False
    return isinstance(value, int) if kind == "integer" else isinstance(value, int | float)


def _times(step: Step, scope: Scope) -> int | None:
    if step.repeat is None:
        return None
    times = resolve(step.repeat, scope)
    if isinstance(times, bool) or not isinstance(times, int):
        raise ValueError(f"repeat must be a whole number, not {_shown(times)}")
    if not 0 <= times <= MOST_REPEATS:
        raise ValueError(f"repeat must be between 0 and {MOST_REPEATS}, not {times}")
    return times


def _instances(step: Step, region: str, values: Mapping[str, Value]) -> list[Instance]:
    if step.repeat is None:
        return [_instance(step, region, Scope(values))]
    assert isinstance(step.repeat, int)  # specialise saw to it
    return [_instance(step, region, Scope(values, index)) for index in range(step.repeat)]


def _instance(step: Step, region: str, scope: Scope) -> Instance:
    where = resolve(step.region or region, scope)
    if not isinstance(where, str):
        raise Unresolved("region", f"the region must be a string, not {_shown(where)}")
    return Instance(
        key=step.id if scope.index is None else f"{step.id}[{scope.index}]",
        step=step,
        index=scope.index,
        region=where,
        arguments={name: bind(value, scope) for name, value in step.arguments.items()},
    )


def _article(kind: str) -> str:
    return {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "list": "a list",
    }[kind]


def _shown(value: Value) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
