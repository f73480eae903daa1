"""A certificate of a program, for the values of its parameters and the ends of what they can be, and for all
that it may become by its alternatives.
"""

import gc
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from skywright.engine.evidence import gather
from skywright.engine.parts import Parts
from skywright.errors import Malformed
from skywright.guard.autonomy import approvals
from skywright.guard.base import Decider
from skywright.guard.evidence import Evidence
from skywright.guard.proof import Certificate, prove
from skywright.model.program import Program
from skywright.model.resource import Inventory
from skywright.model.values import Value
from skywright.program.alternatives import variants
from skywright.program.corners import corners
from skywright.program.expand import specialise
from skywright.state.runs import Run


def certify(
    run: Run, parts: Parts, program: Program, modality: str, inventory: Inventory
) -> tuple[Evidence, Certificate]:
    """What is known of the program as it stands, and what was proven of it whatever its parameters are."""
    cloud = parts.cloud(run)
    return certify_with(
        program,
        lambda program: gather(run, program, cloud, modality, inventory),
        parts.deciders,
        parts.clock(),
        cloud.closed_ports,
    )


def certify_with(
    program: Program,
    look: Callable[[Program], Evidence],
    deciders: Sequence[Decider],
    at: float,
    ports: Collection[int] = (),
) -> tuple[Evidence, Certificate]:
    """The same, with whoever gathers the evidence handed in, and the ports that strangers must not reach."""
    with _unswept():
        evidence = look(program)
        certificate = prove(evidence, deciders, at)
        for values in corners(program, ports) if not evidence.findings else ():
            other = _under(program, values)
            if other is not None:
                certificate = certificate.also(prove(look(other), deciders, at), f"with {_shown(values)}")
        for words, variant in variants(program) if not evidence.findings else ():
            certificate = certificate.also(prove(look(variant), deciders, at), f"by {words}")
        return evidence, certificate


@contextmanager
def _unswept() -> Generator[None]:
    """A proof makes much and drops nothing: to look for garbage meanwhile takes a fifth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def reasons_of_alternatives(
    run: Run, parts: Parts, program: Program, modality: str, inventory: Inventory, known: Sequence[str]
) -> tuple[str, ...]:
    """Why a person has to agree to what the program may become by its alternatives, beyond what is known."""
    return tuple(
        f"{reason} (by {words})"
        for words, variant in variants(program)
        for reason in approvals(
            gather(run, variant, parts.cloud(run), modality, inventory), parts.deciders, run.request.autonomy
        )
        if reason not in known
    )


def _under(program: Program, values: Mapping[str, Value]) -> Program | None:
    """The program with other values; None if it admits no such combination."""
    parameters = tuple(replace(each, value=values.get(each.name, each.value)) for each in program.parameters)
    other = replace(program, parameters=parameters)
    try:
        specialise(other)
    except Malformed:
        return None
    return other


def _shown(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())
