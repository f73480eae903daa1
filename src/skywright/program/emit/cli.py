"""Programs as shell scripts for `aws`. Owns what a script looks like; runs nothing.

A script needs bash and `aws` (version 1 or 2), nothing else: no jq, no Skywright.
"""

import re
from collections.abc import Mapping, Sequence

from botocore import xform_name

from skywright.clouds.calling import Catalogue
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.emit.bash import Dyn, command, json_text, json_word, quote, word
from skywright.program.emit.bash_parts import HEAD, NEEDS, PARTS, STEP
from skywright.program.emit.captures import Capture, Captures
from skywright.program.emit.conditions import condition, truth
from skywright.program.emit.flags import Flags
from skywright.program.emit.frame import Inexpressible, Known, answered, comment, regions
from skywright.program.expand import specialise
from skywright.program.references import Reference, parse, references
from skywright.program.resolving import Scope, fill

_COMMANDS = {"s3": "s3api", "codedeploy": "deploy", "config": "configservice"}
_DEAF = frozenset({"sqs", "emr", "rds", "docdb", "neptune", "health"})
"""Services for which `aws` version 1 does not obey AWS_ENDPOINT_URL.

Source: awscli/customizations/overridesslcommonname.py.
"""
_DEAF_OPTION = '${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"}'


def emit(program: Program, catalogue: Catalogue) -> str:
    """A shell script that does what the program says, one command a step.

    It prints the answer, where the program has one, as JSON; says each step on stderr; and ends
    with a status other than 0 and the name of the step on stderr if one fails.

    Raises:
        Malformed: A parameter has no value, or a `repeat` is not a number.
        NotFound: The catalogue has no such operation or waiter.
        Inexpressible: A value that has no safe place on a command line, or a stream.
    """
    counts = {step.id: step.repeat for step in program.steps if isinstance(step.repeat, str)}
    return _Writer(specialise(program), catalogue, counts).source()


