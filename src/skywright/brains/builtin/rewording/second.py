"""When a request is read a second time, in plain words, and which of the two readings counts.

The rules read a request first. Where they can't, or read it otherwise, what was learnt may tell it again in
plain words, which the same rules then read. So what was learnt proposes words, never a plan. It takes
nothing away, and where the rules saw that nothing is asked for, or something that no recipe has a place
for, it hardly ever speaks. It may also doubt that anything is asked for: then nothing is changed.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from skywright.brains.builtin import library
from skywright.brains.builtin.accounted import values_of
from skywright.brains.builtin.limits import without_place
from skywright.brains.builtin.refusals import (
    NOTHING_ASKED,
    LeavesOut,
    NotNow,
    Strange,
    Unable,
    Unasked,
    Unplaced,
)
from skywright.brains.builtin.rewording.comparing import lacks
from skywright.brains.builtin.rewording.doubting import existing, readings
from skywright.brains.builtin.rewording.making import MAKING, PLACED
from skywright.brains.builtin.rewording.reader import BALANCED, Values, values
from skywright.brains.builtin.rewording.retell import TOLD, retell
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.places import places
from skywright.brains.builtin.words.tokens import clean, tokenise
from skywright.model.advice import Plan, Unclear, Understanding

_LEAST = 0.3
"""An intent less likely than this is not told again."""
_NEXT = 0.15
"""One that is told since a likelier one can't be may be this unlikely."""
_OTHERS = 2
_OUTSIDE = 0.5
"""So likely, next to what is most likely, to be about something else, a request is not told again."""
_ASKED = 0.7
"""A message less likely than this to ask for anything changes nothing that the rules would not."""
_SURE, _SURELY_ASKED = 0.7, 0.985
"""What it takes where the rules saw no order."""
_LIKELY, _NOW, _MANY = 0.35, 0.92, 20
"""What it takes where the rules saw a condition or another time among so many words: those tell much
beside what is asked for, and fewer mean what they say."""
_TAKEN_AWAY, _TAKING_ASKED = 0.5, 0.9
"""What it takes to stop something or take it off where the rules had no program for the words."""
_CHANGED, _TAKEN = 0.3, 0.4
"""A message less likely than this to ask for anything changes nothing, and takes nothing away."""
_CHANGED_FOR_TOLD, _TAKEN_FOR_TOLD = 0.8, 0.95
"""An intent less likely than this changes nothing, or takes nothing away, where the rules would only tell."""
_BARE = re.compile(r"\s*\w\S*(?: \w\S*){0,5}\s*")
"""So few words, without a stop between them, are what they seem to be."""
_TINY = 1e-9
_PLAIN = frozenset({"region", "count", "size", "type"})
"""What is asked about these is asked since something was said that can't be."""
_OTHERWISE = 0.6
"""An intent less likely than this is not put in the place of another that the rules have a plan for."""
_OF_PORTS = BALANCED | {"open-a-port", "close-a-port", "narrow-a-port", "create-a-security-group"}
"""Intents whose numbers are most likely ports."""
_A_NAME = 0.1
"""A word more likely than this to be a machine's name may not be passed over."""
_NAMED = r"(?:(?:name[ds]?|call(?:ed)?|titled?|tag\w*)(?: \w+){0,2}|\b(?:with|and|or)|,|=|:)\s*"
_SHELL = r"[`$\\|~]|;(?! [\w.]+ (?!-))"
EXACT = re.compile(rf"{_SHELL}|(?:^|{_NAMED})(?:\"[^\"]*\"|'[^']+'(?!\w))|(?<![\w.])\"[^\"\w\s]+", re.I)
"""What is quoted as a name, or looks like a program's text, is read exactly or not at all."""


@dataclass(frozen=True)
class Retold:
    """A request in plain words.

    Attributes:
        intent: what it asks for, and how likely that is.
        names: how likely each word of the request is the name of a machine.
        said: the request as it was typed.
    """

    words: str
    intent: str
    likely: float
    names: Mapping[str, float]
    said: str = ""


