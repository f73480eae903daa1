"""From an attempt that succeeded to a plan: distilled, checked, and done once more from its distilled form.

Owns what an attempt has to be for that. What the model says of it counts for nothing but the answer, and of
that only what the cloud said, too.
"""

from collections.abc import Mapping
from dataclasses import replace

from skywright.brains.model import judge, words
from skywright.brains.model.case import Attempted, Case
from skywright.model.advice import Advisory, Concern, Plan
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.check import check
from skywright.program.lift import lift
from skywright.program.references import BadReference

_MOST_READS = 20
_LONGEST_NAME = 60


def planned(case: Case, best: Attempted, answer: Mapping[str, Value], source: str) -> Plan | str:
    """The plan, or what the model is told instead of one.

    Raises:
        Unavailable: It cannot be tried again.
    """
    trace = best.tried.trace
    changed = bool(judge.changes(trace))
    told = answer if best.program is None else best.program.answer
    if not changed and not judge.only_asks(case.request) and judge.orders(case.request):
        return "The user wants something changed, and your block changed nothing. Give one that does it."
    if not changed and not told:
        return "Your block changed nothing, and you told nothing. Put what the user asks into the done block."
    if best.program is None and (strange := judge.unseen(case.request, told, trace, case.inventory)):
        shown = ", ".join(repr(one) for one in strange[:5])
        return f"Your answer says {shown}, which nothing that you looked at says. Look it up, and print it."
    program = best.program or _distilled(case, best, told)
    if findings := check(program, case.context.cloud.catalogue):
        return f"What you did cannot be repeated: {findings[0]}. Do it in a plainer way."
    if best.program is None and changed and not (again := case.workshop.perform(program)).ok:
        return f"What you did failed when it was done once more: {again.error}. Give the whole again, mended."
    name = " ".join(case.request.split())[:_LONGEST_NAME]
    program = replace(program, name=name, request=case.request, cloud=case.context.cloud.name, source=source)
    return Plan(program, _summary(program), _advisories(best))


def _distilled(case: Case, best: Attempted, answer: Mapping[str, Value]) -> Program:
    catalogue = case.context.cloud.catalogue
    try:
        program = lift(best.tried.trace, catalogue, None, {}, answer)
    except BadReference:
        program = lift(best.tried.trace, catalogue, None, {})
    if not program.steps:
        program = replace(program, steps=tuple(_reads(best)))
    return replace(program, region=program.region or case.context.region)


def _reads(best: Attempted) -> list[Step]:
    """What was looked at, where the answer refers to none of it: a sum, or that there is nothing."""
    found: dict[str, Step] = {}
    for call in best.tried.trace:
        if call.outcome is not None and call.outcome.ok:
            step = Step(
                f"look_{len(found) + 1}", call.operation, arguments=call.arguments, region=call.region
            )
            found.setdefault(f"{call.operation} {call.arguments} {call.region}", step)
    return list(found.values())[:_MOST_READS]


def _summary(program: Program) -> str:
    done = ", ".join(str(step.operation or step.waiter) for step in program.steps)
    return f"{len(program.steps)} steps, tried out in a copy: {words.cut(done, 400)}"


def _advisories(best: Attempted) -> tuple[Advisory, ...]:
    if not best.overlooked:
        return ()
    said = ", ".join(repr(one) for one in best.overlooked)
    return (Advisory(Concern.ASSUMPTION, f"the request says {said}, and nothing that will be done says so"),)
