"""The builtin decider. It has no model: what it does follows from names and roles, and is the same each time.

Nothing that a page says in its data is ever taken for more than data: it is compared with what is sought,
and told as an answer.
"""

from collections.abc import Sequence

from skywright.modalities.web.actions import Action
from skywright.modalities.web.goal import Change, Goal
from skywright.modalities.web.loop import Step
from skywright.modalities.web.observation import Observation
from skywright.modalities.web.reader.changing import Changing
from skywright.modalities.web.reader.finding_out import FindingOut
from skywright.modalities.web.reader.inside import Inside
from skywright.modalities.web.reader.screen import Screen


class Reader:
    """Decides by what things are called."""

    def __init__(self) -> None:
        self._goal: Goal | None = None
        self._work: Changing | FindingOut | Inside | None = None

    def decide(self, seen: Observation, goal: Goal, history: Sequence[Step]) -> Action:
        """See `loop.Decider`."""
        del history  # what matters of it is kept
        if self._work is None or self._goal is not goal:
            self._goal = goal
            self._work = _work(goal)
        return self._work.next(Screen(seen))


def _work(goal: Goal) -> Changing | FindingOut | Inside:
    if isinstance(goal, Change):
        return Changing.of(goal)
    return Inside.of(goal) if goal.within else FindingOut(goal)
