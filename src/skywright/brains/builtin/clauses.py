"""What the words as a whole ask for: whether anything is asked for at all, and where.

Owns nonsense, other languages, `don't`, `how do I` and `what if`; must not know recipes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from skywright.brains.base import Context
from skywright.brains.builtin import facts as reading
from skywright.brains.builtin.facts import Facts
from skywright.brains.builtin.lexicon import Lexicon
from skywright.brains.builtin.tokens import clean, tokenise
from skywright.model.advice import Beyond, Question, Unclear

EXAMPLES = (
    "create three VMs behind a load balancer",
    "attach a 100 GB disk to a VM",
    "show the VMs and their addresses",
)


@dataclass(frozen=True, slots=True)
class Sense:
    """What was said, once it is clear that something is asked for.

    Attributes:
        region: the one that was named; empty if none was.
        question: if a place was named that is no region.
    """

    facts: Facts
    region: str
    question: Question | None = None


def sense(words: str, context: Context, lexicon: Lexicon, names: Sequence[str]) -> Sense | Beyond | Unclear:
    """Read the words; a plain no if there is nothing in them to act on."""
    if not words.strip():
        return Beyond("The request is empty; say what you want done.", EXAMPLES)
    text = clean(words)
    tokens = lexicon.mend(tokenise(text), names)
    facts = reading.read(tokens, lexicon, context.cloud.regions)
    if not facts.marks:
        return Beyond("I could not find anything in this request that I know how to do.", EXAMPLES)
    region, question = _place(facts, context)
    return Sense(facts, region, question)


def _place(facts: Facts, context: Context) -> tuple[str, Question | None]:
    answer = context.answers.get("region", "").strip()
    if answer in context.cloud.regions:
        return answer, None
    found = sorted(facts.places, key=lambda place: not place.placed)
    if not found:
        return "", None
    place = found[0]
    if place.region:
        return place.region, None
    return "", Question(
        "region", f"There is no region '{place.said}'. Which region should it be?", place.choices
    )
