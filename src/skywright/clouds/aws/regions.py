"""AWS's regions and what people call them. Owns the names; the list is botocore's endpoint data.

Must not guess: what it does not know exactly it does not find.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from skywright.clouds.aws import models, tables

_IN_BRACKETS = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Region:
    """One region.

    Attributes:
        name: the API's, such as `eu-west-1`.
        description: AWS's own, such as `Europe (Ireland)`.
        places: cities and countries that mean it, in lower case.
    """

    name: str
    description: str
    places: frozenset[str]


@cache
def regions() -> Mapping[str, Region]:
    """Every region of the public partition, by its name."""
    data = cast(dict[str, Any], models.loader().load_data("endpoints"))
    partition = next(each for each in data["partitions"] if each["partition"] == "aws")
    aliases: dict[str, str] = tables.read("regions")["aliases"]
    return {
        name: Region(
            name, row.get("description", name), _places(row.get("description", ""), aliases.get(name, ""))
        )
        for name, row in sorted(partition["regions"].items())
    }


def names() -> frozenset[str]:
    """The API's names of all regions."""
    return frozenset(regions())


def called(place: str) -> str | None:
    """The region that a place's name means: an API name, a city or a country, in any case; None if none."""
    wanted = " ".join(place.lower().split())
    if wanted in regions():
        return wanted
    return next((region.name for region in regions().values() if wanted in region.places), None)


def places() -> Mapping[str, str]:
    """Every name of a place in lower case, API names included, and the region that it means."""
    found: dict[str, str] = {}
    for region in regions().values():
        for place in (region.name, *region.places):
            found.setdefault(place, region.name)
    return found


def _places(description: str, aliases: str) -> frozenset[str]:
    told = [text.strip().lower() for text in aliases.split(",") if text.strip()]
    return frozenset([*told, *(text.lower() for text in _IN_BRACKETS.findall(description))])