def retold(
    words: str,
    likely: Mapping[str, float],
    asks: float,
    names: list[str],
    lexicon: Lexicon,
    region: str = "",
) -> Retold | None:
    """The request in plain words; None where it is not known what it asks for.

    Args:
        likely: the probability of each intent.
        asks: how likely it is that the request asks for anything; that is not judged by `likely` again.
        names: of what exists.
        region: where the rules understood that something is to be made, which may be told by another
            sentence than the one that asks: `our Tokyo office is slow. Put a machine out there`.
    """
    if EXACT.search(words):
        return None
    something = {intent: odds for intent, odds in likely.items() if intent != "nothing"}
    likeliest, *others = sorted(something, key=lambda one: -something[one])
    if something.get("outside", 0.0) > something[likeliest] * _OUTSIDE:
        return None
    there = {name.lower() for name in names}
    total = possible = max(sum(something.values()), _TINY)
    untold = False
    for intent in (likeliest, *others[:_OTHERS]):
        if asks * something[intent] / total < (_LEAST if intent == likeliest else _NEXT):
            return None
        said = values(words, lexicon, names, intent)
        said = said if intent in MAKING else existing(said, there)
        changes = intent in library.changing()
        if not _fits(intent, said, there):
            possible -= something[intent]  # it can't be meant, so another is likelier
        elif not (untold and changes):
            odds = asks * something[intent] / possible
            plain = _plain(intent, said, there, region) if odds >= (_LEAST if changes else _NEXT) else ""
            if plain or intent not in TOLD:
                return Retold(plain, intent, odds, said.names, words) if plain else None
            untold = True
    return None


def _plain(intent: str, said: Values, there: Collection[str], region: str) -> str:
    """The likeliest reading of the values that can be told; empty if there is none."""
    if intent in PLACED and not (said.all("place") or said.all("zone")):
        said = replace(said, said={**said.said, "place": [region] if region else _places(said.text)})
    fitting = (one for one in readings(said) if _fits(intent, one, there))
    return next(filter(None, (retell(intent, one) for one in fitting)), "")


def _fits(intent: str, said: Values, there: Collection[str]) -> bool:
    """Whether nothing is done to what is not there, and what is there is not made."""
    named = {name.lower() for name in said.all("vm")}
    return not named & set(there) if intent in MAKING else named <= set(there)


def _places(words: str) -> list[str]:
    """The regions of the places that stand after `in` and the like."""
    found = places(tokenise(clean(words)), ())
    return list(dict.fromkeys(place.zone or place.region for place in found if place.placed and place.region))


def may_count(again: Retold, first: Understanding, asks: float) -> bool:
    """Whether the plain words may stand for the request though the rules made something else of it.

    Args:
        asks: how likely it is that the request asks for anything.
    """
    surely = again.likely >= _SURE and asks >= _SURELY_ASKED
    if isinstance(first, Plan):
        return _may_stand_for(first, again, surely=surely)
    if isinstance(first, Unclear) and {question.id for question in first.questions} & _PLAIN:
        return False
    if isinstance(first, Unclear) and again.likely < _OTHERWISE and _asks_which(first):
        return False
    if again.intent not in library.changing():
        return not isinstance(first, Unable | Unasked) or again.likely >= _SURE
    if asks < _ASKED:
        return False
    if isinstance(first, Unasked):
        told = isinstance(first, NotNow) and len(again.said.split()) >= _MANY
        now = told and asks >= _NOW and again.likely >= _LIKELY
        return (surely or now) and not _takes(again.intent)
    if isinstance(first, Strange):
        return surely
    if isinstance(first, Unplaced) and f'"{first.left}"' in again.words.lower():
        return surely  # what the rules had no place for is a name
    if isinstance(first, Unable) or (isinstance(first, LeavesOut) and not _held(first.left, again)):
        return False
    heard = again.likely >= _TAKEN_AWAY and asks >= _TAKING_ASKED
    return isinstance(first, Unclear) or surely or heard or not _takes(again.intent)


