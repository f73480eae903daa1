"""Which calls of a trace become steps, what these are called, and what flows from one into the other.

Reads that nothing depends on drop out, polling becomes waiting, values from earlier answers become
references.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from skywright.clouds.calling import Catalogue
from skywright.model.operation import Effect
from skywright.model.program import Step
from skywright.model.values import Value
from skywright.program.identify import Flow
from skywright.program.noise import Done
from skywright.program.poll import Poll, meaning, polls

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A call, or a poll, that becomes a step.

    Attributes:
        poll: set if it waits.
        read: whether its answer is referred to, so that a wait needs a read beside it.
    """

    number: int
    done: Done
    arguments: Mapping[str, Value]
    poll: Poll | None
    read: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft tells of a trace.

    Attributes:
        claimed: the numbers of the calls that are its steps.
        taken: names that mean something already.
        there: what says which identifiers were there before anything was done.
        answer: what was told after the last call.
    """

    claimed: frozenset[int] = frozenset()
    taken: Sequence[str] = ()
    there: Sequence[Value] = ()
    answer: Mapping[str, Value] = field(default_factory=dict[str, Value])


def keep(
    calls: Sequence[Done],
    catalogue: Catalogue,
    names: dict[int, str],
    draft: Draft,
) -> tuple[list[Kept], dict[str, Value]]:
    """The calls that become steps of their own, and what was told in references to them.

    `names` gets their names, beside those it has.
    """
    claimed = draft.claimed
    waited: dict[int, Poll] = {}
    left: set[int] = set()
    for last, numbers in polls(calls).items():
        if claimed.isdisjoint(numbers):
            left |= set(numbers[:-1])
            poll = meaning([calls[number] for number in numbers], catalogue)
            if poll is not None:
                waited[last] = poll
    flowing = [number for number in range(len(calls)) if number not in left]
    alive = {
        number
        for number in flowing
        if number not in claimed
        and (number in waited or (calls[number].effect is not Effect.READ and calls[number].code is None))
    }
    every = {number: "any" for number in flowing if calls[number].code is None}
    flow = _flow(calls, flowing, every | names, draft)
    read = flow[len(calls)][1] - claimed
    alive |= read
    for number in reversed(flowing):
        if number in alive | read and number not in claimed:
            read |= flow[number][1] - claimed
            alive |= flow[number][1] - claimed
    fresh = _Fresh(draft.taken)
    for number in sorted(alive):
        names[number] = fresh.name(calls[number], waited.get(number), number in read)
    said = {n: name for n, name in names.items() if n in claimed or n in alive}
    final = _flow(calls, flowing, said, draft)
    kept = [
        Kept(number, calls[number], final[number][0], waited.get(number), number in read)
        for number in sorted(alive)
    ]
    return kept, final[len(calls)][0]


def _flow(
    calls: Sequence[Done], flowing: Sequence[int], names: Mapping[int, str], draft: Draft
) -> dict[int, tuple[dict[str, Value], set[int]]]:
    """Each call's arguments with references, and the numbers of the calls that they refer to; after the
    last call's those of the answer.
    """
    flow = Flow()
    flow.there(draft.there)
    found: dict[int, tuple[dict[str, Value], set[int]]] = {}
    for number in flowing:
        done = calls[number]
        used: set[int] = set()
        arguments = {name: flow.refer(value, names, used) for name, value in done.arguments.items()}
        found[number] = (arguments, used)
        flow.sent(done.arguments, done.region)
        if done.code is None:
            flow.answered(number, done.result, done.output)
    used = set[int]()
    found[len(calls)] = ({name: flow.refer(value, names, used) for name, value in draft.answer.items()}, used)
    return found


def steps_of(one: Kept, name: str, region: str) -> Iterator[Step]:
    """The step that a call becomes; two where it is waited for something that is then read."""
    where = "" if one.done.region == region else one.done.region
    arguments = dict(one.arguments)
    waiter = one.poll.waiter if one.poll is not None else None
    if waiter is not None:
        yield Step(f"{name}_wait" if one.read else name, waiter=waiter, arguments=arguments, region=where)
    if waiter is None or one.read:
        until = one.poll.until if one.poll is not None else None
        yield Step(name, one.done.operation, arguments=arguments, until=until, region=where)


class _Fresh:
    """Gives names that are not taken."""

    def __init__(self, taken: Sequence[str]) -> None:
        self._taken = {*taken, "index", "number", "result"}

    def name(self, done: Done, poll: Poll | None, read: bool) -> str:
        if poll is not None and poll.waiter is not None and not read:
            words = ["wait", *poll.waiter.name.split("_")]
        else:
            words = [word.lower() for word in _WORD.findall(done.operation.name)]
            if done.effect is Effect.CREATE and len(words) > 1:
                words = [*words[1:-1], _singular(words[-1])]
        name = "_".join(words)[:48] or "step"
        name = name if name[0].isalpha() else f"step_{name}"
        number, free = 1, name
        while free in self._taken or f"{free}_wait" in self._taken:
            number += 1
            free = f"{name}_{number}"
        self._taken.add(free)
        return free


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