class _Writer:
    """Writes one script: first every step's options, which tells what has to be kept, then the commands."""

    def __init__(self, program: Program, catalogue: Catalogue, counts: Mapping[str, str]) -> None:
        self._program = program
        self._catalogue = catalogue
        self._counts = counts
        self._captures = Captures(program, Known.of(program))
        self._home, self._away = regions(program, program.steps)

    def source(self) -> str:
        steps = [(step, self._options(step)) for step in self._program.steps]
        answer = self._answer()
        body: list[str] = []
        for step, options in steps:
            body += ["", *self._step(step, options)]
        return "\n".join([*self._head(), *body, *answer, ""])

    def _head(self) -> list[str]:
        program = self._program
        lines = ["#!/usr/bin/env bash", "# Made by Skywright; needs aws and nothing else.", "#"]
        lines += comment(program.name)
        lines += comment(f"Request: {program.request}") if program.request else []
        lines += HEAD.strip("\n").split("\n")
        if self._home:
            lines.append(f"export AWS_REGION={quote(self._home)} AWS_DEFAULT_REGION={quote(self._home)}")
        notes = {parameter.name: parameter.description for parameter in program.parameters}
        variables = [
            f"{name}={quote(_text(value))}" + _remark(notes.get(parameter, ""))
            for parameter, (name, value) in self._captures.parameters.items()
        ]
        for name, values in self._captures.arrays:
            variables.append(f"{name}=({' '.join(quote(_text(value)) for value in values)})")
        lines += ["", *variables] if variables else []
        wanted = set(self._captures.parts)
        wanted |= {need for part in wanted for need in NEEDS.get(part, ())}
        for part in [STEP, *(PARTS[name] for name in PARTS if name in wanted)]:
            lines += ["", part.strip("\n")]
        return lines

    def _options(self, step: Step) -> list[str]:
        operation = step.operation
        if step.waiter is not None:
            operation = self._catalogue.waiter(step.waiter).operation
        if operation is None:
            raise Inexpressible(f"step '{step.id}' neither does nor waits for anything")
        signature = self._catalogue.signature(operation)
        if signature.streams:
            raise Inexpressible(f"step '{step.id}' moves a stream of bytes; modality sdk can")
        repeat = step.repeat if isinstance(step.repeat, int) else None
        words = Flags(signature, self._captures, repeat, step.id).write(step.arguments)
        region = self._away.get(step.id)
        return [*words, f"--region {quote(region)}"] if region else words

    def _step(self, step: Step, options: Sequence[str]) -> list[str]:
        captures = self._captures.by_step.get(step.id, [])
        repeated = step.repeat is not None
        lines = comment(step.note)
        lines += [f"{name}=()" for name in dict.fromkeys(_array(capture) for capture in captures) if name]
        if repeated:
            lines.append(f"for ((i = 0; i < {self._count(step)}; i++)); do")
        pad = 2 if repeated else 0
        lines.append(
            " " * pad + f"step {word([step.id + '[', Dyn('$i'), ']']) if repeated else quote(step.id)}"
        )
        lines += self._wait(step, options, pad) if step.waiter else self._do(step, options, captures, pad)
        return [*lines, "done"] if repeated else lines

    def _count(self, step: Step) -> str:
        """How often, by the parameter's name where it is a parameter's value."""
        template = parse(self._counts.get(step.id, ""))
        only = template[0]
        if len(template) == 1 and isinstance(only, Reference) and not only.path:
            piece = self._captures.text(only, None)
            return piece.code.removeprefix("$") if isinstance(piece, Dyn) else piece
        return str(step.repeat)

    def _do(self, step: Step, options: Sequence[str], captures: Sequence[Capture], pad: int) -> list[str]:
        assert step.operation is not None
        words = [*_command(step.operation), *options]
        prefix = ""
        queries = [capture.path for capture in captures]
        if step.until:
            self._captures.parts.add("await")
            prefix = f"await {step.timeout_seconds:.0f} "
            queries = [truth(self._condition(step)), *queries]
        if step.tolerate:
            self._captures.parts.add("tolerate")
            prefix += f"tolerate {quote('|'.join(step.tolerate))} "
        if not captures:
            words += [f"--query {quote(queries[0])}"] if queries else []
            return [command(words, prefix, pad, " > /dev/null")]
        if len(queries) > 1:
            self._captures.parts.add("take")
            names = [word(_lvalue(capture)) for capture in captures]
            words.append(f"--query {quote('[' + ', '.join(queries) + ']')}")
            taken = " ".join(["_", *names] if step.until else names)
            return [command(words, f"answer=$({prefix}", pad, ")"), f'{" " * pad}take {taken} <<< "$answer"']
        only = captures[0]
        words += [f"--query {quote(only.path)}"] if only.path != "@" else []
        if not _is_json(only):
            self._captures.parts.add("value")
            prefix = f"value {prefix}"
        return [command(words, f"{only.variable.replace('[$i]', '[i]')}=$({prefix}", pad, ")")]

    def _condition(self, step: Step) -> str:
        until = step.until or ""
        if any(self._captures.known.of_step(reference) for reference in references(until)):
            raise Inexpressible(f"step '{step.id}' waits for something that another step's result decides")
        return fill(until, Scope(self._captures.known.values))

    def _wait(self, step: Step, options: Sequence[str], pad: int) -> list[str]:
        assert step.waiter is not None
        waiter = self._catalogue.waiter(step.waiter)
        wanted = condition(waiter)
        if wanted is None:
            name = waiter.name.replace("_", "-")
            return [command([*_service(step.waiter.service), "wait", name, *options], "", pad)]
        # aws wait asks every 15 s and more; what we wait for is often there at once.
        self._captures.parts.add("await")
        prefix = f"await {step.timeout_seconds:.0f} "
        prefix += f"again={quote('|'.join(wanted.again))} " if wanted.again else ""
        prefix += f"good={quote('|'.join(wanted.good))} " if wanted.good else ""
        words = [*_command(waiter.operation), *options, f"--query {quote(wanted.query)}"]
        return [command(words, prefix, pad, " > /dev/null")]

    def _answer(self) -> list[str]:
        """The answer as the last command; a remark if the shell has no words for it."""
        if not self._program.answer:
            return []
        before = {name: list(captures) for name, captures in self._captures.by_step.items()}
        try:
            tree = {
                key: self._tree(answered(value, self._captures.known))
                for key, value in self._program.answer.items()
            }
        except Inexpressible:
            self._captures.by_step = before
            return ["", "# What was asked for cannot be told by a shell alone; Skywright tells it."]
        return ["", f"printf '%s\\n' {json_word(tree)}"]

    def _tree(self, value: Value) -> object:
        if isinstance(value, str):
            references = any(isinstance(part, Reference) for part in parse(value))
            return (
                self._captures.json(value, None, lenient=True)
                if references
                else (json_text(value.replace("$${", "${")),)
            )
        if isinstance(value, Mapping):
            return {key: self._tree(inner) for key, inner in value.items()}
        if isinstance(value, Sequence):
            return [self._tree(inner) for inner in value]
        return (_text(value),)


def _service(service: str) -> list[str]:
    return ["aws", *([_DEAF_OPTION] if service in _DEAF else []), _COMMANDS.get(service, service)]


def _command(operation: Operation) -> list[str]:
    return [*_service(operation.service), str(xform_name(operation.name, "-"))]


def _array(capture: Capture) -> str:
    found = re.fullmatch(r"(\w+)\[.*\]", capture.variable)
    return found[1] if found else ""


def _is_json(capture: Capture) -> bool:
    return capture.variable.partition("[")[0].endswith("_json")


def _lvalue(capture: Capture) -> list[str | Dyn]:
    name, bracket, _ = capture.variable.partition("[$i]")
    return [name + "[", Dyn("$i"), "]"] if bracket else [capture.variable]


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return repr(value)


def _remark(description: str) -> str:
    lines = comment(description, 200)
    return f"  {lines[0]}" if lines else ""
