"""The state of filling one recipe's slots: what was said, where, and which machines are meant."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.targets import in_target, named_in, told_apart, which
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.world import Machine, World
from skywright.model.advice import Advisory, Concern
from skywright.model.values import Value

_IT = re.compile(r"\b(?:it|them|that one)\b")


@dataclass
class Filling:
    """One recipe being filled.

    Attributes:
        region: where it happens; follows the machines if the text named no place.
        said_region: whether the text named it.
        values: of the slots so far.
        advisories: what was assumed on the way.
        excluded: words after `except` and the like; machines named there are left alone.
        known_words: words that mean something, or are common, and so are no names by themselves.
        alone: the machines are those of `before`, whatever is named.
        whole: the request as it was said, reasons and all.
        before: what an earlier part of the same request was about, which `it` means here.
    """

    facts: Facts
    world: World
    region: str
    said_region: bool
    changes: bool
    excluded: tuple[Token, ...] = ()
    before: tuple[Machine, ...] = ()
    known_words: frozenset[str] = frozenset()
    alone: bool = False
    whole: str = ""
    values: dict[str, Value] = field(default_factory=dict[str, Value])
    advisories: list[Advisory] = field(default_factory=list[Advisory])
    _machines: list[Machine] | None = None
    _problem: Ask | Cannot | None = None

    @property
    def spared_words(self) -> str:
        """What was said not to be wanted, as one text."""
        return " ".join(token.word for token in self.excluded)

    @property
    def concepts(self) -> frozenset[str]:
        return self.facts.concepts

    @property
    def machines(self) -> list[Machine]:
        """The existing machines that the request is about.

        Raises:
            Ask, Cannot: It can't be told, or there are none.
        """
        if self._problem is not None:
            raise self._problem
        if self._machines is None:
            try:
                self._machines = self._meant()
            except (Ask, Cannot) as problem:
                self._problem = problem
                raise
            if not self.said_region and self._machines:
                self.region = self._machines[0].region
        return self._machines

    def _meant(self) -> list[Machine]:
        here = self.world.machines(self.region)
        if self.before and (self.alone or not named_in(self.facts, here)):
            return list(self.before)
        # `don't delete web-1, just stop it`: what was spared one thing is still meant for the other.
        spoken_of = named_in(Facts(tokens=self.excluded), here)
        if spoken_of and not named_in(self.facts, here) and _IT.search(self.facts.words):
            return spoken_of
        found = in_target(self.facts, self.world, self.region, not self.changes, self.said_region)
        spared = {machine.id for machine in named_in(Facts(tokens=self.excluded), found)}
        left = [machine for machine in found if machine.id not in spared]
        if found and not left:
            raise Cannot("every machine that is meant is also excepted")
        return left

    @property
    def settled(self) -> tuple[Machine, ...]:
        """The machines, if they had to be looked for."""
        return tuple(self._machines or ())

    @property
    def machine(self) -> Machine:
        """The only one meant.

        Raises:
            Ask, Cannot: As above, or there are several.
        """
        found = self.machines
        if not found:
            raise Cannot("there are no machines there")
        if len(found) > 1:
            raise which(
                f"Which machine? {', '.join(machine.label for machine in found)} could be meant.", found
            )
        return found[0]

    def named_here(self) -> list[Machine]:
        """Existing machines named in the text, in the region; none is no problem.

        Raises:
            Ask: Something is to be changed, and several have a name that was said.
        """
        found = named_in(self.facts, self.world.machines(self.region))
        return told_apart(self.facts, found) if self.changes else found

    def assume(self, text: str) -> None:
        self.note(Concern.ASSUMPTION, text)

    def note(self, concern: Concern, text: str) -> None:
        advisory = Advisory(concern, text)
        if advisory not in self.advisories:
            self.advisories.append(advisory)


Source = Callable[[Filling, Mapping[str, Any]], Value]
"""Where a slot's value comes from. Raises Ask or Cannot; gives None for a value that is not wanted."""
