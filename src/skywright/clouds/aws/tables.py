"""The data files beside this module, parsed into frozen types. Owns their formats; judges nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from skywright.model import yaml_text
from skywright.model.operation import Effect


def read(name: str) -> dict[str, Any]:
    """A data file by its name without `.yaml`. The files ship with us: what is wrong in them is our bug."""
    text = files("skywright.clouds.aws").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    return yaml_text.load(text)


@dataclass(frozen=True)
class Verbs:
    """How names of operations are read.

    Attributes:
        effects: by the name's first word.
        adverbs: words before the verb that say nothing (`Batch`, `Admin`).
        tags: names that set or remove tags, which is a change of the tagged thing.
        reading_methods: the HTTP methods that a reading operation of a REST service may have.
        secret: names of members that hold a credential.
    """

    effects: Mapping[str, Effect]
    adverbs: frozenset[str]
    tags: re.Pattern[str]
    reading_methods: frozenset[str]
    secret: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Exceptional:
    """What the models do not tell of one operation; None where they do."""

    effect: Effect | None
    secret: bool | None
    because: str


@cache
def verbs() -> Verbs:
    """The rules by which names are read."""
    data = read("effects")
    return Verbs(
        effects={word: Effect(name) for name, words in data["verbs"].items() for word in words.split()},
        adverbs=frozenset(data["adverbs"].split()),
        tags=re.compile(data["tags"]),
        reading_methods=frozenset(data["reading_methods"].split()),
        secret=re.compile("|".join(data["secret_members"]), re.IGNORECASE),
    )


@cache
def exceptions() -> Mapping[str, Exceptional]:
    """Exceptions by operation, as `service:Name`."""
    rows: dict[str, Exceptional] = {}
    for row in read("effects")["exceptions"]:
        effect = Effect(row["effect"]) if "effect" in row else None
        for operation in row["operations"].split():
            rows[operation] = Exceptional(effect, row.get("secret"), row["because"])
    return rows
