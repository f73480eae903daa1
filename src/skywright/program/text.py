"""The YAML form of a program, for people to review; see `docs/programs.md`. Owns how it is written.

Says whether a file has the form of a program, not whether the program makes sense: `check` does.
"""

from collections.abc import Mapping

from skywright.errors import Malformed
from skywright.model.program import Alternative, Expectation, Parameter, Program, Step
from skywright.model.values import Value
from skywright.program import document
from skywright.program.reading import FORM, Reader

__all__ = ["FORM", "LARGEST", "alternative_row", "dump", "load", "row_of", "rows_of"]

LARGEST = 32_000_000
"""Characters of the largest file that is read."""

_MOST_FINDINGS = 200


def load(text: str, source: str = "") -> Program:
    """Read a program.

    Args:
        source: what to call the text in an error, such as the file's name.

    Raises:
        Malformed: With everything that is wrong, each with its line.
    """
    what = source or "the program"
    if len(text) > LARGEST:
        raise Malformed(what, (f"it is longer than {LARGEST} characters",))
    root, problems = document.read(text)
    reader = Reader([(problem.line, problem.text) for problem in problems])
    program = reader.program(root) if root is not None else None
    if reader.problems or program is None:
        found = [f"line {line}: {problem}" for line, problem in sorted(set(reader.problems))]
        if len(found) > _MOST_FINDINGS:
            found = [*found[:_MOST_FINDINGS], f"and {len(found) - _MOST_FINDINGS} more"]
        raise Malformed(what, tuple(found))
    return program


def dump(program: Program) -> str:
    """The YAML text of a program; `load` of it gives an equal program. What has its default is left out."""
    return document.write(rows_of(program))


def rows_of(program: Program) -> dict[str, Value]:
    """A program as it stands in its file."""
    parameters = {parameter.name: _parameter(parameter) for parameter in program.parameters}
    return (
        _without_defaults(
            {
                "skywright": FORM,
                "name": program.name,
                "request": program.request,
                "cloud": "" if program.cloud == "aws" else program.cloud,
                "region": program.region,
                "source": "" if program.source == "hand" else program.source,
                "parameters": parameters,
            }
        )
        | {"steps": [row_of(step) for step in program.steps]}
        | _without_defaults(
            {
                "expect": [_expectation(expectation) for expectation in program.expectations],
                "answer": program.answer,
            }
        )
    )


def _without_defaults(row: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in row.items() if value is not None and value not in ("", (), [], {})}


def _parameter(parameter: Parameter) -> Value:
    value = parameter.value
    row = _without_defaults(
        {
            "type": parameter.type,
            "description": parameter.description,
            "minimum": parameter.minimum,
            "maximum": parameter.maximum,
            "choices": list(parameter.choices),
            "pattern": parameter.pattern,
        }
    )
    return row if value is None else row | {"value": value}


def row_of(step: Step) -> Value:
    """A step as it stands in a program file."""
    row: dict[str, Value] = {
        "id": step.id,
        "note": step.note,
        "do": None if step.operation is None else str(step.operation),
        "wait": None if step.waiter is None else str(step.waiter),
        "when": step.when,
        "repeat": step.repeat,
        "region": step.region,
        "with": step.arguments,
        "until": step.until,
        "timeout": None if step.timeout_seconds == 600 else _short(step.timeout_seconds),
        "tolerate": list(step.tolerate),
        "undo": [
            _without_defaults({"do": str(inverse.operation), "with": inverse.arguments})
            for inverse in step.undo
        ],
        "irreversible": step.irreversible,
        "alternatives": [alternative_row(alternative) for alternative in step.alternatives],
    }
    return _without_defaults(row)


def alternative_row(alternative: Alternative) -> dict[str, Value]:
    """An alternative as it stands in a program file."""
    return _without_defaults(
        {
            "note": alternative.note,
            "on": list(alternative.on),
            "with": alternative.arguments,
            "set": alternative.values,
            "wait": _short(alternative.wait_seconds) or None,
        }
    )


def _short(number: float) -> float:
    return int(number) if number == int(number) else number


def _expectation(expectation: Expectation) -> Value:
    return _without_defaults(
        {
            "says": expectation.says,
            "read": str(expectation.read),
            "region": expectation.region,
            "with": expectation.arguments,
            "that": expectation.that,
        }
    )
