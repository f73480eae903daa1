"""Exchanges with a model: what was asked, what it said, and what that took."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to a model and its reply.

    Attributes:
        model: `PROVIDER:MODEL`.
        asked: the messages as they were sent, as JSON.
        said: the reply; empty if there was none.
        usd: None where nobody knows the price.
        error: one sentence, if there was no reply.
    """

    model: str
    asked: str
    said: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = 0.0
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run's exchanges took so far.

    Attributes:
        usd: of those whose price is known.
    """

    exchanges: int = 0
    tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0

    def with_exchange(self, one: Exchange) -> "Spent":
        """The same with one exchange more."""
        return replace(
            self,
            exchanges=self.exchanges + 1,
            tokens=self.tokens + one.tokens_in + one.tokens_out,
            usd=self.usd + (one.usd or 0.0),
            seconds=self.seconds + one.seconds,
        )
