"""What every brain is: something that understands a request, looking at the cloud but never touching it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from skywright.clouds.base import Caller, Cloud
from skywright.model.advice import Understanding


@dataclass(frozen=True, slots=True)
class Context:
    """What a brain may use.

    Attributes:
        look: calls reading operations on the target, through the gate; anything else is refused there.
        region: where things go when the request names no place.
        answers: to the questions of a former understanding of the same request, by question id.
    """

    cloud: Cloud
    look: Caller
    region: str
    answers: Mapping[str, str] = field(default_factory=dict[str, str])


class Brain(Protocol):
    @property
    def name(self) -> str: ...

    def understand(self, words: str, context: Context) -> Understanding:
        """A plan, questions (all of them at once), or a plain no with the nearest that can be done.

        Raises:
            CloudFailed: The target could not be looked at.
        """
        ...
