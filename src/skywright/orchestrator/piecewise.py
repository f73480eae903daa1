"""A request of several parts, each given to a brain by itself, and their programs merged into one.

Each part is planned in a copy in which those before it have been carried out, so that a brain sees what they
leave behind. What comes of it is one program, which is rehearsed, proven and approved as one. Where a request
is cut, `brains.builtin.cutting` knows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from skywright.brains.builtin.cutting import cut
from skywright.errors import SkywrightError
from skywright.journal.redact import STRUCK
from skywright.model.advice import Beyond, Plan, Unclear, Understanding
from skywright.model.call import Trace
from skywright.model.program import Program
from skywright.model.values import Value, texts
from skywright.program.merge import merge, name_of


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a part in the copy.

    Attributes:
        trace: its calls, as the gate saw them.
        answer: what it tells, its references resolved.
        made: identifiers of what it created.
    """

    trace: Trace
    answer: Mapping[str, Value]
    made: frozenset[str]


class Stage(Protocol):
    """A copy of the target in which parts are carried out one after the other."""

    def understand(self, words: str, answers: Mapping[str, str]) -> Understanding:
        """What a brain makes of a part, looking at what the parts before it left."""
        ...

    def perform(self, program: Program) -> Done:
        """Carry a part's program out.

        Raises:
            SkywrightError: It does not succeed.
        """
        ...


Distil = Callable[[Trace, Mapping[str, Value]], Program]
"""Makes a program of calls, with references to what earlier calls made, and what it is to answer."""


def by_parts(words: str, answers: Mapping[str, str], stage: Stage, distil: Distil) -> Understanding | None:
    """One plan for all parts of a request, questions of one of them, or None: then it is no such request."""
    pieces = cut(words)
    if len(pieces) < 2:
        return None
    plans: list[Plan] = []
    done: list[Done] = []
    for number, text in enumerate(pieces, 1):
        prefix = f"part{number}_"
        own = {name.removeprefix(prefix): said for name, said in answers.items() if name.startswith(prefix)}
        said = stage.understand(text, own)
        if isinstance(said, Unclear):
            asked = tuple(replace(one, id=prefix + one.id) for one in said.questions)
            return Unclear(asked, f"part {number}, '{text}': {said.summary}")
        if isinstance(said, Beyond):
            return None
        plans.append(said)
        try:
            done.append(stage.perform(said.program))
        except SkywrightError as error:
            return Beyond(f"part {number} of the request, '{text}', fails in a copy: {error}")
    return _whole(words, plans, done, distil)


def _whole(words: str, plans: Sequence[Plan], done: Sequence[Done], distil: Distil) -> Understanding:
    programs = [plan.program for plan in plans]
    if _flows(programs, done):
        trace = tuple(call for part in done for call in part.trace)
        answer = {name: value for part in done for name, value in part.answer.items()}
        whole = replace(distil(trace, answer), name=name_of(programs), request=words)
        if any(STRUCK in text for step in whole.steps for text in texts(step.arguments)):
            return Beyond(
                "a part holds a secret, and another what is made before it; ask for them one by one"
            )
    else:
        whole = merge(programs, words)
    summary = "; ".join(f"{number}. {plan.summary}" for number, plan in enumerate(plans, 1))
    advisories = tuple(dict.fromkeys(advisory for plan in plans for advisory in plan.advisories))
    return Plan(replace(whole, source=programs[0].source), summary, advisories)


def _flows(programs: Sequence[Program], done: Sequence[Done]) -> bool:
    """Whether a part names what one before it made, which will be called otherwise the next time."""
    made: frozenset[str] = frozenset()
    for program, part in zip(programs, done, strict=True):
        values = [parameter.value for parameter in program.parameters]
        said = {
            text for value in (*values, *(step.arguments for step in program.steps)) for text in texts(value)
        }
        if made & said:
            return True
        made |= part.made
    return False
