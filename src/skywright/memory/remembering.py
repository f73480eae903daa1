"""A brain that remembers: what has worked for the same kind of request is planned again without asking it.

Owns when memory is used: the words are certain to mean it, it has worked under the rules and the API as they
are, what it goes by is there, and it works in a copy of the target now. Everything else is the other brain's.
What is planned here is rehearsed, proven and agreed to like any other plan.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from skywright.brains.base import Brain, Context, NoProgram, Workshop
from skywright.brains.model import judge, observe
from skywright.clouds.calling import Catalogue
from skywright.errors import Malformed, Unavailable
from skywright.memory.adapt import Uncertain, adapted, strayed
from skywright.memory.api import fingerprint
from skywright.memory.entry import Entry, Evidence, Kept, Present
from skywright.memory.generalise import program_of, tied
from skywright.memory.likeness import nearest, share
from skywright.memory.lookups import doubt
from skywright.memory.store import Memory
from skywright.memory.words import LONGEST, read
from skywright.model.advice import Advisory, Concern, Plan, Recalled, Understanding
from skywright.model.call import Trace
from skywright.model.operation import Effect, Operation
from skywright.model.program import Program
from skywright.model.resource import Inventory
from skywright.model.values import texts
from skywright.program.check import check

_T = TypeVar("_T")
_MOST_NEAR = 3
"""So many of those that come near are looked at for one that can be trusted."""
_LEAST_SHARE = 0.5
"""Of what the words say, that a precedent's request says, too (an assumption)."""


@dataclass(frozen=True)
class Circumstances:
    """What memory is held against.

    Attributes:
        clock: seconds since the epoch.
        new_id: makes names for tries that belong to no run.
        policies: fingerprint of the rules that are in force.
    """

    clock: Callable[[], float]
    new_id: Callable[[], str]
    policies: str

    def present(self, entry: Entry, catalogue: Catalogue) -> Present:
        """What an entry is held against.

        Raises:
            Malformed: Its program is none.
        """
        return Present(self.clock(), fingerprint(program_of(entry), catalogue), self.policies)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, and where it was made."""

    words: str
    context: Context
    workshop: Workshop
    inventory: Inventory


@dataclass(frozen=True)
class Remembering:
    """See `brains.base.Brain`.

    Attributes:
        brain: is asked where nothing is remembered that is certain to be meant.
        say: is shown how it goes on.
    """

    brain: Brain
    memory: Memory
    circumstances: Circumstances
    say: Callable[[str], None]

    @property
    def name(self) -> str:
        return self.brain.name

    def understand(self, words: str, context: Context) -> Understanding:
        """What is remembered, or what the other brain makes of it.

        Raises:
            CloudFailed: The target could not be looked at.
        """
        if plan := self.recalled(words, context):
            return plan
        if _may_serve(words, context):
            context = replace(context, precedent=self._had(lambda: self._precedent(words, context), ""))
        return self.brain.understand(words, context)

    def recalled(self, words: str, context: Context) -> Plan | None:
        """What is remembered, if it is certain to be meant.

        Raises:
            CloudFailed: The target could not be looked at.
        """
        workshop = context.workshop
        if workshop is None or not _may_serve(words, context):
            return None
        found = self._had(lambda: self._trusted(words, context, workshop), [])
        inventory = observe.look(words, context) if found else {}
        asked = _Asked(words, context, workshop, inventory)
        plans = (self._planned(asked, kept, present) for kept, present in found)
        return next(filter(None, plans), None)

    def _had(self, ask: Callable[[], _T], otherwise: _T) -> _T:
        """What memory says; a memory that cannot be had, or read, stands in nobody's way."""
        try:
            return ask()
        except (Unavailable, Malformed) as problem:
            self.say(f"nothing is remembered: {problem}")
            return otherwise

    def _precedent(self, words: str, context: Context) -> str:
        """The program that worked for what comes nearest to the words: the other brain may adapt it."""
        here = [kept for kept in self.memory.all() if kept.entry.cloud == context.cloud.name]
        for kept in nearest(words, here, _MOST_NEAR):
            present = self.circumstances.present(kept.entry, context.cloud.catalogue)
            if share(words, kept) >= _LEAST_SHARE and kept.state(present) == "proven":
                return kept.entry.program
        return ""

    def _trusted(self, words: str, context: Context, workshop: Workshop) -> list[tuple[Kept, Present]]:
        """What was for requests of this shape, in this place and way, and is worth a try; the best first."""
        found: list[tuple[Kept, Present]] = []
        for kept in self.memory.alike(context.cloud.name, read(words).shape):
            if kept.entry.region != context.region or not _fits(kept, workshop):
                continue
            present = self.circumstances.present(kept.entry, context.cloud.catalogue)
            state = kept.state(present)
            if state in ("proven", "unproven"):
                found.append((kept, present))
            else:
                self.say(f"memory {kept.entry.id} is not used: it is {state}")
        return sorted(found, key=lambda pair: (-pair[0].score(pair[1]), pair[0].entry.id))

    def _planned(self, asked: _Asked, kept: Kept, present: Present) -> Plan | None:
        entry = kept.entry
        try:
            program = adapted(entry, asked.words, asked.inventory)
            program = replace(program, source=f"memory {entry.id}")
            trace = self._tried(asked, kept, present, program)
        except (Uncertain, Malformed) as why:
            self.say(f"memory {entry.id} is not used: {why}")
            return None
        proven = kept.state(present) == "proven"
        self.say(f"memory {entry.id} knows how: no model is asked")
        told = Advisory(Concern.ASSUMPTION, _told(kept, proven))
        again = _again(asked, trace)
        summary = f"as in memory {entry.id}, which was for: {entry.request}"
        return Plan(program, summary, (told, *again), Recalled(entry.id, proven))

    def _tried(self, asked: _Asked, kept: Kept, present: Present, program: Program) -> Trace:
        """The program's trace in a copy of the target.

        Raises:
            Uncertain: It does not work there, or does something else than what was asked for.
        """
        entry, context = kept.entry, asked.context
        cloud = context.cloud
        if findings := check(program, cloud.catalogue):
            raise Uncertain(str(findings[0]))
        if why := doubt(program, entry.lookups, _reads(cloud.catalogue), context.look, context.region):
            raise Uncertain(why)
        tried = asked.workshop.perform(program)
        if not tried.ok:
            name = f"try-{self.circumstances.new_id()}"
            where = (asked.workshop.target, context.region)
            self.memory.note(entry.id, Evidence(name, present.at, "did not fit", *where))
            raise Uncertain(f"it does not work in a copy: {tried.error}")
        told = (asked.words, tried.trace, asked.inventory)
        strange = judge.astray(*told, cloud.effects) or strayed(*told, cloud.effects)
        missing = judge.overlooked(*told)
        if strange or missing:
            raise Uncertain(strange or f"it says nothing of '{missing[0]}'")
        return tried.trace


