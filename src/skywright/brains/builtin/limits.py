"""What a recipe can't take into account: how things are picked out, several regions, what is beyond all.

Owns the reasons to leave such a request alone: to carry out the part that is understood would change
more than was meant, or something else. The words for them are data (`vocabulary/limits.yaml`).
"""

import re

from skywright.brains.builtin.library import Recipe
from skywright.brains.builtin.words.sense import Sense
from skywright.brains.builtin.words.vocabulary import pattern, table

_FILE = "limits"
_MADE = frozenset({"create", "snapshot", "image"})
_CLOSING = "close-a-bucket"
_NETWORK = "create-a-network"
_PROTECTION = frozenset({"protect-machines", "unprotect-machines"})


def beyond_reach(words: str, meant: Sense, recipe: Recipe) -> str:
    """Why what the recipe does would not be what was meant; empty if nothing speaks against it.

    Args:
        words: the whole request as it was said.
    """
    said, text = words.lower(), meant.facts.words
    if not recipe.changes:
        ordered = None if meant.beside is not None else pattern("mends", _FILE).search(said)
        return f"I can {recipe.means}, but '{ordered[0]}' asks for a change" if ordered else ""
    if meant.beside is not None and not recipe.must[0] & meant.beside:
        return "That asks something, and a question is never answered by changing things"
    if no := without_place(said, recipe):
        return no
    picked = pattern("picked", _FILE).search(text)
    if recipe.where != "new" and picked:
        return f"I can't pick things out by '{picked[0]}'; please name those that are meant"
    discarded = pattern("discarded", _FILE).search(text)
    if discarded and recipe.must[0] & _MADE and not recipe.must[0] & {"attach"}:
        return f"I can {recipe.means}, but not tell what is to become of '{discarded[0]}'"
    if recipe.intent in _PROTECTION and (found := pattern("ended", _FILE).search(text)):
        return f"I can {recipe.means}, but not that and '{found[0]}' in one; ask for them one by one"
    return ""


def without_place(words: str, recipe: Recipe) -> str:
    """Why a request can't be met by a recipe that changes something, by its words alone; empty if it can.

    Args:
        words: the whole request as it was said, in lower case.
    """
    if found := pattern("foreign", _FILE).search(words):
        return f"I can {recipe.means}, but I have no program for '{found[0]}'"
    if recipe.intent != _CLOSING and (found := pattern("of_buckets", _FILE).search(words)):
        return f"I can {recipe.means}, but not '{found[0]}' with it; please ask for that by itself"
    if found := pattern("several_regions", _FILE).search(words):
        return f"I change things in one region at a time, so not for '{found[0]}'; ask for each by itself"
    if recipe.intent == _NETWORK and (found := pattern("gateways", _FILE).search(words)):
        return f"I can {recipe.means}, but without a way to the internet such as '{found[0]}'"
    if recipe.intent in _PROTECTION and (found := pattern("ended", _FILE).search(words)):
        return f"I can {recipe.means}, but not that and '{found[0]}' in one; ask for them one by one"
    for said, quality in table("qualities").items():
        if quality not in recipe.slots and (found := re.search(rf"(?<![\w-])(?:{said})(?![\w-])", words)):
            return f"I can {recipe.means}, but I have no way to set '{found[0]}' there"
    return ""
