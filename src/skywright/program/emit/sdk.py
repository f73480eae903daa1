"""Programs as boto3 programs. Owns what the source looks like; runs nothing.

Results of steps are kept in variables of the steps' names; a path of plain names and positions is
written as Python subscripts, any other is looked up by JMESPath, which boto3 brings along.
"""

from collections.abc import Mapping

from botocore import xform_name

from skywright.clouds.calling import Catalogue
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.program.emit.frame import (
    Inexpressible,
    Known,
    Names,
    answered,
    comment,
    regions,
)
from skywright.program.emit.python import call, inside, literal, string
from skywright.program.emit.sdk_parts import PARTS
from skywright.program.emit.sdk_values import Values
from skywright.program.expand import specialise
from skywright.program.references import Reference, parse, references
from skywright.program.resolving import Scope, fill

_PAGING = frozenset(
    {"NextToken", "MaxResults", "Marker", "MaxItems", "PageSize", "StartingToken", "nextToken"}
)
_RESERVED = frozenset(
    {
        "index",
        "main",
        "answer",
        "step",
        "poll",
        "pick",
        "text",
        "sys",
        "json",
        "time",
        "base64",
        "boto3",
        "jmespath",
        "contextmanager",
        "str",
        "range",
        "int",
        "lambda",
    }
)


def emit(program: Program, catalogue: Catalogue) -> str:
    """A boto3 program that does what the program says, one `with step(...)` a step.

    It prints the answer, where the program has one, as JSON; says each step on stderr; and ends
    with status 1 and the name of the step on stderr if one fails.

    Raises:
        Malformed: A parameter has no value, or a `repeat` is not a number.
        NotFound: The catalogue has no such operation or waiter.
        Inexpressible: A user data that is not text, a condition that needs another step's result.
    """
    counts = {step.id: step.repeat for step in program.steps if isinstance(step.repeat, str)}
    return _Writer(specialise(program), catalogue, counts).source()