def _asks_which(first: Unclear) -> bool:
    """Whether the rules ask which of two things is to be done."""
    return any(question.id == "intent" for question in first.questions)


def _may_stand_for(first: Plan, again: Retold, *, surely: bool) -> bool:
    """Whether the plain words may stand for what the rules have a plan for."""
    names = library.intents_of(first.program)
    if names == {again.intent}:
        return True
    if again.intent in names:  # a part of the request is not the whole of it
        return False
    only_tells = not any(recipe.changes for recipe in library.recipes_of(first.program))
    if only_tells and again.intent in library.changing():
        if not _takes(again.intent) and again.likely >= _OTHERWISE and _tells_less(first, again):
            return True
        least = _TAKEN_FOR_TOLD if _takes(again.intent) else _CHANGED_FOR_TOLD
        return surely and again.likely >= least
    return surely or not _takes(again.intent)


def _tells_less(first: Plan, again: Retold) -> bool:
    """Whether a figure that was said has no place in what the rules would tell."""
    return not _figures(again.words) <= _figures(values_of(first.program))


def _figures(words: str) -> set[str]:
    return {f"{float(one):g}" for one in re.findall(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w.-])", words)}


def _held(left: str, again: Retold) -> bool:
    """Whether what the rules had no place for is in the plain words, or no name at all."""
    number = left[:1].isdigit() and again.intent in _OF_PORTS
    return left.lower() in again.words.lower() or (not number and again.names.get(left, 0.0) < _A_NAME)


def with_values(first: Understanding, words: str, lexicon: Lexicon, names: list[str]) -> Understanding:
    """The same; a plain no if what surely is a value of the request is nowhere in a plan that changes
    something: the rules have passed it over."""
    if (
        not isinstance(first, Plan)
        or EXACT.search(words)
        or library.intent_of(first.program) not in library.changing()
    ):
        return first
    held = values_of(first.program)
    said = values(words, lexicon, names, library.intent_of(first.program))
    figures = {f"{float(one):g}" for one in re.findall(r"\d+(?:\.\d+)?", held)}
    numbers = [port for label in ("lb_port", "target_port", "port") for port in said.all(label)]
    left = [one for one in numbers if one.isdigit() and one not in figures]
    named = [one for label in ("lb_name", "named") for one in said.all(label)]
    left += [one for one in named if one.lower() not in held]
    if not left:
        return first
    text = f"I don't know what '{left[0]}' is to be there; please say it in another way."
    return LeavesOut(text, (), left[0])


def _takes(intent: str) -> bool:
    """Whether something is taken away by it, or stopped."""
    return any(recipe.takes for recipe in library.load() if recipe.intent == intent)


def unmet(second: Plan, words: str) -> Unable | None:
    """A plain no if something is asked in the words that the plan has no place for."""
    recipes = [recipe for recipe in library.recipes_of(second.program) if recipe.changes]
    no = next(filter(None, (without_place(words.lower(), recipe) for recipe in recipes)), "")
    return Unable(f"{no}.", tuple(recipe.means for recipe in recipes)) if no else None


def preferred(first: Understanding, second: Understanding, again: Retold) -> Understanding:
    """The reading that counts: the second, if it is a plan of what is most likely asked for and lacks
    nothing that the rules found."""
    if not isinstance(second, Plan) or library.intent_of(second.program) != again.intent:
        return first
    if not isinstance(first, Plan):
        return second
    if library.intent_of(first.program) != again.intent:
        return second if again.likely >= _OTHERWISE else first
    return first if lacks(second, first, again.words) else second


def heeded(understood: Understanding, words: str, asks: float) -> Understanding:
    """The same for the request as it was said; a plain no if it changes what was hardly asked for."""
    if not isinstance(understood, Plan):
        return understood
    recipes = library.recipes_of(understood.program)
    least = max((_TAKEN if recipe.takes else _CHANGED for recipe in recipes if recipe.changes), default=0.0)
    if asks < least and not _BARE.fullmatch(words):
        return NOTHING_ASKED
    return replace(understood, program=replace(understood.program, request=words))
