"""Talking to a model: what is said, and what stands around every exchange.

Owns redaction, the record, the limits and the fallback, each a wrapper around a `Model`. Knows no provider
and no request.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from skywright.journal.redact import redact_text
from skywright.model.exchange import Exchange, Spent

LETTERS_A_TOKEN = 3
"""Characters of a token, on average at least: what is estimated by it is rather too much than too little."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the talk.

    Attributes:
        role: `system`, `user` or `assistant`.
        gist: what is left of it once there is a newer one of its kind; empty if all of it stays.
    """

    role: str
    text: str
    gist: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said, and what it took. `usd` is None where the price is not known."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = 0.0


class ModelFailed(Exception):
    """The model gave no reply: refused, broken, silent. What it says is one sentence."""


class Spendthrift(Exception):
    """A limit of what exchanges may take is reached. What it says is one sentence."""


class Model(Protocol):
    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        """What the model says next.

        Raises:
            ModelFailed: Nothing, in that time or for another reason.
        """
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What the exchanges of a run may take. `usd` is None: no bound but the others."""

    tokens: int = 200_000
    usd: float | None = None
    seconds: float = 600.0
    request_seconds: float = 120.0


class Discreet:
    """A model that is told no secrets: they are struck out of everything before it is sent."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        """See `Model`."""
        return self._model.reply([replace(said, text=redact_text(said.text)) for said in talk], seconds)


class Recorded:
    """A model whose every exchange is told to somebody, failures too."""

    def __init__(self, model: Model, name: str, record: Callable[[Exchange], None]) -> None:
        self._model = model
        self._name = name
        self._record = record

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        """See `Model`."""
        asked = json.dumps([{"role": said.role, "text": said.text} for said in talk], ensure_ascii=False)
        began = time.monotonic()
        try:
            reply = self._model.reply(talk, seconds)
        except ModelFailed as failed:
            took = time.monotonic() - began
            self._record(Exchange(self._name, asked, seconds=round(took, 3), error=str(failed)))
            raise
        took = round(time.monotonic() - began, 3)
        text = redact_text(reply.text)
        exchange = Exchange(self._name, asked, text, reply.tokens_in, reply.tokens_out, reply.usd, took)
        self._record(exchange)
        return reply


class Fallback:
    """The first of several models that answers; one that failed is not asked again."""

    def __init__(self, models: Sequence[tuple[str, Model]], say: Callable[[str], None]) -> None:
        self._models = list(models)
        self._several = len(models) > 1
        self._say = say

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        """See `Model`."""
        until = time.monotonic() + seconds
        while True:
            name, model = self._models[0]
            try:
                return model.reply(talk, max(0.0, until - time.monotonic()))
            except ModelFailed as failed:
                if len(self._models) == 1 or time.monotonic() >= until:
                    raise ModelFailed(f"{name}: {failed}" if self._several else str(failed)) from failed
                self._models.pop(0)
                self._say(f"{name}: {failed}; going on with {self._models[0][0]}")


class Metered:
    """A model that is asked no more once a limit is reached.

    Args:
        spent: what was taken so far, by whoever keeps the record.
        seconds_left: of the run.
    """

    def __init__(
        self, model: Model, limits: Limits, spent: Callable[[], Spent], seconds_left: Callable[[], float]
    ) -> None:
        self._model = model
        self._limits = limits
        self._spent = spent
        self._seconds_left = seconds_left

    def reply(self, talk: Sequence[Said], seconds: float) -> Reply:
        """See `Model`.

        Raises:
            Spendthrift: A limit is reached, or would be by this request.
        """
        spent, limits = self._spent(), self._limits
        tokens = sum(len(said.text) for said in talk) // LETTERS_A_TOKEN
        if spent.tokens + tokens > limits.tokens:
            raise Spendthrift(f"the limit of {limits.tokens} tokens is reached ({spent.tokens} are used)")
        if limits.usd is not None and spent.usd >= limits.usd:
            raise Spendthrift(f"the limit of ${limits.usd:g} for the model is reached (${spent.usd:.4f})")
        left = min(limits.seconds - spent.seconds, self._seconds_left())
        if left <= 0:
            raise Spendthrift(f"the limit of {limits.seconds:g} s for the model is reached")
        reply = self._model.reply(talk, min(seconds, left, limits.request_seconds))
        if limits.usd is not None and reply.usd is None:
            raise Spendthrift(
                f"the limit of ${limits.usd:g} cannot be kept, since nobody knows what the model costs; "
                "set its price under 'prices'"
            )
        return reply
