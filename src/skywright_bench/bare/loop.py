"""The loop of a bare agent, whole: a thought and one action of the model's, what came of it, and again.

Owns when it ends. Knows neither models nor modalities: a `Model` answers, `Hands` act. The form is ReAct (Yao
et al. 2022), as the paper's agents had it; that a loop needs no more than this is mini-swe-agent's finding.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from skywright.brains.model.talk import Model, ModelFailed, Reply, Said
from skywright_bench.bare.words import Done, NoAction, action_of

MOST_STEPS = 100
"""The paper's limit (2.3): a trial that takes more is unsuccessful."""

_MOST_BLUNDERS = 3
_LONGEST_REPLY_SECONDS = 300.0


class Hands(Protocol):
    @property
    def language(self) -> str:
        """What a block of an action is marked with."""
        ...

    def begin(self) -> Said | None:
        """What is to be seen before the first action."""
        ...

    def act(self, code: str, seconds: float) -> Said:
        """Carry out one action and tell what is to be seen then, its failure too."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """How it went.

    Attributes:
        status: `succeeded` if the model said that it is done, whatever is true of that; `out of steps`,
            `timed out`, `no action` (it says nothing that could be carried out), or `model failed`.
        steps: actions that were carried out, as the paper counts.
        answer: what the model told, as JSON.
    """

    status: str
    steps: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = 0.0
    answer: object = None
    said: str = ""

    def with_reply(self, reply: Reply) -> "Ended":
        """The same with what a reply took."""
        usd = None if self.usd is None or reply.usd is None else self.usd + reply.usd
        return replace(
            self,
            tokens_in=self.tokens_in + reply.tokens_in,
            tokens_out=self.tokens_out + reply.tokens_out,
            usd=usd,
        )


@dataclass(frozen=True, slots=True)
class Loop:
    """One agent with one request.

    Attributes:
        left: seconds that are left.
        record: is told of every message as it comes, and of the reply that it was, if any.
    """

    model: Model
    hands: Hands
    left: Callable[[], float]
    record: Callable[[Said, Reply | None], None]
    most_steps: int = MOST_STEPS

    def run(self, manual: str, request: str) -> Ended:
        """Let the model work until it says that it is done or must stop."""
        talk: list[Said] = []
        self._hear(talk, Said("system", manual), Said("user", request), self.hands.begin())
        so_far, blunders = Ended("under way"), 0
        while self.left() > 0:
            try:
                reply = self.model.reply(_shortened(talk), min(self.left(), _LONGEST_REPLY_SECONDS))
            except ModelFailed as failed:
                status = "model failed" if self.left() > 0 else "timed out"
                return replace(so_far, status=status, said=str(failed))
            so_far = so_far.with_reply(reply)
            talk.append(Said("assistant", reply.text))
            self.record(talk[-1], reply)
            try:
                action = action_of(reply.text, self.hands.language)
            except NoAction as blunder:
                blunders += 1
                if blunders == _MOST_BLUNDERS:
                    said = f"{blunders} replies in a row held nothing to carry out"
                    return replace(so_far, status="no action", said=said)
                self._hear(talk, Said("user", str(blunder)))
                continue
            if isinstance(action, Done):
                return replace(so_far, status="succeeded", answer=action.answer)
            blunders = 0
            if so_far.steps == self.most_steps:
                return replace(so_far, status="out of steps", said=f"{self.most_steps} steps were not enough")
            self._hear(talk, self.hands.act(action, self.left()))
            so_far = replace(so_far, steps=so_far.steps + 1)
        return replace(so_far, status="timed out")

    def _hear(self, talk: list[Said], *said: Said | None) -> None:
        for one in said:
            if one is not None:
                talk.append(one)
                self.record(one, None)


def _shortened(talk: Sequence[Said]) -> list[Said]:
    """The talk as it is sent: of what has a gist, only the last is whole."""
    last = max((place for place, said in enumerate(talk) if said.gist), default=-1)
    return [
        replace(said, text=said.gist) if said.gist and place != last else said
        for place, said in enumerate(talk)
    ]
