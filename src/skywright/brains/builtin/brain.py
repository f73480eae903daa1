"""The builtin brain: a library of programs with retrieval and slot filling.

It is no model and does not pretend to be one. It reads English by a vocabulary, picks the recipe
that fits, fills its slots from the words and from the target, and says so when it can't.
Owns the order of these; the vocabulary, the recipes and the slots' sources are beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from skywright.brains.base import Context
from skywright.brains.builtin import library
from skywright.brains.builtin.accounted import forgotten
from skywright.brains.builtin.anchors import anchored
from skywright.brains.builtin.answers import with_answers
from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.choosing import PLAUSIBLE, RIVAL, among, between, both, given, rivals
from skywright.brains.builtin.draft import draft
from skywright.brains.builtin.features import features
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.intents import model
from skywright.brains.builtin.library import Match, Recipe
from skywright.brains.builtin.orders import (
    hindrance,
    left_over,
    only_question,
    orders_more,
    rather_changes,
    says_values,
    surely_asked,
    two_orders,
)
from skywright.brains.builtin.parts import split
from skywright.brains.builtin.planned import LeavesOut, Planned, together
from skywright.brains.builtin.sources.table import source
from skywright.brains.builtin.telling import advice, nearest, reason, summary
from skywright.brains.builtin.words import lexicon
from skywright.brains.builtin.words.concepts import ACTIONS
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.likelihood import Likelihood
from skywright.brains.builtin.words.sense import EXAMPLES, Sense, part, sense
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.world import Machine, World, tags
from skywright.model.advice import Beyond, Plan, Question, Unclear, Understanding

_IN_IT = re.compile(r"\b(?:in|into|inside|within|to|on) (?:it|that|there|them)\b|\binside\b")
_TOLD_ONLY = 0.3
"""Where something is to be told, a part less likely than this to ask for a change only explains."""
_DELETING = (
    "delete machines for good",
    "delete a disk that is not attached",
    "delete a load balancer and its target groups",
)


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
        known = _names(world) if words.strip() else []
        whole = model.load().likely(words, self._lexicon, known)
        likely = Likelihood(
            whole, not library.changes(whole, 0.3), lambda tokens: self._likely(tokens, world)
        )
        meant = sense(words, context, self._lexicon, known, likely)
        if isinstance(meant, Beyond):
            return meant
        left = self._likely(meant.facts.tokens, world)
        if meant.excluded:
            meant = replace(meant, likely=both(whole, left))
        else:
            meant = replace(meant, likely=between(whole, left))
        meant = self._anchored(with_answers(meant, context, self._lexicon), world)
        try:
            return self._plan(words, meant, world, likely)
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
        if "grown_disk" in there:
            recipes = tuple(recipe for recipe in recipes if "grown_disk" not in recipe.never)
        if there & {"a_lb", "new_lb"} and "known_lb" not in there | facts.concepts:
            recipes = tuple(recipe for recipe in recipes if not recipe.never & {"a_lb"})
        if there & {"nothing_there", "made_vm"} or (not world.everywhere() and library.makes(meant.likely)):
            recipes = tuple(recipe for recipe in recipes if recipe.where == "new")
        return library.rank(recipes, marks, there, among(meant.likely, recipes))

    def _plan(self, words: str, meant: Sense, world: World, likely: Likelihood) -> Understanding:
        every = {"delete", "everything"} <= meant.facts.concepts and "vm" not in meant.facts.concepts
        if every and not (meant.only_asks or surely_asked(meant)):
            return Beyond(
                "I don't delete everything at once; say which machines, disks or load balancers should go.",
                _DELETING,
            )
        matches = self.matches(meant, world)
        if not matches:
            return Beyond(reason(meant), EXAMPLES)
        best = matches[0]
        unasked = best.recipe.changes or not self._asks(meant, world)
        if unasked and meant.likely.get("nothing", 0.0) >= library.SURE > best.likely:
            return Beyond("I am not sure that this asks for anything to be done, so nothing was done.")
        if unasked and not best.recipe.changes and self._forbids(meant):
            return Beyond("That says what is not to be done, so nothing was done.", nearest([best]))
        if only_question(best, meant):
            planned = self._one(words, meant, world, ())
            return planned.plan if isinstance(planned, Planned) else planned
        if best.unexplained or not best.complete or two_orders(meant, world) or left_over(meant, best.recipe):
            several = self._several(words, meant, world, likely)
            if several is not None:
                return several
        planned = self._one(words, meant, world, ())
        if not isinstance(planned, Planned):
            return planned
        over = left_over(meant, best.recipe)
        if over and best.recipe.changes:
            return Beyond(
                f"I can {best.recipe.means}, but not '{over}' in the same request; ask for them one by one.",
                nearest([best]),
            )
        sure = best.likely >= library.SURE
        left = sorted(set(best.unexplained) & (library.THINGS if sure else library.TOPICS))
        if left and best.recipe.changes:
            return Beyond(
                (
                    f"I can {best.recipe.means}, but not what is said of '{left[0]}' with it; "
                    f"please ask for that by itself."
                ),
                nearest([best]),
            )
        return planned.plan

    def _asks(self, meant: Sense, world: World) -> bool:
        """Whether it asks to be told something, in so many words."""
        return meant.only_asks or "asks" in features(meant.facts, world, meant.region)

    def _forbids(self, meant: Sense) -> bool:
        """Whether what was set aside in it is something that is not to be done."""
        return any(mark.concepts & ACTIONS for mark in self._lexicon.marks(list(meant.excluded)))

    def _likely(self, tokens: Sequence[Token], world: World) -> Mapping[str, float]:
        """What a part of a request asks for."""
        text = " ".join(token.text for token in tokens)
        return model.load().likely(text, self._lexicon, _names(world))

    def _several(self, words: str, meant: Sense, world: World, likely: Likelihood) -> Understanding | None:
        """A request of several parts, each planned by itself; None if it is not one."""
        parts = split(meant.facts)
        if len(parts) < 2:
            return None
        asks = not library.changes(meant.likely, 0.15)
        planned: list[Planned] = []
        reads: list[tuple[Sense, list[Match]]] = []
        for tokens in parts:
            read = part(tokens, meant, world.context, self._lexicon, likely)
            if isinstance(read, Beyond):
                return None
            read = replace(
                self._anchored(read, world), likely=given(self._likely(tokens, world), meant.likely)
            )
            fitting = self.matches(read, world)
            if not fitting or not fitting[0].complete:
                return None
            reads.append((read, fitting))
        if len({fitting[0].recipe.name for _, fitting in reads}) == 1 and not two_orders(meant, world):
            # `we need finer metrics, so turn on monitoring of web-1`: one thing, said twice
            once = self._one(words, meant, world, ())
            return once.plan if isinstance(once, Planned) else once
        for read, fitting in reads:
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
            told = likely.foremost not in library.changing()
            if fitting[0].recipe.changes and (asks or (told and fitting[0].likely < _TOLD_ONLY)):
                return None  # `show what is planned (stop, reboot)`
            recipe = fitting[0].recipe
            if not recipe.changes and meant.likely.get(recipe.intent, 0.0) < RIVAL:
                if says_values(read):
                    return None
                continue  # `a short outage is fine`: nothing is to be told
            one = self._one(words, read, world, before.machines if before else ())
            if not isinstance(one, Planned):
                return one
            if before is None or (one.plan.program.name, one.machines) != (
                before.plan.program.name,
                before.machines,
            ):
                planned.append(one)
            elif one.makes and says_values(read):
                return None  # `three machines, …; traffic comes in on 8080`: the same once more, with a value
        if not planned:
            return None
        if len({one.plan.program.region for one in planned}) > 1:
            return Beyond("The parts of this request are in different regions; ask for them one by one.")
        whole = together(planned, words)
        return whole.plan if isinstance(whole, Planned) else whole

    def _one(
        self, words: str, meant: Sense, world: World, before: tuple[Machine, ...]
    ) -> Planned | Unclear | Beyond:
        matches = self.matches(meant, world)
        best = matches[0]
        if not best.complete:
            return Beyond(reason(meant), nearest(matches))
        if not best.recipe.changes and (
            orders_more(meant, best) or (rather_changes(meant, best) and not self._asks(meant, world))
        ):
            return Beyond(reason(meant), nearest([match for match in matches if match.recipe.changes]))
        others = [match for match in matches[1:4] if match.complete and rivals(best, match)]
        if others and (best.recipe.changes or any(other.recipe.changes for other in others)):
            chosen = world.context.answers.get("intent", "").strip().lower()
            picked = [match for match in (best, *others) if match.recipe.means.lower() == chosen]
            if not picked:
                choices = tuple(match.recipe.means for match in (best, *others))
                return Unclear((Question("intent", "Which of these is meant?", choices),))
            best = picked[0]
        planned = self._of_recipe(best.recipe, words, meant, world, before)
        if not isinstance(planned, LeavesOut):
            return planned
        for other in matches[1:4]:  # one that has a place for everything that was said, if there is one
            if other.complete and other.recipe.changes and other.likely >= PLAUSIBLE:
                instead = self._of_recipe(other.recipe, words, meant, world, before)
                if isinstance(instead, Planned):
                    return instead
        return planned

    def _of_recipe(
        self, recipe: Recipe, words: str, meant: Sense, world: World, before: tuple[Machine, ...]
    ) -> Planned | Unclear | Beyond:
        each = self._machines_of(recipe, meant, world, before) if recipe.each else ()
        if len(each) < 2:
            return self._filled(recipe, words, meant, world, before)
        planned = [self._filled(recipe, words, meant, world, (machine,), alone=True) for machine in each]
        return together(planned, words)

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
    ) -> Planned | Unclear | Beyond:
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
        if (hindered := hindrance(words, meant, recipe, self._lexicon)) is not None:
            return hindered
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
                    raise Cannot(
                        "the words do not say enough for it; please say it in another way"
                    ) from unknown
        if questions:
            return Unclear(tuple(questions.values()), recipe.means)
        program = draft(recipe.program, filling.values, words, filling.region)
        if recipe.changes:
            left = forgotten(filling.facts, program, _everything(world, filling))
            if left:
                return LeavesOut(
                    f"I can {recipe.means}, but I don't know what '{left[0]}' is to be there; please say it "
                    f"in another way.",
                    (recipe.means,),
                )
        plan = Plan(program, summary(recipe, filling), (*filling.advisories, *advice(recipe, filling)))
        return Planned(plan, filling.settled, recipe.where == "new")


def _names(world: World) -> list[str]:
    """The names of what there is where the request is about, if it says nothing of a place."""
    here = world.context.region
    disks = [tags(row).get("Name", "") for row in world.volumes(here)]
    balancers = [str(row["LoadBalancerName"]) for row in world.balancers(here)]
    return [name for name in (*(m.name for m in world.machines(here)), *disks, *balancers) if name]


def _everything(world: World, filling: Filling) -> list[Machine]:
    return [*world.machines(filling.region), *filling.settled]
