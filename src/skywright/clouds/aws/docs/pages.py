"""A page for every operation of every service: what botocore's models and the examples say of it."""

import html
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.loaders import JSONFileLoader

from skywright.clouds.aws import models
from skywright.clouds.aws.docs.examples import Example, of_cli, of_model
from skywright.clouds.aws.docs.words import nicknames
from skywright.model.operation import Operation

_TAG: Final = re.compile(r"<[^>]+>")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_OF_ANY: Final = frozenset({"aws", "amazon", "service", "for", "and", "of", "the", "api", "runtime"})
"""Words of services' names that name none of them."""
_MOST_PARAMETERS: Final = 40
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of one operation.

    Attributes:
        called: the words of what its service is called, in lower case.
        names: its names, each in one: `cloudwatchlogs`.
        summary: the first sentence of its documentation.
        text: the rest of it.
        parameters: the names of what it takes, and the first sentence about each.
        examples: the titles and descriptions of its examples.
    """

    operation: Operation
    called: frozenset[str]
    names: frozenset[str]
    summary: str
    text: str
    parameters: str
    examples: str


def read(services: Sequence[str], without_examples: Collection[str] = ()) -> Iterator[Page]:
    """The pages of these services.

    Args:
        without_examples: services whose examples are left out, for who wants to measure with them.
    """
    for service in services:
        raw = _raw(service, "service-2")
        called = (_called(service, raw["metadata"]), _names(service, raw["metadata"]))
        examples: dict[str, list[Example]] = {}
        if service not in without_examples:
            of_botocore = of_model(service, _raw(service, "examples-1"))
            for example in (*of_cli(service, raw["operations"]), *of_botocore):
                examples.setdefault(example.operation.name, []).append(example)
        for name, row in raw["operations"].items():
            yield _page(Operation(service, name), called, row, raw["shapes"], examples.get(name, ()))


def _raw(service: str, kind: str) -> Mapping[str, Any]:
    """A model file as it is, and not kept: all of them together are too large to be."""
    loader = models.loader()
    version = loader.determine_latest_version(service, "service-2")
    for folder in loader.search_paths:
        # Any kind of file may be missing; botocore gives None then.
        if found := JSONFileLoader().load_file(os.path.join(folder, service, version, kind)):
            return found
    return {}


def _names(service: str, metadata: Mapping[str, str]) -> frozenset[str]:
    given = [metadata.get(key, "") for key in ("serviceId", "serviceAbbreviation")]
    spoken = [_words(name) for name in (service, *given)]
    whole = {"".join(word for word in words if word not in _OF_ANY) for words in spoken}
    return frozenset(whole - {""}) | nicknames().get(service, frozenset())


def _called(service: str, metadata: Mapping[str, str]) -> frozenset[str]:
    names = [metadata.get(key, "") for key in ("serviceId", "serviceAbbreviation", "serviceFullName")]
    words = frozenset(_words(" ".join((service, *names))))
    return words - _OF_ANY | nicknames().get(service, frozenset())


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _page(
    operation: Operation,
    called: tuple[frozenset[str], frozenset[str]],
    row: Mapping[str, Any],
    shapes: Any,
    examples: Sequence[Example],
) -> Page:
    first, *rest = _SENTENCE.split(_plain(row.get("documentation", "")), maxsplit=1)
    members = shapes[row["input"]["shape"]].get("members", {}) if "input" in row else {}
    taken = [
        f"{name} {_SENTENCE.split(_plain(member.get('documentation', '')[:400]), maxsplit=1)[0]}"
        for name, member in list(members.items())[:_MOST_PARAMETERS]
    ]
    shown = dict.fromkeys(text for each in examples for text in (each.title, each.description) if text)
    return Page(operation, *called, first, " ".join(rest)[:_LONGEST], "\n".join(taken), "\n".join(shown))


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
