"""What is known about a program before it is performed, gathered for the guard to judge.

The guard judges and does not look; this file looks at the program and at the cloud's
knowledge and does not judge.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from skywright.clouds.base import Cloud
from skywright.clouds.future import Breach
from skywright.clouds.restoring import WayBack
from skywright.engine.parts import principal
from skywright.guard.evidence import Evidence
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.program import Program
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Arguments, texts
from skywright.model.verdict import Principal, Proposal
from skywright.program.check import check
from skywright.program.expand import Instance, instances
from skywright.program.foresee import carry_out
from skywright.program.text import rows_of
from skywright.state.runs import Run


def gather(run: Run, program: Program, cloud: Cloud, modality: str, inventory: Inventory) -> Evidence:
    """The evidence for one program of one run.

    Where the program does not even type-check, there are findings and nothing else: the
    rest could not be told.
    """
    findings = check(program, cloud.catalogue)
    budget = run.request.budget_usd_month
    who = principal(run, "perform", modality)
    steps: tuple[Instance, ...] = () if findings else instances(program)
    operations = [instance for instance in steps if instance.step.operation is not None]
    seen = _Seen(who, cloud, inventory)
    breaches: Sequence[Breach] = ()
    left: Sequence[tuple[str, Resource]] = ()
    if cloud.future is not None:
        future = cloud.future(inventory)
        carry_out(steps, future)
        breaches, left = future.end()
    return Evidence(
        findings=findings,
        proposals=tuple((instance.key, seen.proposal(instance)) for instance in operations),
        ways_back=tuple((instance.key, _way_back(instance, cloud)) for instance in operations),
        stated=tuple(_stated(operations, seen)),
        usd_month=0.0 if findings else cloud.prices.usd_month(program, inventory),
        budget_usd_month=budget,
        program_digest=digest(program),
        inventory_digest=fingerprint(inventory),
        left=tuple(left),
        breaches=(*breaches, *_undone_elsewhere(operations, cloud)),
        usd_month_most=None
        if findings or budget is None
        else cloud.prices.usd_month_most(program, inventory),
        uncounted=() if findings or budget is None else tuple(cloud.prices.uncounted(program)),
        lines={
            **{instance.key: instance.step.line for instance in steps},
            **{_undo_of(instance): instance.step.line for instance in operations if instance.step.undo},
        },
        looked_at=len(inventory),
        relied_on=tuple(sorted(named_in(steps) & inventory.keys())) if inventory else (),
    )


def digest(program: Program) -> str:
    """What a certificate names a program by: SHA-256 of what stands in its file, in hexadecimal."""
    return hashlib.sha256(json.dumps(rows_of(program), default=_plain).encode()).hexdigest()


def _plain(value: object) -> object:
    return dict(cast("Mapping[str, object]", value)) if isinstance(value, Mapping) else str(value)


def fingerprint(inventory: Inventory) -> str:
    """What a certificate names a state of the cloud by: SHA-256 over the resources, in hexadecimal."""
    lines = sorted(f"{resource.id} {resource.type} {resource.properties}" for resource in inventory.values())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def changes_anything(program: Program, cloud: Cloud) -> bool:
    """Whether any step may change the cloud."""
    return any(
        step.operation is not None and cloud.effects.effect(step.operation).mutates for step in program.steps
    )


def named_in(steps: Sequence[Instance]) -> frozenset[str]:
    """Every string that the steps give as it stands; ids of what is there already are among them."""
    return frozenset(text for instance in steps for text in texts(instance.arguments))


def regions_of(program: Program) -> tuple[str, ...]:
    """The regions in which the program acts, sorted."""
    return tuple(sorted({instance.region for instance in instances(program)}))


class _Seen:
    """Makes proposals of steps in their order, with what the inventory shows of what they name."""

    def __init__(self, who: Principal, cloud: Cloud, inventory: Inventory) -> None:
        self._who = who
        self._cloud = cloud
        self._inventory = inventory
        self._writes = 0

    def proposal(self, instance: Instance) -> Proposal:
        assert instance.step.operation is not None
        return self.proposes(instance.step.operation, instance.arguments, instance.region)

    def proposes(self, operation: Operation, arguments: Arguments, region: str) -> Proposal:
        effects = self._cloud.effects
        effect = effects.effect(operation)
        there = [
            dict(self._inventory[id].properties)
            for id, _ in effects.touched(operation, arguments)
            if id in self._inventory
        ]
        facts = dict(effects.facts(operation, arguments, there or None))
        if effect.mutates:
            facts["writes_so_far"] = self._writes
            self._writes += 1
        return Proposal(self._who, operation, effect, region, arguments, facts)


def _stated(operations: Sequence[Instance], seen: _Seen) -> Iterator[tuple[str, Proposal]]:
    """What the ways back propose that the program itself states."""
    for instance in operations:
        for inverse in instance.step.undo:
            yield _undo_of(instance), seen.proposes(inverse.operation, inverse.arguments, instance.region)


def _undone_elsewhere(operations: Sequence[Instance], cloud: Cloud) -> Iterator[Breach]:
    """Stated ways back that end what their step neither makes nor names."""
    for instance in operations:
        for inverse in instance.step.undo:
            if cloud.effects.effect(inverse.operation) is Effect.DESTROY:
                own = frozenset(texts(instance.arguments))
                for id in texts(inverse.arguments):
                    if not id.startswith("${result") and id not in own:
                        says = f"it would destroy {id}, which the step did not make"
                        yield Breach("undo", _undo_of(instance), says)


def _undo_of(instance: Instance) -> str:
    return f"{instance.key}, its undo"


def _way_back(instance: Instance, cloud: Cloud) -> WayBack:
    step = instance.step
    assert step.operation is not None
    if cloud.effects.effect(step.operation) is Effect.READ:
        return WayBack(Undoability.EXACT)
    if step.irreversible:
        return WayBack(Undoability.NONE, reason=step.irreversible)
    # What the program states of its undo changes nothing here: an undo works from the journal.
    return cloud.effects.undoability(step.operation, instance.arguments)
