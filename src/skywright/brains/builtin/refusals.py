"""Why a request is left alone, where it matters for what may be tried instead."""

from dataclasses import dataclass

from skywright.brains.base import NoProgram, OneByOne
from skywright.model.advice import Beyond


class Unasked(Beyond):
    """Nothing is to be done, or not now."""


class NotNow(Unasked):
    """It seems to be asked for another time, or on a condition."""


NOTHING_ASKED = Unasked("I am not sure that this asks for anything to be done, so nothing was done.")


class Unable(Beyond):
    """Something is said that no recipe could take into account."""


@dataclass(frozen=True, slots=True)
class Unplaced(Unable):
    """The recipe has no place for what a word means.

    Attributes:
        left: the word.
    """

    left: str = ""


class Strange(Unable):
    """A word that nobody knows stands where something would be taken away."""


class Apart(OneByOne, Unable):
    """No recipe does all of it, but there may be one for each part."""


class Outside(NoProgram, Unable):
    """It is about something that the library knows nothing of."""


@dataclass(frozen=True, slots=True)
class LeavesOut(Beyond):
    """The recipe has no place for a value that was said.

    Attributes:
        left: the value.
    """

    left: str = ""
