"""What a user should know before we act, as far as it follows from the evidence. Refuses nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from skywright.guard.autonomy import becomes_public
from skywright.guard.base import Decider
from skywright.guard.evidence import Evidence, Opinion, opinions
from skywright.guard.policies import Ruling
from skywright.model.advice import Advisory, Concern
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.values import Value
from skywright.model.verdict import Proposal

# The verbs by which clouds' operations stop something that runs, whichever service it belongs to.
_STOPS: Final = re.compile(r"(Stop|Reboot|Restart|Terminate|Deallocate|PowerOff|Hibernate|Failover)[A-Z]?")
_VERB: Final = re.compile(
    r"^(Run|Create|Request|Allocate|Register|Terminate|Delete|Cancel|Release|Deregister)(Spot)?"
)
_MANY: Final = 10


def advise(evidence: Evidence, deciders: Sequence[Decider] = ()) -> tuple[Advisory, ...]:
    """Cost, what becomes public, is destroyed, replaced, stopped or lost, and the policies' warnings."""
    found = [
        *_cost(evidence),
        *_public(evidence),
        *_replaced(evidence),
        *_destroyed(evidence),
        *_down(evidence),
        *_lost(evidence),
        *_radius(evidence),
    ]
    if deciders:
        found += _warned(opinions(evidence, deciders))
    return tuple(dict.fromkeys(found))


def _warned(said: Sequence[Opinion]) -> Iterator[Advisory]:
    """What policies say, each thing once, however many steps it is said of."""
    steps: dict[Ruling, list[str]] = {}
    for opinion in said:
        for warning in opinion.policies.warnings:
            steps.setdefault(warning, []).append(opinion.step)
    for warning, of in steps.items():
        where = _list(tuple(dict.fromkeys(of)))
        yield Advisory(Concern.ASSUMPTION, f"{where}: {warning.says} ({warning.rule})")


def _cost(evidence: Evidence) -> Iterator[Advisory]:
    usd = evidence.usd_month
    if abs(usd) < 0.005:
        return
    does = "adds about" if usd > 0 else "saves about"
    yield Advisory(Concern.COST, f"This {does} ${abs(usd):,.2f} a month at full use.")


def _public(evidence: Evidence) -> Iterator[Advisory]:
    for step, proposal in evidence.changes():
        for sentence in becomes_public(proposal):
            yield Advisory(Concern.PUBLIC, f"Step {step}: {sentence}.")


def _replaced(evidence: Evidence) -> Iterator[Advisory]:
    made = {_thing(proposal.operation) for _, proposal in evidence.changes() if _makes(proposal)}
    for step, proposal in evidence.changes():
        thing = _thing(proposal.operation)
        if proposal.effect is Effect.DESTROY and thing in made and (ids := _existing(proposal)):
            text = f"{_list(ids)} is replaced by a new {thing}, under another identifier (step {step})."
            yield Advisory(Concern.REPLACEMENT, text)


def _destroyed(evidence: Evidence) -> Iterator[Advisory]:
    for step, proposal in evidence.changes():
        if proposal.effect is Effect.DESTROY and (ids := _existing(proposal)):
            data = ", with the data in it" if proposal.facts.get("deletes_data") else ""
            text = f"Step {step}: {proposal.operation} destroys {_list(ids)}{data}."
            yield Advisory(Concern.DATA_LOSS if data else Concern.BLAST_RADIUS, text)


def _down(evidence: Evidence) -> Iterator[Advisory]:
    for step, proposal in evidence.changes():
        if _STOPS.match(proposal.operation.name) and (ids := _existing(proposal)):
            yield Advisory(Concern.DOWNTIME, f"{_list(ids)} stops running (step {step}).")


def _lost(evidence: Evidence) -> Iterator[Advisory]:
    changes = dict(evidence.changes())
    for step, way in evidence.ways_back:
        if step not in changes or way.undoability in (Undoability.EXACT, Undoability.EQUIVALENT):
            continue
        lost = way.reason or f"{changes[step].operation} cannot be taken back whole"
        yield Advisory(Concern.IRREVERSIBLE, f"Step {step}: {lost.rstrip('.')}.")


def _radius(evidence: Evidence) -> Iterator[Advisory]:
    touched = {id for _, proposal in evidence.changes() for id in _existing(proposal)}
    if len(touched) > _MANY:
        yield Advisory(Concern.BLAST_RADIUS, f"This touches {len(touched)} things that are there already.")


def _makes(proposal: Proposal) -> bool:
    return proposal.effect is Effect.CREATE


def _thing(operation: Operation) -> str:
    """`instance` of both RunInstances and TerminateInstances."""
    return _VERB.sub("", operation.name).removesuffix("s").lower()


def _existing(proposal: Proposal) -> tuple[str, ...]:
    """Identifiers in the arguments that are not references: things that are there before the program runs."""
    return tuple(dict.fromkeys(_identifiers(proposal.arguments)))


def _identifiers(arguments: Mapping[str, Value]) -> Iterator[str]:
    for name, value in arguments.items():
        if not re.search(r"(Ids?|Arns?|Identifiers?|Name|Names|Bucket)$", name):
            continue
        values = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
        yield from (each for each in values if isinstance(each, str) and "${" not in each)


def _list(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:_MANY])
    return shown if len(ids) <= _MANY else f"{shown} and {len(ids) - _MANY} more"
