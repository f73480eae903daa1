"""Words into wishes. What fits no rule is declined, never guessed.

Owns which part of a request or an answer is a preference, and what is wrong with one. A machine type and a
region are known by their forms; whether the cloud has the region, the caller says.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from skywright.errors import Usage
from skywright.model.preference import Kind, Wish
from skywright.preferences.rules import wishes

EXAMPLES: Final = (
    "we always tag owner=team-a",
    "never in us-east-1",
    "eu-west-1 by default",
    "use t3.small unless I say otherwise",
    "always encrypt disks",
    "name VMs with prefix x-",
)
_LONGEST: Final = 500
_SHOWN: Final = 80

_BEFORE = re.compile(
    r"(?:from now on|from today on|in future|in the future|as a rule|by default|please|remember(?: that)?|and"
    r"|always|i|we|you|should|must|shall|want to|would like to|prefer to|prefer)\b[,:]?\s+",
    re.I,
)
_AFTER = re.compile(
    r",?\s+(?:by default|unless (?:i|we) (?:say|ask|tell you) (?:otherwise|so)|unless (?:told|said) otherwise"
    r"|from now on|in future|in the future|always|as a rule|please)$",
    re.I,
)
_MARKER = re.compile(r"\b(?:always|never|by default|from (?:now|today) on|in (?:the )?future|unless)\b", re.I)
_BEGINS = (
    r"(?:from now on|always|never|in future|by default|(?:we|i) (?:always|never)|please (?:always|never))\b"
)
_BETWEEN = re.compile(
    rf"(?<=[.!?;])(?=\s)|(?=\n)|(?=,? and {_BEGINS})"
    rf"|(?<!now on)(?<!future)(?<!default)(?=, (?:and )?{_BEGINS})",
    re.I,
)
"""Between sentences, and before a part of one that begins as a preference does."""
_LOOSENING = re.compile(
    r"\b(?:approv\w+|polic(?:y|ies)|permi\w+|privileg\w+|budgets?|autonom\w+|supervis\w+|confirm\w*|rules?"
    r"|bypass\w*|ignor\w+|skip\w*|ask(?:ing)?|admin\w*|guard\w*|limits?|spend\w*)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of words and the wishes that it is."""

    words: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Parted:
    """A request without the preferences in it, and these."""

    rest: str
    said: tuple[Said, ...]


def read(words: str, regions: Collection[str]) -> tuple[Wish, ...]:
    """The wishes that some words are, all of them.

    Args:
        regions: those that the cloud has.

    Raises:
        Usage: They are none that can be kept; the sentence gives examples.
    """
    text = " ".join(words.split())
    if not text:
        raise Usage(f"the preference is empty; such can be kept: {_examples()}")
    if len(text) > _LONGEST:
        raise Usage(f"a preference has at most {_LONGEST} letters")
    found = wishes(_core(text))
    if found is None:
        raise Usage(_declined(text))
    if faults := [fault for wish in found if (fault := _fault(wish, regions))]:
        raise Usage(faults[0])
    return found


def part(words: str, regions: Collection[str]) -> Parted:
    """A request taken apart.

    Only a whole clause that says `always`, `never`, `by default` or the like, and fits a rule, is a
    preference; all else stays as it was said.
    """
    kept: list[str] = []
    said: list[Said] = []
    for clause in _BETWEEN.split(words):
        bare = " ".join(clause.split()).strip(" ,;").removeprefix("and ")
        found = wishes(_core(bare)) if len(bare) <= _LONGEST and _MARKER.search(bare) else None
        if found and not any(_fault(wish, regions) for wish in found):
            said.append(Said(bare.rstrip(".!"), found))
        else:
            kept.append(clause)
    return Parted("".join(kept).strip(" ,;\n") if said else words, tuple(said))


def without_marker(answer: str) -> str:
    """An answer without `always`, `from now on` or the like at its ends; the same if there is none."""
    begun = re.sub(r"^(?:always|from now on|by default)[,:]?\s+", "", answer.strip(), flags=re.I)
    return _AFTER.sub("", begun)


def _core(text: str) -> str:
    """The text without what only says that it is a preference, or whose."""
    core = text.strip(" ,;").rstrip(".!")
    before = ""
    while before != core:
        before = core
        begun = _BEFORE.match(core)
        core = _AFTER.sub("", core[begun.end() :] if begun else core).strip(" ,")
    return core


def _fault(wish: Wish, regions: Collection[str]) -> str:
    """What is wrong with a wish that is well said; empty: nothing."""
    if wish.kind is Kind.TAG and wish.key.lower().startswith("aws:"):
        return f"tags that begin with 'aws:' are the cloud's own; '{wish.key}' can't be set"
    if wish.kind is Kind.TAG and wish.key == "Name":
        return "a name is each thing's own; say instead: name VMs with prefix x-"
    region = {Kind.NEVER_REGION: wish.key, Kind.REGION: wish.value}.get(wish.kind, "")
    return f"the cloud has no region '{region}'" if region and region not in regions else ""


def _declined(text: str) -> str:
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    if _LOOSENING.search(text):
        return (
            f"'{shown}' can't be kept: a preference changes no policy, approval or budget, nor how much is "
            f"done without asking; such can be kept: {_examples()}"
        )
    return f"'{shown}' is no preference that can be kept; such can be: {_examples()}"


def _examples() -> str:
    return "; ".join(f"'{example}'" for example in EXAMPLES)
