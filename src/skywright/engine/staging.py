"""A copy of the target in which the parts of a request are carried out, one after the other."""

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from skywright.brains.base import Brain, Context
from skywright.engine.look import reader
from skywright.engine.parts import Parts, principal
from skywright.engine.place import timely
from skywright.errors import CloudFailed
from skywright.model.advice import Understanding
from skywright.model.call import Trace
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.orchestrator.piecewise import Done
from skywright.program.interpret import answer, interpret, unmet
from skywright.program.lift import lift
from skywright.program.references import BadReference
from skywright.state.runs import Run

_SESSION_SECONDS = 3600.0


class Stage:
    """See `orchestrator.piecewise.Stage`. Use it as a context manager: the copy is gone afterwards.

    Args:
        brain: makes programs of parts.
        regions: those that the request may be about.
    """

    def __init__(self, run: Run, parts: Parts, brain: Brain, region: str, regions: tuple[str, ...]) -> None:
        self._run = run
        self._parts = parts
        self._brain = brain
        self._region = region
        self._regions = regions
        self._copy = ExitStack()

    def __enter__(self) -> Self:
        target = self._parts.target(self._run)
        self._twin = self._copy.enter_context(self._parts.accounts.twin(target, self._regions))
        self._look = reader(self._run, self._parts, self._twin, self._copy)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._copy.close()

    def understand(self, words: str, answers: Mapping[str, str]) -> Understanding:
        """See `orchestrator.piecewise.Stage`."""
        return self._brain.understand(
            words, Context(self._parts.cloud(self._run), self._look, self._region, answers)
        )

    def perform(self, program: Program) -> Done:
        """See `orchestrator.piecewise.Stage`."""
        parts, cloud = timely(self._run, self._parts), self._parts.cloud(self._run)
        who = principal(self._run, "explore", "sdk")
        with parts.gate.session(who, self._twin, lifetime_seconds=_SESSION_SECONDS) as credential:
            caller = parts.caller(parts.gate.endpoint, credential)
            results = interpret(
                program, caller, cloud.catalogue, parts.pause, parts.clock, lambda _line: None
            )
            trace = parts.gate.trace(credential)
            if missed := unmet(program, caller, results):
                raise CloudFailed("rehearsal", "ExpectationUnmet", "; ".join(missed))
        told = answer(program, results)
        made = {
            id for call in trace if call.outcome and call.outcome.ok for id, _ in cloud.effects.made(call)
        }
        return Done(trace, told if isinstance(told, Mapping) else {}, frozenset(made))

    def distil(self, trace: Trace, told: Mapping[str, Value]) -> Program:
        """A program of calls that were made here one after the other."""
        catalogue = self._parts.cloud(self._run).catalogue
        try:
            return lift(trace, catalogue, None, {}, told)
        except BadReference:
            return lift(trace, catalogue, None, {})
