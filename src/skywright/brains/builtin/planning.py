"""The plan of a single thing to do: a recipe is chosen and its slots are filled.

Owns asking for what has no sane default, and saying so where something that was said has no place.
"""

from collections.abc import Mapping
from typing import Any

from skywright.brains.base import NoProgram
from skywright.brains.builtin.accounted import forgotten
from skywright.brains.builtin.asked import Asked
from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.choosing import PLAUSIBLE, rivals
from skywright.brains.builtin.draft import draft
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.library import Recipe
from skywright.brains.builtin.limits import beyond_reach
from skywright.brains.builtin.misplaced import misplaced
from skywright.brains.builtin.orders import hindrance, orders_more, rather_changes
from skywright.brains.builtin.planned import Planned, together
from skywright.brains.builtin.refusals import LeavesOut, Unable
from skywright.brains.builtin.sources.table import source
from skywright.brains.builtin.telling import advice, nearest, reason, summary
from skywright.brains.builtin.words.sense import Sense
from skywright.brains.builtin.world import Machine, World
from skywright.model.advice import Beyond, Plan, Question, Unclear


def one(asked: Asked, meant: Sense, before: tuple[Machine, ...]) -> Planned | Unclear | Beyond:
    """The plan of what one recipe does; a question or a plain no if none fits.

    Args:
        before: the machines that an earlier part of the request was about.
    """
    matches = asked.matches(meant)
    best = matches[0]
    if not best.complete:
        return NoProgram(reason(meant), nearest(matches))
    if not best.recipe.changes and (
        orders_more(meant, best)
        or (rather_changes(meant, best) and (meant.only_asks or not asked.asks(meant)))
    ):
        return Beyond(reason(meant), nearest([match for match in matches if match.recipe.changes]))
    others = [match for match in matches[1:4] if match.complete and rivals(best, match)]
    if others and (best.recipe.changes or any(other.recipe.changes for other in others)):
        chosen = asked.world.context.answers.get("intent", "").strip().lower()
        picked = [match for match in (best, *others) if match.recipe.means.lower() == chosen]
        if not picked:
            choices = tuple(match.recipe.means for match in (best, *others))
            return Unclear((Question("intent", "Which of these is meant?", choices),))
        best = picked[0]
    planned = _of_recipe(best.recipe, asked, meant, before)
    if not isinstance(planned, LeavesOut):
        return planned
    for other in matches[1:4]:  # one that has a place for everything that was said, if there is one
        if other.complete and other.recipe.changes and other.likely >= PLAUSIBLE:
            instead = _of_recipe(other.recipe, asked, meant, before)
            if isinstance(instead, Planned):
                return instead
    return planned


def _of_recipe(
    recipe: Recipe, asked: Asked, meant: Sense, before: tuple[Machine, ...]
) -> Planned | Unclear | Beyond:
    each = _machines_of(recipe, asked, meant, before) if recipe.each else ()
    if len(each) < 2:
        return _filled(recipe, asked, meant, before)
    planned = [_filled(recipe, asked, meant, (machine,), alone=True) for machine in each]
    return together(planned, asked.words)


def _machines_of(
    recipe: Recipe, asked: Asked, meant: Sense, before: tuple[Machine, ...]
) -> tuple[Machine, ...]:
    """The machines that are meant; none if it can't be told."""
    region = meant.region or (before[0].region if before else asked.world.context.region)
    filling = Filling(
        meant.facts, asked.world, region, bool(meant.region), recipe.changes, meant.excluded, before
    )
    try:
        return tuple(filling.machines)
    except (Ask, Cannot):
        return ()


def _filled(
    recipe: Recipe, asked: Asked, meant: Sense, before: tuple[Machine, ...], *, alone: bool = False
) -> Planned | Unclear | Beyond:
    """The recipe's program with every slot filled."""
    region = meant.region or (before[0].region if before else asked.world.context.region)
    filling = Filling(
        meant.facts,
        asked.world,
        region,
        bool(meant.region),
        recipe.changes,
        excluded=meant.excluded,
        before=before,
        known_words=asked.lexicon.known,
        alone=alone,
        whole=asked.words,
    )
    if (hindered := hindrance(asked.words, meant, recipe, asked.lexicon)) is not None:
        return hindered
    if out_of_reach := beyond_reach(asked.words, meant, recipe):
        return Unable(f"{out_of_reach}.", (recipe.means,))
    questions = _fill(recipe, filling)
    if questions:
        return Unclear(questions, recipe.means)
    program = draft(recipe.program, filling.values, asked.words, filling.region)
    if recipe.changes:
        left = forgotten(filling.facts, program, _everything(asked.world, filling), asked.world.named_things(filling.region))
        left += misplaced(asked.words, filling.facts, program, asked.world, filling.region)
        if left:
            return LeavesOut(
                f"I can {recipe.means}, but I don't know what '{left[0]}' is to be there; please say it "
                f"in another way.",
                (recipe.means,),
                left[0],
            )
    plan = Plan(program, summary(recipe, filling), (*filling.advisories, *advice(recipe, filling)))
    return Planned(plan, filling.settled, recipe.where == "new")


def _fill(recipe: Recipe, filling: Filling) -> tuple[Question, ...]:
    """Fill every slot; what has to be asked for stays open."""
    questions: dict[str, Question] = {}
    for slot, origin in recipe.slots.items():
        options: Mapping[str, Any] = origin if isinstance(origin, Mapping) else {"from": origin}
        try:
            filling.values[slot] = source(str(options["from"]))(filling, options)
        except Ask as ask:
            questions.setdefault(ask.question.id, ask.question)
            filling.values[slot] = None
        except Cannot:
            # What depends on a value that has to be asked for can't be known yet.
            if not questions:
                raise
        except (LookupError, TypeError, ValueError, AttributeError) as unknown:
            if not questions:
                raise Cannot("the words do not say enough for it; please say it in another way") from unknown
    return tuple(questions.values())


def _everything(world: World, filling: Filling) -> list[Machine]:
    return [*world.machines(filling.region), *filling.settled]
