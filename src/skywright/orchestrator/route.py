"""Who does it, and how: the pick of a brain and of a modality, with its reason in a line. Pure.

By Thompson sampling (W. R. Thompson, 1933): each candidate's chance of success is drawn from what is
believed of it, and the best draw, less what the attempt takes, is picked. So what is little known is tried
now and then, and what is known to be worse is not. Chance is passed in, seeded by the run.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from skywright.errors import NotFound, Unavailable
from skywright.orchestrator.table import Belief, Table

_SECOND_USD: Final = 0.002
"""What a second of waiting is worth beside a success, which is worth 1 USD. An assumption."""
_GOOD: Final = 0.6
"""From this chance of success on, as it is believed, no daring experiment is needed. An assumption."""


@dataclass(frozen=True, slots=True)
class Option:
    """A modality or a brain that might do it.

    Attributes:
        obstacle: why it cannot; empty if it may.
        faithful: of a modality: whether it makes the program's own calls, and no others.
        keeps: of a modality: what it manages of the things that are changed; empty: nothing.
    """

    name: str
    obstacle: str = ""
    faithful: bool = True
    keeps: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a pick depends on besides what is believed.

    Attributes:
        kind, size: of the program; empty if there is none yet.
        seconds_left, usd_left: until the deadline and of the budget for models; None: no bound.
    """

    kind: str = ""
    size: str = ""
    seconds_left: float | None = None
    usd_left: float | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate, what is believed of it and how it came out of the draw."""

    name: str
    belief: Belief
    drawn: float

    @property
    def worth(self) -> float:
        """The chance that was drawn, less what the attempt takes; both in USD."""
        return self.drawn - self.belief.usd - _SECOND_USD * self.belief.seconds

    def __str__(self) -> str:
        belief = self.belief
        if not belief.trials:
            return f"{self.name} (not tried yet)"
        price = f", ${belief.usd:.3f}" if belief.usd else ""
        went = f"{belief.went} of {belief.trials} alike went well"
        return f"{self.name} ({went}, about {belief.seconds:.0f} s{price})"


@dataclass(frozen=True, slots=True)
class Choice:
    """What was picked, why in a line, and what it was weighed against."""

    name: str
    why: str
    weighed: tuple[Weighed, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For the record."""
        return {
            "chosen": self.name,
            "why": self.why,
            "weighed": [
                {
                    "name": one.name,
                    "mean": round(one.belief.mean, 4),
                    "trials": one.belief.trials,
                    "seconds": round(one.belief.seconds, 2),
                    "usd": round(one.belief.usd, 6),
                    "drawn": round(one.drawn, 4),
                }
                for one in self.weighed
            ],
        }


def modality(
    asked: str,
    options: Sequence[Option],
    situation: Situation,
    brain: str,
    table: Table,
    chance: random.Random,
) -> Choice:
    """The modality to perform a program in.

    What a modality manages it changes itself. Otherwise experiments are made among those alone that make the
    program's own calls, as long as one of these is known to be good.

    Args:
        asked: a modality's name, or `auto`.
        brain: whose program it is; its own results tell how long things take.

    Raises:
        NotFound: There is no such modality.
        Unavailable: None can do it.
    """
    if asked != "auto":
        if asked not in {option.name for option in options}:
            known = ", ".join(sorted(option.name for option in options))
            raise NotFound(f"modality '{asked}' is not available; there is {known}")
        return Choice(asked, "as asked")
    able = [option for option in options if not option.obstacle]
    if not able:
        raise Unavailable(f"no modality can do this: {'; '.join(option.obstacle for option in options)}")
    keeper = next((option for option in able if option.keeps), None)
    if keeper is not None:
        return Choice(keeper.name, f"{keeper.name} manages {keeper.keeps}")
    weighed = {
        option.name: _weigh(
            option.name, table.modality(option.name, brain, situation.kind, situation.size), chance
        )
        for option in able
    }
    faithful = [weighed[one.name] for one in able if one.faithful]
    good = any(one.belief.mean >= _GOOD for one in faithful)
    return _best(faithful if good else list(weighed.values()), situation)


def brain(options: Sequence[Option], situation: Situation, table: Table, chance: random.Random) -> Choice:
    """The brain that is to find the program.

    Raises:
        Unavailable: None can.
    """
    able = [option for option in options if not option.obstacle]
    if not able:
        raise Unavailable(f"no brain can do this: {'; '.join(option.obstacle for option in options)}")
    weighed = [
        _weigh(option.name, table.brain(option.name, situation.kind, situation.size), chance)
        for option in able
    ]
    return _best(weighed, situation)


def _weigh(name: str, belief: Belief, chance: random.Random) -> Weighed:
    return Weighed(name, belief, belief.draw(chance))


def _best(weighed: Sequence[Weighed], situation: Situation) -> Choice:
    """The best draw of those that deadline and budget leave; of all, if they leave none."""
    fitting = [one for one in weighed if _fits(one.belief, situation)]
    ordered = sorted(fitting or weighed, key=lambda one: (-one.worth, one.name))
    first, *others = ordered
    against = f"; rather than {', '.join(str(one) for one in others)}" if others else ""
    tight = [one.name for one in weighed if one not in ordered]
    left_out = f"; too little time or money is left for {', '.join(tight)}" if tight else ""
    return Choice(first.name, f"{first}{against}{left_out}", tuple(weighed))


def _fits(belief: Belief, situation: Situation) -> bool:
    in_time = situation.seconds_left is None or belief.seconds <= situation.seconds_left
    return in_time and (situation.usd_left is None or belief.usd <= situation.usd_left)
