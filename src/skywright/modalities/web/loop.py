"""The agent: look, decide, act, until it is done or is no use. Whoever decides, a model or words alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skywright.modalities.web.actions import Action, Answer, Fumble, GiveUp, Wait, told
from skywright.modalities.web.driver import Driver
from skywright.modalities.web.goal import Goal
from skywright.modalities.web.observation import Observation
from skywright.model.values import Value

MOST_STEPS = 60
"""More than the longest task of a console takes by hand."""

_NUDGE_AT = 2
_STOP_AT = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was made: what was seen before it, what was done, and what went wrong with it."""

    place: str
    action: Action
    trouble: str = ""


class Decider(Protocol):
    """Says what is to be done next."""

    def decide(self, seen: Observation, goal: Goal, history: Sequence[Step]) -> Action:
        """The next action, by what is seen now and what was done so far for this goal."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went. `error` is empty if the goal was reached."""

    steps: tuple[Step, ...]
    answer: Value = None
    error: str = ""


@dataclass
class Loop:
    """One agent at one page.

    Attributes:
        say: takes a line for each step.
        most: steps, over all goals.
    """

    driver: Driver
    decider: Decider
    say: Callable[[str], None]
    most: int = MOST_STEPS
    made: int = 0
    same: int = 0
    last: tuple[str, str] = field(default=("", ""))

    def reach(self, goal: Goal, last: bool = True) -> Outcome:
        """Work towards one goal until it is reached or given up.

        Args:
            last: whether the answer ends the work; else it is kept for the end, and is no step of its own.

        Raises:
            Gone: The browser or the portal has ended.
        """
        history: list[Step] = []
        nudge = ""
        while self.made < self.most:
            seen = self.driver.look()
            action = self.decider.decide(seen.with_trouble(nudge), goal, history)
            if isinstance(action, Answer) and not last:
                return Outcome(tuple(history), action.value)
            self.made += 1
            self.say(f"{self.made}. {told(action)}")
            if isinstance(action, GiveUp):
                return Outcome((*history, Step(seen.place, action)), error=action.why)
            if isinstance(action, Answer):
                return Outcome((*history, Step(seen.place, action)), action.value)
            nudge = self._fruitless(seen, action)
            if self.same >= _STOP_AT:
                return Outcome(tuple(history), error=f"stopped: {nudge}")
            history.append(Step(seen.place, action, self._act(action)))
        return Outcome(tuple(history), error=f"stopped: {self.most} steps were not enough")

    def _act(self, action: Action) -> str:
        try:
            self.driver.act(action)
        except Fumble as fumble:
            self.driver.note(str(fumble))
            return str(fumble)
        return ""

    def _fruitless(self, seen: Observation, action: Action) -> str:
        """A sentence if the same is done again on a page that looks the same; empty if not."""
        this = (told(action), seen.text)
        self.same = self.same + 1 if this == self.last and not isinstance(action, Wait) else 1
        self.last = this
        if self.same < _NUDGE_AT:
            return ""
        return (
            f"'{told(action)}' has been done {self.same} times and the page is as it was: do something else"
        )