class _Writer:
    """Writes one program. Collects on the way what the head of the source has to define."""

    def __init__(self, program: Program, catalogue: Catalogue, counts: Mapping[str, str]) -> None:
        self._program = program
        self._counts = counts
        self._catalogue = catalogue
        self._names = Names(set(_RESERVED))
        self._home, self._away = regions(program, program.steps)
        services = sorted({(_operation(step).service, self._away.get(step.id, "")) for step in program.steps})
        self._clients = {
            key: self._names.name(f"{key[0]}_{key[1]}".strip("_").replace("-", "_")) for key in services
        }
        results = {step.id: self._names.name(step.id.lower()) for step in program.steps}
        constants = {
            parameter.name: self._names.name(parameter.name.upper()) for parameter in program.parameters
        }
        self._values = Values(program, Known.of(program), results, constants, {"step"})
        wanted = [step.arguments for step in program.steps]
        self._kept = {
            reference.name for value in [*wanted, program.answer] for reference in references(value)
        }

    def source(self) -> str:
        body: list[str] = []
        for key, name in self._clients.items():
            body.append(f"    {name} = {self._client(*key)}")
        for step in self._program.steps:
            body += ["", *self._step(step)]
        body += self._answer()
        return "\n".join([*self._head(), "", "", "def main() -> None:", *body, "", "", *_TAIL, ""])

    def _head(self) -> list[str]:
        constants = [
            f"{self._values.constants[parameter.name]} = {literal(parameter.value)}"
            + (f"  {comment(parameter.description, 200)[0]}" if parameter.description.strip() else "")
            for parameter in self._program.parameters
            if parameter.name in self._values.used
        ]
        region = [f"REGION = {string(self._home)}"] if self._home else []
        parts = [PARTS[name] for name in PARTS if name in self._values.parts]
        imports = {line for part in parts for line in part.imports} | {"import boto3"}
        if self._program.answer:
            imports.add("import json")
        plain_imports = _ordered(imports & _STANDARD)
        foreign = _ordered(imports - _STANDARD)
        head = [
            "#!/usr/bin/env python3",
            '"""Made by Skywright; needs boto3 and nothing else of its own."""',
            "",
        ]
        head += comment(self._program.name) + comment(
            f"Request: {self._program.request}" if self._program.request else ""
        )
        head += ["", *plain_imports, "", *foreign]
        if region or constants:
            head += ["", *region, *constants]
        for part in parts:
            head += ["", "", part.source.strip("\n")] if part.source else []
        return head

    def _client(self, service: str, region: str) -> str:
        if region:
            return f"boto3.client({string(service)}, region_name={string(region)})"
        return f"boto3.client({string(service)}" + (", region_name=REGION)" if self._home else ")")

    def _step(self, step: Step) -> list[str]:
        lines = [f"    {line}" for line in comment(step.note)]
        keep = step.id in self._kept and step.waiter is None
        result = self._values.results[step.id]
        repeated = step.repeat is not None
        pad = 8 if repeated else 4
        if keep and repeated:
            lines.append(f"    {result}: list[Any] = []")
            self._values.parts.add("typing")
        elif keep and step.tolerate:
            lines.append(f"    {result}: dict[str, Any] = {{}}")
            self._values.parts.add("typing")
        if repeated:
            lines.append(f"    for index in range({self._count(step)}):")
        label = f'f"{inside(step.id)}[{{index}}]"' if repeated else string(step.id)
        done = f", done=({', '.join(string(code) for code in step.tolerate)},)" if step.tolerate else ""
        lines.append(f"{' ' * pad}with step({label}{done}):")
        code = self._action(step, pad + 4)
        if keep:
            code = f"{result}.append({code})" if repeated else f"{result} = {code}"
        return [*lines, *f"{' ' * (pad + 4)}{code}".split("\n")]

    def _count(self, step: Step) -> str:
        """How often, by the parameter's name where it is a parameter's value."""
        template = parse(self._counts.get(step.id, ""))
        only = template[0]
        if len(template) == 1 and isinstance(only, Reference) and not only.path:
            return self._values.reference(only)
        return str(step.repeat)

    def _action(self, step: Step, indent: int) -> str:
        client = self._clients[(_operation(step).service, self._away.get(step.id, ""))]
        if step.waiter is not None:
            waiter = self._catalogue.waiter(step.waiter)
            signature = self._catalogue.signature(waiter.operation)
            arguments = self._values.arguments(step, signature)
            # A waiter of boto3 asks every 15 s and more; what we wait for is often there at once.
            arguments["WaiterConfig"] = {"Delay": 1, "MaxAttempts": max(1, round(step.timeout_seconds))}
            return call(f"{client}.get_waiter({string(waiter.name)}).wait", arguments, indent)
        assert step.operation is not None
        signature = self._catalogue.signature(step.operation)
        arguments = self._values.arguments(step, signature)
        name = str(xform_name(step.operation.name))
        inner = indent + (4 if step.until else 0)
        if signature.pages and not _PAGING & set(arguments):
            pages = f"{client}.get_paginator({string(name)}).paginate"
            code = call(pages, arguments, inner, rest=".build_full_result()")
        else:
            code = call(f"{client}.{name}", arguments, inner)
        return self._poll(step, code, indent) if step.until else code

    def _poll(self, step: Step, code: str, indent: int) -> str:
        self._values.parts.add("poll")
        pad = " " * (indent + 4)
        return "\n".join(
            [
                "poll(",
                f"{pad}lambda: {code},",
                f"{pad}until={string(self._condition(step))},",
                f"{pad}seconds={step.timeout_seconds:g},",
                " " * indent + ")",
            ]
        )

    def _condition(self, step: Step) -> str:
        until = step.until or ""
        if any(self._values.known.of_step(reference) for reference in references(until)):
            raise Inexpressible(f"step '{step.id}' waits for something that another step's result decides")
        return fill(until, Scope(self._values.known.values))

    def _answer(self) -> list[str]:
        """What is not there is null in the answer: all is done, and nothing may fail any more."""
        if not self._program.answer:
            return []
        tree = {
            key: self._values.asked(answered(value, self._values.known))
            for key, value in self._program.answer.items()
        }
        return [
            "",
            f"    answer = {literal(tree, 4)}",
            "    print(json.dumps(answer, indent=2, default=str))",
        ]


def _ordered(imports: set[str]) -> list[str]:
    return sorted(imports, key=lambda line: (line.startswith("from"), line))


def _operation(step: Step) -> Operation:
    operation = step.operation or step.waiter
    if operation is None:
        raise Inexpressible(f"step '{step.id}' neither does nor waits for anything")
    return operation


_STANDARD = frozenset(
    {
        "import base64",
        "import json",
        "import sys",
        "import time",
        "from collections.abc import Callable",
        "from collections.abc import Iterator",
        "from contextlib import contextmanager",
        "from typing import Any",
    }
)

_TAIL = ['if __name__ == "__main__":', "    main()"]
