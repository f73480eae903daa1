"""What a modality did in its own words, told in the words of the program that it was asked to perform.

Terraform or a web console make calls of their own; the program's answer and expectations name its own steps.
So its steps are gone through once more without any change: what a changing step would have returned is
taken from the most alike of the calls that were made, and what reads or waits is asked of the cloud. A wait
that changes follow is over: the state that it waited for may be gone again, and is not waited for.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from skywright.clouds.base import Cloud
from skywright.clouds.calling import Caller
from skywright.engine.parts import Parts
from skywright.errors import OutcomeDiffers
from skywright.model.call import Call, Trace
from skywright.model.operation import Effect, Operation
from skywright.model.program import Program
from skywright.model.values import Arguments, Value, texts
from skywright.program.interpret import interpret


def results_of(program: Program, trace: Trace, look: Caller, cloud: Cloud, parts: Parts) -> dict[str, Value]:
    """The program's results by step, as if it had made the calls of the trace itself.

    Args:
        look: may read and nothing else.

    Raises:
        CloudFailed: What it waits for does not come, or cannot be looked at.
        OutcomeDiffers: Nothing that was done has what a later step refers to.
    """
    return interpret(
        _without_past(program, cloud),
        _Echo(look, trace, cloud),
        cloud.catalogue,
        parts.pause,
        parts.clock,
        lambda _line: None,
    )


def _without_past(program: Program, cloud: Cloud) -> Program:
    """The program without waits before its last change, and without polling there."""
    changes = [
        place
        for place, step in enumerate(program.steps)
        if step.operation is not None and cloud.effects.effect(step.operation).mutates
    ]
    last = max(changes, default=-1)
    steps = tuple(
        replace(step, until=None) if place < last else step
        for place, step in enumerate(program.steps)
        if place > last or step.waiter is None
    )
    return replace(program, steps=steps)


class _Echo:
    """A caller that looks with another one and changes nothing."""

    def __init__(self, look: Caller, trace: Trace, cloud: Cloud) -> None:
        self._look = look
        self._cloud = cloud
        self._left = [call for call in trace if call.effect.mutates and _accepted(call)]

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        """The cloud's answer to a read; to a change, what the call most like it was answered."""
        effect = self._cloud.effects.effect(operation)
        if not effect.mutates:
            return self._look.call(operation, arguments, region)
        found = _most_alike([call for call in self._left if call.operation == operation], arguments)
        if found is None and effect is Effect.CREATE:
            raise OutcomeDiffers(f"{operation} was asked for, and nothing of the kind was done")
        if found is None:
            return {}
        self._left.remove(found)
        assert found.outcome is not None  # it was accepted
        return cast("dict[str, Value]", found.outcome.result or {})


def _accepted(call: Call) -> bool:
    return call.outcome is not None and call.outcome.ok and not call.outcome.replayed


def _most_alike(calls: Sequence[Call], arguments: Arguments) -> Call | None:
    """The call that shares most texts with the arguments, and has fewest of its own; the first of equals."""
    wanted = set(texts(arguments))

    def rank(call: Call) -> tuple[int, int]:
        said = set(texts(call.arguments))
        return (len(said & wanted), -len(said - wanted))

    return max(calls, key=rank, default=None)
