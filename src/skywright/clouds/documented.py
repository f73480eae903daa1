"""What a cloud's documentation and the shapes of its operations say to those who plan without a program."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skywright.model.operation import Operation
from skywright.model.values import Arguments, Value


@dataclass(frozen=True, slots=True)
class Found:
    """An operation that was found for some words.

    Attributes:
        score: how likely it is the one that is meant, among all that were found.
    """

    operation: Operation
    score: float


class Documentation(Protocol):
    """What a cloud's documentation says of its operations."""

    def search(self, text: str, most: int = 20, services: Collection[str] = ()) -> Sequence[Found]:
        """The operations that the words most likely mean, the likeliest first.

        Args:
            services: only of these; empty: of all.

        Raises:
            Unavailable: It cannot be read.
        """
        ...

    def named(self, text: str) -> frozenset[str]:
        """The services that the text names.

        Raises:
            Unavailable: It cannot be read.
        """
        ...

    def called(self) -> Mapping[str, frozenset[str]]:
        """The words that each service is called by, in lower case.

        Raises:
            Unavailable: It cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """What is said in a word and stands at several places of an operation's arguments.

    Attributes:
        phrases: what it is called, each in words.
        gives: arguments, with `$` for the value.
        asks: the question for it; empty: it need not be said.
    """

    name: str
    phrases: tuple[tuple[str, ...], ...]
    gives: Arguments
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What goes with a member's value of some form, a regular expression."""

    member: str
    like: str
    gives: Arguments


@dataclass(frozen=True, slots=True)
class Convention:
    """What is taken for granted of an operation though its types do not tell.

    Attributes:
        defaults: arguments where nothing was said of them.
        because: the assumption that they are, in a sentence.
        known_as: what it is about, as people say it and the API does not, each in words.
        declines: why it is not planned out of words; empty: it is.
    """

    defaults: Arguments = field(default_factory=dict[str, Value])
    slots: tuple[Slot, ...] = ()
    forms: tuple[Form, ...] = ()
    because: str = ""
    known_as: tuple[tuple[str, ...], ...] = ()
    declines: str = ""
