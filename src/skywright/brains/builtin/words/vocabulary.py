"""The word lists and patterns of the `vocabulary/` folder. Owns their files, not what they are for."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from skywright.model import yaml_text

FOLDER = Path(__file__).parents[1] / "vocabulary"
_PART = re.compile(r"<([a-z_]+)>")


@lru_cache(maxsize=16)
def file(name: str) -> Mapping[str, Any]:
    """The content of one file."""
    return yaml_text.load((FOLDER / f"{name}.yaml").read_text("utf-8"))


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """One list of words, where their order says nothing."""
    return frozenset(str(word) for word in file("words")[name])


@lru_cache(maxsize=64)
def phrases(name: str) -> tuple[tuple[str, ...], ...]:
    """One list of phrases in the order of the file, each as its words."""
    return tuple(tuple(str(phrase).split()) for phrase in file("words")[name])


def table(name: str) -> Mapping[str, Any]:
    """What each word of one table stands for."""
    return file("words")[name]


@lru_cache(maxsize=128)
def pattern(name: str, of: str = "patterns") -> re.Pattern[str]:
    """One pattern of a file, ready to be searched for."""
    return re.compile(_expression(file(of)[name], of))


@lru_cache(maxsize=16)
def patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """A list of patterns, each by itself and whatever the case, in the order of the file."""
    return tuple(re.compile(_expression(body), re.I) for body in file("patterns")[name])


@lru_cache(maxsize=1)
def features() -> Mapping[str, re.Pattern[str]]:
    """The patterns that recipes ask for by name."""
    return {name: re.compile(_expression(body)) for name, body in file("patterns")["features"].items()}


def _expression(body: str | Mapping[str, Any], of: str = "patterns") -> str:
    parts: Mapping[str, str] = file(of)["parts"]
    if not isinstance(body, str):
        body = str(body.get("first", "")) + "|".join(body["any"]) + str(body.get("last", ""))
    return _PART.sub(lambda match: parts[match[1]], body)
