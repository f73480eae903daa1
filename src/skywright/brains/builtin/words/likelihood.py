"""What a request most likely asks for, as far as reading it needs to know. A model tells it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skywright.brains.builtin.words.tokens import Token

SURE = 0.5
"""So likely an intent is meant, even if not every word for it was said."""
NEITHER = frozenset({"nothing", "outside"})
"""Intents of no recipe: what asks for no action, and what asks for something that nobody here can do."""
_BY_ITSELF = 0.7
_ELSEWHERE = 0.05


@dataclass(frozen=True)
class Likelihood:
    """The probability of each intent.

    Attributes:
        whole: for the whole request.
        harmless: hardly any change is likely to be meant.
        of: the same for a part of it.
    """

    whole: Mapping[str, float]
    harmless: bool
    of: Callable[[Sequence[Token]], Mapping[str, float]]

    @property
    def foremost(self) -> str:
        return max(self.whole, key=lambda intent: self.whole[intent]) if self.whole else ""

    @property
    def sure(self) -> bool:
        """Whether it surely asks for something, and for nothing that nobody here can do."""
        return self.foremost not in NEITHER and self.whole.get(self.foremost, 0.0) >= SURE

    @property
    def surely_here(self) -> bool:
        """The same, and hardly for something that is done elsewhere."""
        return self.sure and self.whole.get("outside", 0.0) < _ELSEWHERE

    def about(self, sentence: Sequence[Token]) -> bool:
        """Whether a sentence by itself asks for what the whole surely asks for, or surely for something."""
        of = self.of(sentence)
        if self.sure:
            return of[self.foremost] >= SURE
        most = max(of, key=lambda intent: of[intent])
        return most not in NEITHER and of[most] >= _BY_ITSELF and self.whole[most] >= _ELSEWHERE
