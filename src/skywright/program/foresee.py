"""A program carried out in thought: each step with what the earlier ones would give. Calls nothing."""

from collections.abc import Mapping, Sequence

from skywright.clouds.future import Future, Planned
from skywright.model.values import Value, with_texts
from skywright.program.expand import Instance
from skywright.program.references import BadReference
from skywright.program.resolving import Scope, Unresolved, resolve


def carry_out(steps: Sequence[Instance], future: Future) -> None:
    """Carry the steps out in a future, in their order; what cannot be told stays a reference."""
    results: dict[str, Value] = {}

    def told(text: str) -> Value:
        return _told(text, results) if "${" in text else text

    for instance in steps:
        step = instance.step
        operation = step.operation or step.waiter
        assert operation is not None
        arguments = {name: with_texts(value, told) for name, value in instance.arguments.items()}
        waits = step.operation is None
        answer = future.step(Planned(instance.key, operation, arguments, instance.region, waits))
        if instance.index is None:
            results[step.id] = answer
        else:
            given = results.setdefault(step.id, [])
            assert isinstance(given, list)
            given.append(answer)


def _told(text: str, results: Mapping[str, Value]) -> Value:
    try:
        found = resolve(text, Scope(results))
    except (BadReference, Unresolved):
        return text
    # An empty list is what a projection makes of something that is not known.
    return text if found == [] else found
