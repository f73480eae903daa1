"""Carries out a program by calling its operations, one after the other: the way it is rehearsed.

Owns the order, repetition, waiting and tolerance of steps. Must not know any operation, nor who is
behind the caller. Time is passed in.
"""

from collections.abc import Callable, Mapping
from itertools import groupby

from skywright.clouds.calling import Caller, Catalogue
from skywright.errors import CloudFailed, OutcomeDiffers
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Arguments, Value
from skywright.program import wait
from skywright.program.expand import Instance, instances, specialise
from skywright.program.references import BadReference
from skywright.program.resolving import Scope, Unresolved, fill, resolve


def interpret(
    program: Program,
    caller: Caller,
    catalogue: Catalogue,
    pause: Callable[[float], None],
    clock: Callable[[], float],
    say: Callable[[str], None],
) -> dict[str, Value]:
    """Do every step of the program and give the results by step.

    A repeated step's result is the list of its results, a wait's is empty. Waits ask quickly at
    first and then ever more slowly, whatever the waiter's own delay, up to the step's timeout.

    Args:
        pause: sleeps for seconds; `clock` tells seconds, from whatever beginning.
        say: takes a line of progress.

    Raises:
        Malformed: The program's values are not allowed, or it does not come to operations.
        CloudFailed: An operation failed and the step does not tolerate it, or a wait ended badly.
        OutcomeDiffers: A result does not have what a later step refers to.
        NotFound: The catalogue has no such waiter.
    """
    program = specialise(program)
    hand = _Hand(caller, catalogue, pause, clock, program.values())
    results: dict[str, Value] = {step.id: [] for step in program.steps if step.repeat is not None}
    steps = {step.id: step for step in program.steps}
    for name, group in groupby(instances(program), key=lambda instance: instance.step.id):
        step = steps[name]
        done: list[Value] = []
        for instance in group:
            say(f"{instance.key}: {_doing(step)}")
            done.append(hand.carry_out(instance, results))
        results[step.id] = done if step.repeat is not None else done[0]
    return results


def answer(program: Program, results: Mapping[str, Value]) -> Value:
    """What the user asked to know; what refers to a step that was left out is null.

    Raises:
        BadReference: A path cannot be applied to what is there.
    """
    left_out: dict[str, Value] = {step.id: None for step in program.steps}
    return resolve(program.answer, Scope({**left_out, **program.values(), **results}), nulls=True)


def unmet(program: Program, caller: Caller, results: Mapping[str, Value]) -> tuple[str, ...]:
    """The program's expectations that the cloud does not meet, one sentence each; empty if it meets all."""
    scope = Scope({**program.values(), **results})
    found: list[str] = []
    for expectation in program.expectations:
        try:
            arguments = resolved(expectation.arguments, scope)
            region = str(resolve(expectation.region or program.region, scope))
            result = caller.call(expectation.read, arguments, region)
            if not wait.holds(fill(expectation.that, scope), result):
                found.append(f"not met: {expectation.says}")
        except (CloudFailed, BadReference, Unresolved) as problem:
            found.append(f"could not be seen: {expectation.says}: {problem}")
    return tuple(found)


def resolved(arguments: Arguments, scope: Scope) -> dict[str, Value]:
    """Arguments with all references replaced.

    Raises:
        Unresolved: As for `resolving.resolve`.
    """
    return {name: resolve(value, scope) for name, value in arguments.items()}


class _Hand:
    """Does one instance of a step."""

    def __init__(
        self,
        caller: Caller,
        catalogue: Catalogue,
        pause: Callable[[float], None],
        clock: Callable[[], float],
        values: Mapping[str, Value],
    ) -> None:
        self._caller = caller
        self._catalogue = catalogue
        self._pause = pause
        self._clock = clock
        self._values = values

    def carry_out(self, instance: Instance, results: Mapping[str, Value]) -> Value:
        try:
            # Parameters are written in already: a value of theirs must not be taken for a template again.
            arguments = resolved(instance.arguments, Scope(results, instance.index))
            if instance.step.waiter is not None:
                return self._wait(instance, instance.step.waiter, arguments)
            if instance.step.operation is None:
                return {}
            if instance.step.until is not None:
                until = fill(instance.step.until, Scope({**self._values, **results}, instance.index))
                return self._poll(instance, instance.step.operation, arguments, until)
            return self._caller.call(instance.step.operation, arguments, instance.region)
        except Unresolved as problem:
            raise OutcomeDiffers(f"step {instance.key}: {problem}") from problem
        except CloudFailed as problem:
            if problem.code in instance.step.tolerate:
                return {}
            raise

    def _poll(self, instance: Instance, operation: Operation, arguments: Arguments, until: str) -> Value:
        for _ in wait.pauses(instance.step.timeout_seconds, self._pause, self._clock):
            result = self._caller.call(operation, arguments, instance.region)
            if wait.holds(until, result):
                return result
        raise wait.timed_out(f"{instance.key}, {operation}", instance.step.timeout_seconds)

    def _wait(self, instance: Instance, name: Operation, arguments: Arguments) -> Value:
        waiter = self._catalogue.waiter(name)
        for _ in wait.pauses(instance.step.timeout_seconds, self._pause, self._clock):
            try:
                said = wait.Answer(self._caller.call(waiter.operation, arguments, instance.region))
                failed = None
            except CloudFailed as problem:
                said, failed = wait.Answer(code=problem.code), problem
            state = wait.state(waiter.acceptors, said)
            if state == "success":
                return {}
            if state == "failure":
                raise CloudFailed(
                    str(name), "WaiterFailed", "what is waited for can no longer come"
                ) from failed
            if state is None and failed is not None:
                raise failed
        raise wait.timed_out(f"{instance.key}, {name}", instance.step.timeout_seconds)


def _doing(step: Step) -> str:
    return str(step.operation) if step.waiter is None else f"waiting for {step.waiter}"
