"""A request of several parts: each is planned by itself, or none is.

Owns when a text is such a request at all, and when one part only says the other once more.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from skywright.brains.builtin import library
from skywright.brains.builtin.asked import Asked
from skywright.brains.builtin.choosing import RIVAL, given
from skywright.brains.builtin.cutting import split
from skywright.brains.builtin.features import features
from skywright.brains.builtin.library import Match
from skywright.brains.builtin.orders import says_values, two_orders
from skywright.brains.builtin.planned import Planned, together
from skywright.brains.builtin.planning import one
from skywright.brains.builtin.refusals import Apart
from skywright.brains.builtin.words.sense import Sense, part
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import words
from skywright.model.advice import Beyond, Understanding

_IN_IT = re.compile(r"\b(?:in|into|inside|within|to|on) (?:it|that|there|them)\b|\binside\b")
_TOLD_ONLY = 0.3
"""Where something is to be told, a part less likely than this to ask for a change only explains."""
_HARDLY = 0.15
"""Where a change is less likely than this altogether, every part only asks."""
_TOO_SOON = Apart(
    "I can do one part of this after the other, but not the second with what the first has only just "
    "made; ask for them one by one."
)


def several(asked: Asked, meant: Sense) -> Understanding | None:
    """The parts' plans as one; None if it is not such a request."""
    read = _read(asked, meant)
    if read is None:
        return None
    same = len({match.recipe.name for _, match in read}) == 1
    if same and not two_orders(meant, asked.world):
        # `we need finer metrics, so turn on monitoring of web-1`: one thing, said twice
        return _as_one(asked, meant)
    planned: list[Planned] = []
    for sense, match in read:
        before = planned[-1] if planned else None
        if before is not None and before.makes and _IN_IT.search(sense.facts.words):
            return None  # what goes into what the first part makes belongs to one recipe, or to none
        there = features(sense.facts, asked.world, sense.region)
        if before is not None and before.makes and not there & {"known_vm", "fresh_vm"}:
            if match.recipe.name == before.plan.program.name and not says_values(sense):
                continue  # `I need three machines, a, b and c. Please set those up`
            return _TOO_SOON
        if _only_explains(asked, meant, match):
            return None  # `show what is planned (stop, reboot)`
        if not match.recipe.changes and meant.likely.get(match.recipe.intent, 0.0) < RIVAL:
            if says_values(sense):
                return None
            continue  # `a short outage is fine`: nothing is to be told
        plan = one(asked, sense, before.machines if before else ())
        if not isinstance(
            plan, Planned
        ):  # `there are spot machines. change web-1 to that`: said in two parts
            return _as_one(asked, meant) if same else plan
        if not _is_same(plan, before):
            planned.append(plan)
        elif plan.makes and says_values(sense):
            return None  # `three machines, …; traffic comes in on 8080`: the same once more, with a value
    return _whole(planned, asked.words)


def _as_one(asked: Asked, meant: Sense) -> Understanding:
    planned = one(asked, meant, ())
    return planned.plan if isinstance(planned, Planned) else planned


def _read(asked: Asked, meant: Sense) -> Sequence[tuple[Sense, Match]] | None:
    """What each part says and what fits it best; None if there are not several, or one fits nothing."""
    parts = split(meant.facts)
    if len(parts) < 2 or any(_only_lists(tokens) for tokens in parts):
        return None
    found: list[tuple[Sense, Match]] = []
    for tokens in parts:
        sense = part(tokens, meant, asked.world.context, asked.lexicon, asked.likely)
        if isinstance(sense, Beyond):
            return None
        sense = replace(asked.anchored(sense), likely=given(asked.likely_of(tokens), meant.likely))
        fitting = asked.matches(sense)
        if not fitting or not fitting[0].complete:
            return None
        found.append((sense, fitting[0]))
    return found


def _only_lists(tokens: Sequence[Token]) -> bool:
    """`Names: core-1, core-2`: facts that belong to another part."""
    return len(tokens) > 1 and tokens[0].word in words("labels") and tokens[1].word in {":", "="}


def _only_explains(asked: Asked, meant: Sense, match: Match) -> bool:
    """Whether a part that seems to order a change is only said of what is to be told."""
    if not match.recipe.changes:
        return False
    told = asked.likely.foremost not in library.changing()
    return not library.changes(meant.likely, _HARDLY) or (told and match.likely < _TOLD_ONLY)


def _is_same(plan: Planned, before: Planned | None) -> bool:
    if before is None:
        return False
    return (plan.plan.program.name, plan.machines) == (before.plan.program.name, before.machines)


def _whole(planned: Sequence[Planned], words: str) -> Understanding | None:
    if not planned:
        return None
    if len({plan.plan.program.region for plan in planned}) > 1:
        return Apart("The parts of this request are in different regions; ask for them one by one.")
    whole = together(planned, words)
    return whole.plan if isinstance(whole, Planned) else whole
