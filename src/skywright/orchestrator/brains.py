"""Which brain finds the program, where the request leaves that open. Owns the order in which they are asked.

`builtin` is asked first: it costs nothing, and what it makes of the words tells how hard they are. What it
has a plan for is then planned by it or by a model; what it has none for, by a model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from skywright.clouds.base import Cloud
from skywright.model.advice import Beyond, Concern, Plan, Unclear, Understanding
from skywright.model.operation import Effect

AUTO: Final = "auto"
BUILTIN: Final = "builtin"


@dataclass(frozen=True, slots=True)
class Panel:
    """Which models may be asked besides `builtin`.

    Attributes:
        models: by name, what stands in the way of each; empty if nothing does.
        side_by_side: how many are asked at once; the best plan is kept.
        usd_most: for all of a run's exchanges with models; None: no bound.
        builtin_first: whether what `builtin` has a plan for is planned by it, without a model.
    """

    models: tuple[tuple[str, str], ...] = ()
    side_by_side: int = 1
    usd_most: float | None = None
    builtin_first: bool = False


class Said(NamedTuple):
    """What a brain made of the words."""

    brain: str
    understanding: Understanding


class Desk(Protocol):
    """Where the brains of one run are asked, and what was picked for it is kept."""

    def ask(self, brains: Sequence[str]) -> Sequence[Said]:
        """What each makes of the request; several work side by side, each in copies of its own."""
        ...

    def pick(self, brains: Sequence[str], found: Plan | None) -> Sequence[str]:
        """Who is to find the program; for the same run always the same, whatever was learnt meanwhile."""
        ...

    def rule_out(self, brain: str, why: str) -> None:
        """It had nothing: others go on."""
        ...


def understood(panel: Panel, desk: Desk, cloud: Cloud) -> Said:
    """The best plan of those who are picked; as long as there is none, others are picked.

    Raises:
        CloudFailed: The target could not be looked at.
        Refused: A model wants something else than what was asked for.
    """
    (last,) = desk.ask([BUILTIN])
    first = last
    if isinstance(first.understanding, Unclear):
        return first  # what the words lack, no model knows either
    found = first.understanding if isinstance(first.understanding, Plan) else None
    if found and panel.builtin_first:
        return first
    models = [name for name, obstacle in panel.models if not obstacle]
    while models:
        picked = desk.pick([*([BUILTIN] if found else []), *models], found)
        asked = [name for name in picked if name != BUILTIN]
        said = [*desk.ask(asked), *([first] if BUILTIN in picked else [])]
        for one in said:
            if isinstance(one.understanding, Beyond):
                desk.rule_out(one.brain, one.understanding.reason)
        if (plan := best(said, cloud)) is not None:
            return plan
        if (
            unclear := next((one for one in said if isinstance(one.understanding, Unclear)), None)
        ) is not None:
            return unclear
        models, last = [name for name in models if name not in asked], said[-1]
    return first if found else last


def best(said: Sequence[Said], cloud: Cloud) -> Said | None:
    """Of several plans the one that leaves least open, then destroys, changes, costs and does least."""
    plans = [(_weight(one.understanding, cloud), one) for one in said if isinstance(one.understanding, Plan)]
    return min(plans, key=lambda pair: pair[0])[1] if plans else None


def _weight(plan: Plan, cloud: Cloud) -> tuple[float, ...]:
    program = plan.program
    effects = [cloud.effects.effect(step.operation) for step in program.steps if step.operation is not None]
    return (
        sum(advisory.concern is Concern.ASSUMPTION for advisory in plan.advisories),
        sum(effect in (Effect.DESTROY, Effect.UNKNOWN) for effect in effects),
        sum(effect.mutates for effect in effects),
        cloud.prices.usd_month(program),
        len(program.steps),
    )
