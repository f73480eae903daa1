"""What a trace does not hold, but is a value of the distilled program: it has to be given again.

That is what was struck out as a secret, and bodies that were passed on without being kept, such as files.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from skywright.clouds.calling import Catalogue
from skywright.gate.secrecy import strike_marked
from skywright.journal.redact import STRUCK
from skywright.model.program import Parameter, Program, Step
from skywright.model.values import Value

_SECRET = "it is sensitive, and written down nowhere"
_PASSED_ON = "it was passed on and not kept, and is written in base64"
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def without_secrets(program: Program, catalogue: Catalogue) -> Program:
    """The program to be written down: a parameter without a value for all that the models call sensitive."""

    def bare(step: Step) -> Step:
        if step.operation is None:
            return step
        struck = strike_marked(step.arguments, catalogue.signature(step.operation).input)
        return replace(step, arguments=cast("Mapping[str, Value]", struck))

    return given_again(replace(program, steps=tuple(map(bare, program.steps))), catalogue)


def given_again(program: Program, catalogue: Catalogue) -> Program:
    """The program with a parameter without a value for each argument that the trace does not hold.

    What it holds in place of a secret is no value: performed as it is, it would be set as if it were one. And
    without a body an empty file would be written.
    """
    taken = {*(each.name for each in program.parameters), *(step.id for step in program.steps)}
    asked: list[Parameter] = []

    def parameter(member: str, step: Step, why: str = _SECRET) -> str:
        name = _WORD.sub("_", member).lower()
        while name in taken:
            name += "_again"
        taken.add(name)
        says = f"What {member} of step {step.id} is; {why}."
        asked.append(Parameter(name, "string", None, description=says))
        return f"${{{name}}}"

    def told(value: Value, member: str, step: Step) -> Value:
        if isinstance(value, str):
            return parameter(member, step) if STRUCK in value else value
        if isinstance(value, Mapping):
            return {name: told(inner, name, step) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [told(inner, member, step) for inner in value]
        return value

    def whole(step: Step) -> Step:
        arguments = {name: told(value, name, step) for name, value in step.arguments.items()}
        stream = "" if step.operation is None else catalogue.signature(step.operation).stream
        if stream and stream not in arguments:
            arguments[stream] = parameter(stream, step, _PASSED_ON)
        return replace(step, arguments=arguments)

    steps = tuple(map(whole, program.steps))
    return replace(program, steps=steps, parameters=(*program.parameters, *asked)) if asked else program
