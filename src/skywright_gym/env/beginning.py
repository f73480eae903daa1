"""How an episode begins: which task, in which account. Owns what of it follows from a seed (all of it)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.random import Generator

from skywright_gym.env.episode import Episode
from skywright_gym.env.origins import Entropy, Origins
from skywright_gym.env.tasks import TASKS, Drawn, Task

_MOST = 2**62


@dataclass
class Beginning:
    """What an environment needs to know to begin its episodes.

    Attributes:
        task: a name from `TASKS`, or a function that draws tasks.
        origins: the accounts to begin in.
    """

    task: str | Task
    slots: int
    sizes: tuple[str, ...]
    step_limit: int
    origins: Origins = field(default_factory=Origins)
    _account_seed: int | None = None

    def __post_init__(self) -> None:
        if self.slots < 1 or self.step_limit < 1 or not self.sizes:
            raise ValueError("an environment has at least one slot, one size and one step")
        _named(self.task)

    def begin(self, random: Generator, reseeded: bool, options: Mapping[str, Any] | None) -> Episode:
        """The next episode. `options` may give the `task` (as above), or the very one that is `drawn`.

        Raises:
            ValueError: There is no such task, or what was drawn is for another number of slots.
        """
        if reseeded or self._account_seed is None:
            self._account_seed = int(random.integers(_MOST))
        entropy = Entropy(self._account_seed, int(random.integers(_MOST)))
        asked = options or {}
        drawn: Drawn | None = asked.get("drawn")
        if drawn is None:
            drawn = _named(asked.get("task", self.task))(random, self.slots, self.sizes)
        if {len(drawn.start), len(drawn.goal.slots)} != {self.slots}:
            raise ValueError(f"the task is not for {self.slots} slots")
        return Episode(self.origins, entropy, drawn, self.step_limit)


def _named(task: str | Task) -> Task:
    if not isinstance(task, str):
        return task
    if task not in TASKS:
        raise ValueError(f"there is no task {task!r}; there are {', '.join(TASKS)}")
    return TASKS[task]
