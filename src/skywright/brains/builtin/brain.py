"""The builtin brain: a library of programs with retrieval and slot filling.

It is no model and does not pretend to be one. It reads English by a vocabulary, picks the recipe
that fits, fills its slots from the words and from the target, and says so when it can't.
Owns the order of these; the vocabulary, the recipes and the slots' sources are beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from skywright.brains.base import Context
from skywright.brains.builtin import library
from skywright.brains.builtin.accounted import forgotten
from skywright.brains.builtin.anchors import anchored
from skywright.brains.builtin.answers import with_answers
from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.compose import compose
from skywright.brains.builtin.draft import draft
from skywright.brains.builtin.features import features
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.library import Match, Recipe
from skywright.brains.builtin.orders import (
    hindrance,
    left_over,
    orders_more,
    two_orders,
)
from skywright.brains.builtin.parts import split
from skywright.brains.builtin.sources.table import source
from skywright.brains.builtin.telling import advice, nearest, reason, summary
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.sense import Sense, part, sense
from skywright.brains.builtin.world import Machine, World
from skywright.model.advice import Beyond, Plan, Question, Unclear, Understanding

_CLOSE = 0.08
"""Two recipes whose scores differ by less than this are not told apart."""
_IN_IT = re.compile(r"\b(?:in|into|inside|within|to|on) (?:it|that|there|them)\b|\binside\b")
_DELETING = (
    "delete machines for good",
    "delete a disk that is not attached",
    "delete a load balancer and its target groups",
)


@dataclass(frozen=True)
class _Planned:
    """A plan and the machines that it is about, for what follows it in the same request."""

    plan: Plan
    machines: tuple[Machine, ...]
    makes: bool


class Builtin:
    """The brain that needs no model and no key."""

    name = "builtin"

    @cached_property
    def _lexicon(self) -> Lexicon:
        return lexicon.load()

    def understand(self, words: str, context: Context) -> Understanding:
        """A plan, all questions at once, or a plain no; reads the target, changes nothing.

        Raises:
            CloudFailed: The target could not be looked at.
        """
        world = World(context)
        known = (
            [machine.name for machine in world.machines(context.region) if machine.name]
            if words.strip()
            else []
        )
        meant = sense(words, context, self._lexicon, known)
        if isinstance(meant, Beyond):
            return meant
        meant = self._anchored(with_answers(meant, context, self._lexicon), world)
        try:
            return self._plan(words, meant, world)
        except Cannot as no:
            return Beyond(f"That can't be done: {no}.")

    def _anchored(self, meant: Sense, world: World) -> Sense:
        """The same, with the names of disks and load balancers that exist recognised as such."""
        here = meant.region or world.context.region
        facts, region = anchored(meant.facts, world, here, bool(meant.region), self._lexicon)
        return replace(meant, facts=facts, region=meant.region if region == here else region)

    def matches(self, meant: Sense, world: World) -> list[Match]:
        """The recipes by how well they fit what was said; a question is never answered by changing things."""
        facts = meant.facts
        marks = tuple(mark.concepts for mark in facts.marks)
        there = features(facts, world, meant.region)
        recipes = library.load()
        if meant.only_asks:
            recipes = tuple(recipe for recipe in recipes if not recipe.changes)
            there |= {"asks"}
        if "nothing_there" in there:
            recipes = tuple(recipe for recipe in recipes if recipe.where == "new")
        return library.rank(recipes, marks, there, facts.words)

    def _plan(self, words: str, meant: Sense, world: World) -> Understanding:
        if {"delete", "everything"} <= meant.facts.concepts and "vm" not in meant.facts.concepts:
            return Beyond(
                "I don't delete everything at once; say which machines, disks or load balancers should go.",
                _DELETING,
            )
        best = self.matches(meant, world)[0]
        if best.unexplained or not best.complete or two_orders(meant, world) or left_over(meant, best.recipe):
            several = self._several(words, meant, world)
            if several is not None:
                return several
        planned = self._one(words, meant, world, ())
        if not isinstance(planned, _Planned):
            return planned
        over = left_over(meant, best.recipe)
        if over and best.recipe.changes:
            return Beyond(
                f"I can {best.recipe.means}, but not '{over}' in the same request; ask for them one by one.",
                nearest([best]),
            )
        left = sorted(set(best.unexplained) & library.TOPICS) if best.complete else []
        if left and best.recipe.changes:
            return Beyond(
                (
                    f"I can {best.recipe.means}, but not what is said of '{left[0]}' with it; "
                    f"please ask for that by itself."
                ),
                nearest([best]),
            )
        return planned.plan

    def _several(self, words: str, meant: Sense, world: World) -> Understanding | None:
        """A request of several parts, each planned by itself; None if it is not one."""
        parts = split(meant.facts)
        if len(parts) < 2:
            return None
        planned: list[_Planned] = []
        for tokens in parts:
            read = part(tokens, meant, world.context, self._lexicon)
            if isinstance(read, Beyond):
                return None
            read = self._anchored(read, world)
            if not self.matches(read, world)[0].complete:
                return None
            before = planned[-1] if planned else None
            if before is not None and before.makes and _IN_IT.search(read.facts.words):
                return None  # what goes into what the first part makes belongs to one recipe, or to none
            if (
                before is not None
                and before.makes
                and not features(read.facts, world, read.region) & {"known_vm", "fresh_vm"}
            ):
                return Beyond(
                    "I can do one part of this after the other, but not the second with what "
                    "the first has only just made; ask for them one by one."
                )
            one = self._one(words, read, world, before.machines if before else ())
            if not isinstance(one, _Planned):
                return one
            if before is None or (one.plan.program.name, one.machines) != (
                before.plan.program.name,
                before.machines,
            ):
                planned.append(one)
        if len({one.plan.program.region for one in planned}) > 1:
            return Beyond("The parts of this request are in different regions; ask for them one by one.")
        together = _together(planned, words)
        return together.plan if isinstance(together, _Planned) else together

    def _one(
        self, words: str, meant: Sense, world: World, before: tuple[Machine, ...]
    ) -> _Planned | Unclear | Beyond:
        matches = self.matches(meant, world)
        best = matches[0]
        if not best.complete:
            return Beyond(reason(meant), nearest(matches))
        if not best.recipe.changes and orders_more(meant, best):
            return Beyond(reason(meant), nearest([match for match in matches if match.recipe.changes]))
        rivals = [match for match in matches[1:4] if match.complete and best.score - match.score < _CLOSE]
        if rivals and (best.recipe.changes or any(rival.recipe.changes for rival in rivals)):
            chosen = world.context.answers.get("intent", "").strip().lower()
            picked = [match for match in (best, *rivals) if match.recipe.means.lower() == chosen]
            if not picked:
                choices = tuple(match.recipe.means for match in (best, *rivals))
                return Unclear((Question("intent", "Which of these is meant?", choices),))
            best = picked[0]
        each = self._machines_of(best.recipe, meant, world, before) if best.recipe.each else ()
        if len(each) < 2:
            return self._filled(best.recipe, words, meant, world, before)
        planned = [self._filled(best.recipe, words, meant, world, (machine,), alone=True) for machine in each]
        return _together(planned, words)

    def _machines_of(
        self, recipe: Recipe, meant: Sense, world: World, before: tuple[Machine, ...]
    ) -> tuple[Machine, ...]:
        """The machines that are meant; none if it can't be told."""
        region = meant.region or (before[0].region if before else world.context.region)
        filling = Filling(
            meant.facts, world, region, bool(meant.region), recipe.changes, meant.excluded, before
        )
        try:
            return tuple(filling.machines)
        except (Ask, Cannot):
            return ()

    def _filled(
        self,
        recipe: Recipe,
        words: str,
        meant: Sense,
        world: World,
        before: tuple[Machine, ...],
        *,
        alone: bool = False,
    ) -> _Planned | Unclear | Beyond:
        region = meant.region or (before[0].region if before else world.context.region)
        filling = Filling(
            meant.facts,
            world,
            region,
            bool(meant.region),
            recipe.changes,
            excluded=meant.excluded,
            before=before,
            known_words=self._lexicon.known,
            alone=alone,
        )
        if (hindered := hindrance(meant, recipe, self._lexicon)) is not None:
            return hindered
        questions: dict[str, Question] = {}
        for slot, origin in recipe.slots.items():
            options: Mapping[str, Any] = origin if isinstance(origin, Mapping) else {"from": origin}
            try:
                filling.values[slot] = source(str(options["from"]))(filling, options)
            except Ask as ask:
                questions.setdefault(ask.question.id, ask.question)
                filling.values[slot] = None
            except (Cannot, KeyError, TypeError, ValueError):
                # What depends on a value that has to be asked for can't be known yet.
                if not questions:
                    raise
        if questions:
            return Unclear(tuple(questions.values()), recipe.means)
        program = draft(recipe.program, filling.values, words, filling.region)
        if recipe.changes:
            left = forgotten(meant.facts, program, _everything(world, filling))
            if left:
                return Beyond(
                    f"I can {recipe.means}, but I don't know what '{left[0]}' is to be there; please say it "
                    f"in another way.",
                    (recipe.means,),
                )
        plan = Plan(program, summary(recipe, filling), (*filling.advisories, *advice(recipe, filling)))
        return _Planned(plan, filling.settled, recipe.where == "new")


def _together(planned: Sequence[_Planned | Unclear | Beyond], words: str) -> _Planned | Unclear | Beyond:
    """Several plans as one, in order; the first that is none decides."""
    plans: list[_Planned] = []
    for one in planned:
        if not isinstance(one, _Planned):
            return one
        plans.append(one)
    program = compose([one.plan.program for one in plans], words)
    advisories = tuple(dict.fromkeys(advisory for one in plans for advisory in one.plan.advisories))
    summary = "; then ".join(one.plan.summary for one in plans)
    machines = tuple(machine for one in plans for machine in one.machines)
    return _Planned(Plan(program, summary, advisories), machines, any(one.makes for one in plans))


def _everything(world: World, filling: Filling) -> list[Machine]:
    return [*world.machines(filling.region), *filling.settled]
