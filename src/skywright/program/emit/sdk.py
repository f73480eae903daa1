"""Programs as boto3 programs. Owns what the source looks like; runs nothing.

Results of steps are kept in variables of the steps' names; a path of plain names and positions is
written as Python subscripts, any other is looked up by JMESPath, which boto3 brings along.
"""

import re
from collections.abc import Mapping, Sequence

from botocore import xform_name

from skywright.clouds.base import Catalogue
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.shape import Shape, Signature
from skywright.model.values import Value
from skywright.program.emit.frame import (
    ENCODED_BY_CLIENTS,
    Inexpressible,
    Known,
    Names,
    answered,
    comment,
    decoded,
    depends_on_index,
    plain,
    regions,
    varies,
)
from skywright.program.emit.python import Code, call, inside, literal, string
from skywright.program.emit.sdk_parts import PARTS
from skywright.program.expand import specialise
from skywright.program.references import Reference, Scope, fill, parse, references

_SIMPLE = re.compile(r"(?:(?:^|\.)[A-Za-z_]\w*|\[-?\d+\]|\[index\])+", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z_]\w*|\[-?\d+\]|\[index\]", re.ASCII)
_TEXTUAL = re.compile(r"(Id|Arn|Name|Address|Ip|Zone|Type|Region)$")
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
        self._known = Known.of(program)
        self._parts: set[str] = {"step"}
        self._names = Names(set(_RESERVED))
        self._home, self._away = regions(program, program.steps)
        services = sorted({(_operation(step).service, self._away.get(step.id, "")) for step in program.steps})
        self._clients = {
            key: self._names.name(f"{key[0]}_{key[1]}".strip("_").replace("-", "_")) for key in services
        }
        self._results = {step.id: self._names.name(step.id.lower()) for step in program.steps}
        self._constants = {
            parameter.name: self._names.name(parameter.name.upper()) for parameter in program.parameters
        }
        self._used: set[str] = set()
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
            f"{self._constants[parameter.name]} = {literal(parameter.value)}"
            + (f"  {comment(parameter.description, 200)[0]}" if parameter.description.strip() else "")
            for parameter in self._program.parameters
            if parameter.name in self._used
        ]
        region = [f"REGION = {string(self._home)}"] if self._home else []
        parts = [PARTS[name] for name in PARTS if name in self._parts]
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
        result = self._results[step.id]
        repeated = step.repeat is not None
        pad = 8 if repeated else 4
        if keep and repeated:
            lines.append(f"    {result}: list[Any] = []")
            self._parts.add("typing")
        elif keep and step.tolerate:
            lines.append(f"    {result}: dict[str, Any] = {{}}")
            self._parts.add("typing")
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
            return self._reference(only)
        return str(step.repeat)

    def _action(self, step: Step, indent: int) -> str:
        client = self._clients[(_operation(step).service, self._away.get(step.id, ""))]
        if step.waiter is not None:
            waiter = self._catalogue.waiter(step.waiter)
            signature = self._catalogue.signature(waiter.operation)
            arguments = self._arguments(step, signature)
            # A waiter of boto3 asks every 15 s and more; what we wait for is often there at once.
            arguments["WaiterConfig"] = {"Delay": 1, "MaxAttempts": max(1, round(step.timeout_seconds))}
            return call(f"{client}.get_waiter({string(waiter.name)}).wait", arguments, indent)
        assert step.operation is not None
        signature = self._catalogue.signature(step.operation)
        arguments = self._arguments(step, signature)
        name = str(xform_name(step.operation.name))
        inner = indent + (4 if step.until else 0)
        if signature.pages and not _PAGING & set(arguments):
            pages = f"{client}.get_paginator({string(name)}).paginate"
            code = call(pages, arguments, inner, rest=".build_full_result()")
        else:
            code = call(f"{client}.{name}", arguments, inner)
        return self._poll(step, code, indent) if step.until else code

    def _poll(self, step: Step, code: str, indent: int) -> str:
        self._parts.add("poll")
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
        if any(self._known.of_step(reference) for reference in references(until)):
            raise Inexpressible(f"step '{step.id}' waits for something that another step's result decides")
        return fill(until, Scope(self._known.values))

    def _arguments(self, step: Step, signature: Signature) -> dict[str, object]:
        return {name: self._argument(step, signature, name, value) for name, value in step.arguments.items()}

    def _argument(self, step: Step, signature: Signature, name: str, value: Value) -> object:
        if (signature.operation, name) in ENCODED_BY_CLIENTS and self._known.static(value):
            each = self._known.each(value, step.repeat if isinstance(step.repeat, int) else None)
            texts = [text if (text := decoded(str(one))) is not None else str(one) for one in each]
            if not depends_on_index(value):
                return texts[0] if texts else ""
            return Code(f"{literal(texts)}[index]")
        return self._tree(value, signature.input.members.get(name))

    def _tree(self, value: Value, shape: Shape | None) -> object:
        kind = shape.kind if shape else None
        if isinstance(value, str):
            tree = self._text(value)
            if kind != "blob" or (isinstance(tree, Code) and not self._known.static(value)):
                return tree
            self._parts.add("base64")
            return Code(f"base64.b64decode({literal(tree)})")
        if isinstance(value, Mapping):
            return {
                key: self._tree(inner, shape.members.get(key) or shape.item if shape else None)
                for key, inner in value.items()
            }
        if isinstance(value, Sequence):
            return [self._tree(inner, shape.item if shape else None) for inner in value]
        return value

    def _text(self, value: str) -> str | Code:
        if not varies(value):
            return plain(value)
        template = parse(value)
        if len(template) == 1 and isinstance(template[0], Reference):
            return Code(self._reference(template[0]))
        parts = [part if isinstance(part, str) else self._written(part) for part in template]
        if all(isinstance(part, str) or '"' not in part.text for part in parts):
            inner = "".join(inside(part) if isinstance(part, str) else f"{{{part.text}}}" for part in parts)
            return Code(f'f"{inner}"')
        return Code(
            " + ".join(string(part) if isinstance(part, str) else f"str({part.text})" for part in parts)
        )

    def _written(self, reference: Reference) -> Code:
        """A reference inside a longer text: everything but text is written as JSON."""
        code = (
            self._reference(reference).replace('"', "'") if _SIMPLE.fullmatch(reference.path or "a") else None
        )
        code = code or self._reference(reference)
        if reference.name in ("index", "number"):
            return Code(code)
        if self._known.of_step(reference):
            sure = bool(_TEXTUAL.search(reference.path))
        else:
            values = [parameter for parameter in self._program.parameters if parameter.name == reference.name]
            sure = not reference.path and all(parameter.type in ("string", "integer") for parameter in values)
        if sure:
            return Code(code)
        self._parts.add("text")
        return Code(f"text({code})")

    def _reference(self, reference: Reference) -> str:
        if reference.name in ("index", "number"):
            return "index" if reference.name == "index" else "index + 1"
        if self._known.of_step(reference):
            base = self._results[reference.name]
        else:
            self._used.add(reference.name)
            base = self._constants[reference.name]
        if not reference.path:
            return base
        if _SIMPLE.fullmatch(reference.path):
            return base + "".join(
                token if token.startswith("[") else f"[{string(token)}]"
                for token in _TOKEN.findall(reference.path)
            )
        self._parts.add("pick")
        first, index, rest = reference.path.partition("[index]")
        if index and not first and "[index]" not in rest:
            return f"pick({string(rest.removeprefix('.') or '@')}, {base}[index])"
        if index:
            path = "[{index}]".join(inside(part) for part in reference.path.split("[index]"))
            return f'pick(f"{path}", {base})'
        return f"pick({string(reference.path)}, {base})"

    def _answer(self) -> list[str]:
        """What is not there is null in the answer: all is done, and nothing may fail any more."""
        if not self._program.answer:
            return []
        tree = {key: self._asked(answered(value, self._known)) for key, value in self._program.answer.items()}
        return [
            "",
            f"    answer = {literal(tree, 4)}",
            "    print(json.dumps(answer, indent=2, default=str))",
        ]

    def _asked(self, value: Value) -> object:
        if isinstance(value, Mapping):
            return {key: self._asked(inner) for key, inner in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._asked(inner) for inner in value]
        template = parse(value) if isinstance(value, str) else ()
        only = template[0] if len(template) == 1 else None
        if not isinstance(only, Reference) or not self._known.of_step(only) or not only.path:
            return self._tree(value, None)
        self._parts.add("jmespath")
        return Code(f"jmespath.search({string(only.path)}, {self._results[only.name]})")


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
