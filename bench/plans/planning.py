"""Examples as orders, and what came of each. Owns how prose becomes an order, and what counts as right.

The account in which is planned tells nothing: what would have to be looked up there cannot be.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from bench.breadth.examples import Example as Written
from bench.breadth.parsing import Call, Parser, Unfit
from skywright.brains.base import Context
from skywright.brains.planner.planner import GOAL, goals, plan
from skywright.brains.planner.reading import orders, verbs
from skywright.clouds.aws import models
from skywright.clouds.aws.cloud import aws
from skywright.clouds.aws.docs.examples import Example, of_cli
from skywright.clouds.aws.docs.search import Documentation
from skywright.errors import CloudFailed
from skywright.model.advice import Plan, Unclear
from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value, with_texts

SERVICES = (
    *("ec2", "elb", "elbv2", "cloudwatch", "autoscaling", "iam", "s3", "rds"),
    *("sns", "sqs", "dynamodb", "logs", "kinesis", "ecr", "ecs", "kms", "secretsmanager", "events"),
)

EVERY = 8
"""One in so many examples of a service is taken: all of them take half an hour."""

Kind = Literal["right", "right, less said", "asked", "declined", "other arguments", "other operation"]


@dataclass(frozen=True)
class Outcome:
    """What came of an example.

    Attributes:
        order: what was given to the planner; empty if neither title nor description is an order.
    """

    example: Example
    order: str
    kind: Kind


class _Silent:
    """An account that tells nothing."""

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        raise CloudFailed(str(operation), "AccessDenied", "nothing is told")


def outcomes(folder: Path) -> list[Outcome]:
    """What comes of every example that is a command of this CLI, with the index in the folder."""
    cloud = replace(aws(), documentation=Documentation(folder))
    context = Context(cloud, _Silent(), "us-east-1")
    parser = Parser()
    found: list[Outcome] = []
    for service in SERVICES:
        for example in islice(of_cli(service, models.operation_names(service)), 0, None, EVERY):
            call = _call(example, parser)
            if call is not None:
                order = next((text for text in _orders(example) if orders(text)), "")
                found.append(Outcome(example, order, _kind(order, call, example, context)))
    return found


def _kind(order: str, call: Call, example: Example, context: Context) -> Kind:
    documentation = context.cloud.documentation
    read = orders(order)
    if not read or documentation is None:
        return "declined"
    understood = plan(order, context)
    if isinstance(understood, Plan):
        (*_, step) = [step for step in understood.program.steps if step.operation is not None]
        if step.operation != example.operation:
            return "other operation"
        values = understood.program.values()
        given = {name: _written(value, values) for name, value in step.arguments.items()}
        if any(call.parameters.get(name) != value for name, value in given.items()):
            return "other arguments"
        return "right" if call.parameters.keys() == given.keys() else "right, less said"
    if isinstance(understood, Unclear):
        choices = next((one.choices for one in understood.questions if one.id == GOAL), None)
        if choices is None:
            choices = [str(goal.operation) for goal in goals(read[0], context, documentation)[:1]]
        return "asked" if str(example.operation) in choices else "other operation"
    return "declined"


def _written(value: Value, values: Mapping[str, Any]) -> Value:
    return with_texts(value, lambda text: values.get(text[2:-1], text))


def _orders(example: Example) -> Iterator[str]:
    """The first sentence of the description, then the title, each as an order."""
    first = re.split(r"(?<=[.!:])\s", example.description)[0].rstrip(".: ")
    word, _, rest = first.partition(" ")
    for base in (word.lower().removesuffix("s"), word.lower().removesuffix("es")):
        if base in verbs():
            yield f"{base} {rest}"
            break
    title = re.sub(r"^to ", "", example.title, flags=re.IGNORECASE)
    if title:
        yield title[:1].lower() + title[1:]


def _call(example: Example, parser: Parser) -> Call | None:
    line = re.sub(r"\s*\\?\n", " ", example.command.split("\naws ")[0]).removeprefix("$ ")
    try:
        call = parser.call(Written(example.operation.service, "", line, tuple(shlex.split(line)), None))
    except (Unfit, ValueError):
        return None
    return call if call.operation == example.operation.name else None
