"""What the library has nothing for goes to the planner, if it is clearly an order, and one for now."""

from skywright.brains.base import Context, NoProgram
from skywright.brains.builtin.rewording.ordered import asks_for
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.ordering import standing
from skywright.brains.builtin.words.tokens import clean, tokenise
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.planner.planner import plan
from skywright.errors import Unavailable
from skywright.model.advice import Understanding

_ASKED = 0.5
"""A message less likely than this to ask for anything is not planned."""
_NOT_NOW = ("withdrawn", "doubts", "deferred", "scheduled")


def planned(said: Understanding, words: str, context: Context, lexicon: Lexicon) -> Understanding:
    """What the planner makes of it; what was said already where it makes nothing, or is not asked.

    Raises:
        CloudFailed: The target could not be looked at.
    """
    if not isinstance(said, NoProgram) or not _ordered(words, lexicon):
        return said
    if asks_for(words, lexicon) < _ASKED:
        return said
    try:
        return plan(words, context) or said
    except Unavailable:
        return said  # without documentation there is no planner, and the library's no stands


def _ordered(words: str, lexicon: Lexicon) -> bool:
    text = clean(words).lower()
    if any(pattern(name).search(text) for name in _NOT_NOW):
        return False
    stands = standing([tokenise(clean(words))], lexicon)
    return not (stands.refusal or stands.later)
