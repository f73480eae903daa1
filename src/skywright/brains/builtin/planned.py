"""A request's plan before it is handed out, and several of them as one."""

from collections.abc import Sequence
from dataclasses import dataclass

from skywright.brains.builtin.world import Machine
from skywright.model.advice import Beyond, Plan, Unclear
from skywright.program.merge import merge


@dataclass(frozen=True)
class Planned:
    """A plan and the machines that it is about, for what follows it in the same request."""

    plan: Plan
    machines: tuple[Machine, ...]
    makes: bool


def together(planned: Sequence[Planned | Unclear | Beyond], words: str) -> Planned | Unclear | Beyond:
    """Several plans as one, in order; the first that is none decides."""
    plans: list[Planned] = []
    for one in planned:
        if not isinstance(one, Planned):
            return one
        plans.append(one)
    program = merge([one.plan.program for one in plans], words)
    advisories = tuple(dict.fromkeys(advisory for one in plans for advisory in one.plan.advisories))
    summary = "; then ".join(one.plan.summary for one in plans)
    machines = tuple(machine for one in plans for machine in one.machines)
    return Planned(Plan(program, summary, advisories), machines, any(one.makes for one in plans))
