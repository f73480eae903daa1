"""The questions, and how often they find what they are about. Owns what counts as a question."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, get_args

from skywright.clouds.aws import models
from skywright.clouds.aws.docs.examples import Example, of_cli
from skywright.clouds.aws.docs.search import ranked
from skywright.model.operation import Operation

SERVICES = ("ec2", "elb", "elbv2", "cloudwatch", "autoscaling", "iam", "s3", "rds")
FIRST = (1, 5, 20)
EVERY = 6
"""One in so many examples of a service is asked about: all of them take as many times as long."""

Form = Literal["title", "title and description"]
FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True)
class Recall:
    """How often the right operation was found.

    Attributes:
        shares: of the questions of which it was among the first 1, 5 and 20.
        among: how many services were looked at.
        left_out: whether the services' examples were left out of the index.
    """

    form: Form
    among: int
    left_out: bool
    questions: int
    shares: tuple[float, ...]


def questions(
    form: Form, services: Iterable[str] = SERVICES, every: int = 1
) -> Iterator[tuple[Operation, str]]:
    """(the right operation, the question) of each example that has a text of this form."""
    for service in services:
        for example in islice(of_cli(service, models.operation_names(service)), 0, None, every):
            if text := _text(example, form):
                yield example.operation, text


def recall(
    database: sqlite3.Connection,
    asked: Iterable[tuple[Operation, str]],
    form: Form,
    among: Collection[str],
    left_out: bool,
) -> Recall:
    """Ask them all."""
    ranks: list[int] = []
    for right, text in asked:
        found = [one.operation for one in ranked(database, text, among)]
        ranks.append(found.index(right) if right in found else len(found) + FIRST[-1])
    services = len(among) or len(models.service_names())
    return Recall(form, services, left_out, len(ranks), _shares(ranks))


def _shares(ranks: Sequence[int]) -> tuple[float, ...]:
    return tuple(sum(rank < first for rank in ranks) / len(ranks) for first in FIRST)


def _text(example: Example, form: Form) -> str:
    if not example.title.strip():
        return "" if form == "title" else example.description
    return example.title if form == "title" else f"{example.title}. {example.description}"
