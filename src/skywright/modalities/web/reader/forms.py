"""Filling in: which wish goes into which field, and what has to be done so that the field says it.

Owns the pairing of wishes and fields by what they are called. Knows no page and no step of a wizard.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from skywright.modalities.web.actions import Action, Click, Fill, Select
from skywright.modalities.web.goal import Wish
from skywright.modalities.web.reader.screen import Field
from skywright.modalities.web.tree import Node
from skywright.modalities.web.words import likeness, listed, meaning

_ENOUGH = 0.6
_FOREIGN = 0.3
_TYPE = re.compile(
    r"\btype\s+(?:the\s+(?:word|name|id)\s+)?[\"'“‘]?([^\"'”’]+?)[\"'”’]?(?:\s+(?:to|below|here)\b.*|[.:]?)$",
    re.IGNORECASE,
)
_TOKENS = re.compile(r"[^\s,;()\[\]]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A wish, the field for it, and what has to be done there; None if the field says it already."""

    wish: Wish
    field: Field
    action: Action | None


def pairs(wishes: Sequence[Wish], fields: Sequence[Field]) -> list[Pair]:
    """Each wish with the field that is called most like it; no field serves two wishes."""
    ranked = sorted(
        (
            (score, -place, wish, field)
            for wish in wishes
            for place, field in enumerate(fields)
            if (score := fit(wish, field)) >= _ENOUGH
        ),
        key=lambda each: (each[0], each[1]),
        reverse=True,
    )
    found: list[Pair] = []
    taken: set[int] = set()
    for _, _, wish, field in ranked:
        if id(field) not in taken and all(pair.wish is not wish for pair in found):
            taken.add(id(field))
            found.append(Pair(wish, field, action_for(wish, field)))
    order = {id(field): place for place, field in enumerate(fields)}
    return sorted(found, key=lambda pair: order[id(pair.field)])


def fit(wish: Wish, field: Field) -> float:
    """How well a field suits a wish, from 0 to 1."""
    if asks_to_confirm(field) or (field.kind == "text" and isinstance(wish.value, bool)):
        return 0.0
    around = field.around
    score = likeness(field.label, wish.called, around)
    if field.kind in ("radio", "choice") and isinstance(wish.value, bool):
        # A choice may be called by what it is between: the purchase of standard or spot machines.
        ranked = (likeness(_said(option), wish.called, field.label) for option in field.options)
        score = max(score if _yes_and_no(field) else 0.0, max(ranked, default=0.0))
    elif not isinstance(wish.value, bool) and not _takes(field, str(wish.value)):
        return 0.0
    own = meaning(wish.under) if wish.under else frozenset[str]()
    context = meaning(around) if around else frozenset[str]()
    if own:
        return score if own & (context | meaning(field.label)) else score - _FOREIGN
    return score


def _takes(field: Field, value: str) -> bool:
    """Whether a field can say a text at all."""
    if field.kind not in ("radio", "choice"):
        return field.kind == "text"
    if value.casefold() in _tokens(field.value) or _option(field, value) is not None:
        return True
    # Once something else is chosen, there is a field of its own for it.
    other = _other(field)
    return other is not None and _said(other) != field.value


def action_for(wish: Wish, field: Field) -> Action | None:
    """What makes the field say what is wished; None if it does."""
    label = field.label or field.around
    if field.kind in ("choice", "radio") and str(wish.value).casefold() in _tokens(field.value):
        return None
    if field.kind == "text":
        text = str(wish.value)
        return None if _same(field.value, text) else Fill(field.node.ref, text, label)
    if field.kind == "toggle":
        wanted = "yes" if wish.value else "no"
        return None if field.value == wanted else Click(field.node.ref, label)
    if isinstance(wish.value, str):
        option = _option(field, wish.value) or _other(field)
    else:
        option = _truth(wish, field)
    if option is None or _said(option) == field.value:
        return None
    if field.kind == "radio":
        return Click(option.ref, _said(option))
    return Select(field.node.ref, _said(option), label)


def asks_to_confirm(field: Field) -> bool:
    """Whether a field wants a word typed, so that nothing is done by mistake."""
    return field.kind == "text" and _word_to_type(field) is not None and "confirm" in meaning(field.label)


def confirmation(field: Field) -> Action | None:
    """What is to be typed into a field that asks for it; None if it is there."""
    word = _word_to_type(field) or ""
    return None if field.value == word else Fill(field.node.ref, word, field.label)


def _word_to_type(field: Field) -> str | None:
    found = _TYPE.search(field.label)
    return found[1].strip() if found else None


def _option(field: Field, value: str) -> Node | None:
    """The option that is the value, or has it as one of its words, or is called so in other words."""
    options = [option for option in field.options if not option.disabled]
    small = value.casefold()
    for option in options:
        if _said(option).casefold() == small:
            return option
    with_it = [option for option in options if small in _tokens(_said(option))]
    if len(with_it) == 1:
        return with_it[0]
    alike = [option for option in options if meaning(_said(option)) == meaning(value)]
    return alike[0] if len(alike) == 1 else None


def _other(field: Field) -> Node | None:
    """The option that leaves it to be said in a field of its own."""
    for option in field.options:
        if not option.disabled and likeness(_said(option), listed("others")) >= _ENOUGH:
            return option
    return None


def _truth(wish: Wish, field: Field) -> Node | None:
    """The option for yes or no: by those words, or the one called as the wish, or the one that is not."""
    words = listed("yes" if wish.value else "no")
    if _yes_and_no(field):
        return next((option for option in field.options if _said(option).casefold() in words), None)
    best = max(field.options, key=lambda option: likeness(_said(option), wish.called))
    if wish.value:
        return best
    others = [option for option in field.options if option is not best]
    return others[0] if len(others) == 1 else None


def _yes_and_no(field: Field) -> bool:
    said = {_said(option).casefold() for option in field.options}
    return bool(said & set(listed("yes"))) and bool(said & set(listed("no")))


def _tokens(words: str) -> list[str]:
    return _TOKENS.findall(words.casefold())


def _said(option: Node) -> str:
    return option.name or option.text


def _same(now: str, wanted: str) -> bool:
    """Whether a field says it already; lists may be written with more or fewer blanks."""
    return now.replace(" ", "") == wanted.replace(" ", "")