@dataclass(frozen=True)
class Lastly:
    """A brain whose own programs cost nothing and come first: memory is asked where it has none.

    What it declines for another reason stays declined, and what it asks is asked: that something was done
    once for the same words does not make them plainer.

    Attributes:
        memory: None where memory is not to be used.
    """

    brain: Brain
    memory: Callable[[], Remembering | None]

    @property
    def name(self) -> str:
        return self.brain.name

    def understand(self, words: str, context: Context) -> Understanding:
        """See `brains.base.Brain`."""
        said = self.brain.understand(words, context)
        if not isinstance(said, NoProgram) or (memory := self.memory()) is None:
            return said
        return memory.recalled(words, context) or said


def _may_serve(words: str, context: Context) -> bool:
    """Whether memory can be used at all: answers say what the words do not, and are of that one run."""
    return context.workshop is not None and not context.answers and len(words) <= LONGEST


def _fits(kept: Kept, workshop: Workshop) -> bool:
    """Whether an entry is for this modality and this target."""
    ways = {one.modality for one in kept.worked}
    targets = {one.target for one in kept.worked}
    known = workshop.target in targets or not tied(program_of(kept.entry))
    return known and (not ways or workshop.modality in {"auto", *ways})


def _reads(catalogue: Catalogue) -> Callable[[Operation], bool]:
    return lambda operation: catalogue.signature(operation).effect is Effect.READ


def _told(kept: Kept, proven: bool) -> str:
    entry = kept.entry
    if not proven:
        where = f"which came from {entry.origin}" if entry.origin else "which nothing speaks for"
        return f"no model was asked: it is done as in memory {entry.id}, {where} and has not worked here yet"
    last = datetime.fromtimestamp(kept.worked[0].at, UTC).strftime("%Y-%m-%d")
    often = len(kept.worked)
    worked = "once" if often == 1 else f"{often} times"
    return f"no model was asked: it is done as in memory {entry.id}, which worked {worked}, last on {last}"


def _again(asked: _Asked, trace: Trace) -> tuple[Advisory, ...]:
    """That there is something already of a name that is given to something new."""
    given = {text for call in trace if call.effect is Effect.CREATE for text in texts(dict(call.arguments))}
    said = {mention.text for mention in read(asked.words).mentions}
    there = sorted(one.name for one in asked.inventory.values() if one.name in given & said)
    return tuple(
        Advisory(Concern.ASSUMPTION, f"there is already something named {name}; another is made")
        for name in dict.fromkeys(there)
    )
