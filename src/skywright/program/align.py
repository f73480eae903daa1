"""Which calls of a trace are which steps of the draft that was carried out. Owns the matching.

A call is a step's if operation and region are the step's and its arguments are what the step's
come to with the results so far: the trace is the authority, the draft only lends its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skywright.clouds.calling import Catalogue
from skywright.errors import NotFound
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program import wait
from skywright.program.expand import Instance, instances
from skywright.program.noise import Done, clean
from skywright.program.references import BadReference
from skywright.program.resolving import Scope, Unresolved, resolve


@dataclass(frozen=True, slots=True)
class Alignment:
    """What was found.

    Attributes:
        claims: by step, the numbers of the calls of each of its instances; only of steps that
            were found whole.
        repeated: the steps whose results are lists.
    """

    claims: Mapping[str, Sequence[Sequence[int]]] = field(default_factory=dict[str, list[list[int]]])
    repeated: frozenset[str] = frozenset()

    def names(self) -> dict[int, str]:
        """What the result of each claimed call is called: `vpc`, `vm[2]`."""
        return {
            numbers[-1]: f"{step}[{index}]" if step in self.repeated else step
            for step, found in self.claims.items()
            for index, numbers in enumerate(found)
        }


def align(draft: Program, calls: Sequence[Done], catalogue: Catalogue) -> Alignment:
    """Match the draft's steps, in order, with the calls.

    Args:
        draft: specialised: every parameter has its value, every `when` is decided.
    """
    found: dict[str, list[list[int]]] = {}
    results: dict[str, Value] = {}
    every: dict[str, list[Instance]] = {step.id: [] for step in draft.steps}
    for instance in instances(draft):
        every[instance.step.id].append(instance)
    at = 0
    for step in draft.steps:
        claimed: list[list[int]] = []
        done: list[Value] = []
        for instance in every[step.id]:
            numbers = _find(instance, results, calls, claimed[-1][-1] + 1 if claimed else at, catalogue)
            if not numbers:
                break
            claimed.append(numbers)
            last = calls[numbers[-1]]
            done.append({} if last.code is not None or step.waiter is not None else last.result)
        if len(claimed) == len(every[step.id]):
            found[step.id] = claimed
            results[step.id] = done if step.repeat is not None else done[0]
            at = claimed[-1][-1] + 1 if claimed else at
    return Alignment(found, frozenset(step.id for step in draft.steps if step.repeat is not None))


def _find(
    instance: Instance, results: Mapping[str, Value], calls: Sequence[Done], at: int, catalogue: Catalogue
) -> list[int]:
    """The numbers of the calls that carried out an instance; none if there are none.

    A wait was carried out where its question was answered as it wants: who does several things at once may
    have asked the same before the change that is waited for.
    """
    step = instance.step
    operation = _asked(step, catalogue)
    try:
        scope = Scope(results, instance.index)
        arguments = {name: resolve(value, scope) for name, value in instance.arguments.items()}
        if operation is None:
            return []
        wanted = clean(arguments, catalogue.signature(operation).input)
    except (Unresolved, BadReference, NotFound):
        return []
    waits = step.waiter is not None or step.until is not None
    numbers: list[int] = []
    for number in range(at, len(calls)):
        done = calls[number]
        fits = (done.operation, done.region) == (operation, instance.region) and done.arguments == wanted
        if fits and (done.code is None or waits or done.code in step.tolerate):
            numbers.append(number)
            if not waits or _satisfied(step, done, catalogue):
                return numbers
    return []


def _satisfied(step: Step, done: Done, catalogue: Catalogue) -> bool:
    """Whether the wait ended with this answer; what is asked afterwards belongs to somebody else."""
    if step.waiter is not None:
        acceptors = catalogue.waiter(step.waiter).acceptors
        return wait.state(acceptors, wait.Answer(done.result, done.code)) == "success"
    try:
        return done.code is None and wait.holds(step.until or "", done.result)
    except BadReference:
        return False


def _asked(step: Step, catalogue: Catalogue) -> Operation | None:
    if step.waiter is None:
        return step.operation
    try:
        return catalogue.waiter(step.waiter).operation
    except NotFound:
        return None
