"""What a model is told, and how its replies are read. Owns every word between the experts and a model.

What is said of a modality is in `hints.yaml`, with what an error's code mostly means.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from skywright.model import yaml_text
from skywright.model.advice import Question

LONGEST = 3000
"""Characters of what an attempt printed that a model is shown; the middle of more is left out."""

_BLOCK = re.compile(r"^[ \t]*```[ \t]*([\w-]*)[^\n]*\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)
_OPEN_BLOCK = re.compile(r"^[ \t]*```[ \t]*([\w-]+)[^\n]*\n(.+)\Z", re.DOTALL | re.MULTILINE)
_ALIKE = {
    "bash": ("bash", "sh", "shell", "zsh", "console"),
    "python": ("python", "py", "python3"),
    "hcl": ("hcl", "terraform", "tf"),
    "yaml": ("yaml", "yml"),
}


class NoAction(Exception):
    """A reply in which there is nothing to carry out; what it says is told to the model."""


@dataclass(frozen=True, slots=True)
class Action:
    """An artefact to be tried."""

    code: str


@dataclass(frozen=True, slots=True)
class Done:
    """The model says that all is done."""

    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """The model wants to know something of the user."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """The model wants to read documentation."""

    text: str


@dataclass(frozen=True, slots=True)
class Cannot:
    """The model says that it cannot be done."""

    why: str


Reading = Action | Done | Ask | Search | Cannot


@cache
def hints() -> Mapping[str, Any]:
    """The texts of `hints.yaml`."""
    text = resources.files("skywright.brains.model").joinpath("hints.yaml").read_text("utf-8")
    return yaml_text.load(text)


def manual(language: str, region: str, searchable: bool) -> str:
    """What a model is told before the request.

    Args:
        searchable: whether there is documentation that it may search.
    """
    told = hints()
    one = told["languages"][language]
    parts = [told["common"].format(language=language, what=one["what"], example=one["example"].rstrip())]
    parts += [told["search"]] if searchable else []
    parts += [told["end"], one["hints"].format(region=region)]
    return "\n\n".join(part.rstrip() for part in parts)


def topics(request: str) -> str:
    """What is worth knowing about what a request speaks of."""
    told: Mapping[str, str] = hints()["topics"]
    return "\n".join(text for pattern, text in told.items() if re.search(pattern, request, re.IGNORECASE))


def cause(code: str) -> str:
    """What an error's code mostly means and what helps; empty if that is not known."""
    told: Mapping[str, str] = hints()["errors"]
    return next((text for pattern, text in told.items() if re.fullmatch(pattern, code)), "")


def read(reply: str, language: str) -> Reading:
    """The one thing that a reply wants; other blocks in it are thoughts.

    Raises:
        NoAction: There is none, there are several, or it cannot be read.
    """
    marks = (*_ALIKE[language], "done", "ask", "search", "cannot")
    blocks = _BLOCK.findall(reply) or _OPEN_BLOCK.findall(reply)
    found = [(mark.lower(), code.strip()) for mark, code in blocks if mark.lower() in marks]
    actions = [one for one in found if one[0] in _ALIKE[language]]
    if actions and len(actions) < len(found):
        # What is to be tried comes first: nothing is done before it has succeeded.
        found = actions
    if len(found) != 1:
        how_many = "no block" if not found else f"{len(found)} blocks"
        raise NoAction(
            f"Your reply has {how_many} that could be carried out, so nothing was done. Give exactly one "
            f"block: the whole between ```{language} and ```, or, when all is done, ```done with the answer."
        )
    mark, code = found[0]
    match mark:
        case "done":
            return Done(_object(code or "{}", "done"))
        case "ask":
            asked = _object(code, "ask")
            return Ask(tuple(Question(_id(name), str(text)) for name, text in asked.items()))
        case "search":
            return Search(code[:300])
        case "cannot":
            return Cannot(" ".join(code.split())[:500])
        case _:
            if not code:
                raise NoAction("Your block is empty, so nothing was done.")
            return Action(code)


def _id(name: str) -> str:
    return re.sub(r"\W+", "_", name)[:40] or "question"


def _object(text: str, block: str) -> Mapping[str, Any]:
    try:
        read: Any = json.loads(text)
    except ValueError as error:
        raise NoAction(f"Your {block} block is not JSON: {error}. Give it again.") from error
    if not isinstance(read, dict):
        raise NoAction(f"Your {block} block is JSON, but no object. Give it again.")
    return read


def cut(text: str, longest: int = LONGEST) -> str:
    """A text without its middle if it is too long."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"
