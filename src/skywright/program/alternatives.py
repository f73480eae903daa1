"""Alternatives: the programs that a program may become when steps fail in ways that were foreseen.

Owns which those are, so that all of them can be checked and proven before the first step is done. A choice
says by step how many of its alternatives were tried; the last of them is in force, and changes the step as it
stands in the program, not as an alternative before it left it.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from skywright.model.program import Alternative, Program, Step
from skywright.program.references import BadReference, references

MOST_VARIANTS = 32
"""Programs with more ways to go are not proven: nobody could review them."""

Choice = Mapping[str, int]
"""By step: how many of its alternatives were tried."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an alternative, whatever types say."""

    step: Step
    number: int
    problem: str


def chosen(program: Program, choice: Choice) -> Program:
    """The program that a choice leads to; it has no alternatives itself."""
    values = program.values()
    steps: list[Step] = []
    for step in program.steps:
        alternative = in_force(step, choice)
        if alternative is not None:
            values |= alternative.values
            arguments = {**step.arguments, **alternative.arguments}
            step = replace(
                step, arguments={name: each for name, each in arguments.items() if each is not None}
            )
        steps.append(replace(step, alternatives=()))
    parameters = tuple(replace(one, value=values[one.name]) for one in program.parameters)
    return replace(program, steps=tuple(steps), parameters=parameters)


def in_force(step: Step, choice: Choice) -> Alternative | None:
    """The alternative of a step that a choice has in force."""
    tried = choice.get(step.id, 0)
    return step.alternatives[tried - 1] if 0 < tried <= len(step.alternatives) else None


def following(program: Program, choice: Choice, step: str, code: str) -> dict[str, int] | None:
    """The choice after a step has failed with an error's code; None if nothing was declared for it."""
    for each in program.steps:
        if each.id == step:
            for number in range(choice.get(step, 0), len(each.alternatives)):
                if code in each.alternatives[number].on:
                    return {**choice, step: number + 1}
    return None


def variants(program: Program) -> Iterator[tuple[str, Program]]:
    """Every other program that it may become, with words for it; none if it declares no alternatives."""
    able = [step for step in program.steps if step.alternatives]
    for numbers in itertools.islice(
        itertools.product(*(range(len(step.alternatives) + 1) for step in able)), 1, MOST_VARIANTS
    ):
        choice = {step.id: number for step, number in zip(able, numbers, strict=True) if number}
        yield (
            " and ".join(f"alternative {number} of step '{id}'" for id, number in choice.items()),
            chosen(program, choice),
        )


def flaws(program: Program) -> Iterator[Flaw]:
    """What is wrong with the alternatives themselves."""
    values, places = program.values(), _places(program)
    count = 1
    for step in program.steps:
        count *= len(step.alternatives) + 1
        for number, one in enumerate(step.alternatives, 1):
            if not one.on:
                yield Flaw(step, number, "it must say on which error codes")
            if not (one.arguments or one.values or one.wait_seconds):
                yield Flaw(step, number, "it changes nothing; it needs 'with', 'set' or 'wait'")
            if one.wait_seconds < 0:
                yield Flaw(step, number, f"it cannot wait {one.wait_seconds:g} seconds")
            for name in one.values.keys() - values.keys():
                yield Flaw(step, number, f"the program has no parameter '{name}'")
            for name in one.values.keys() & places:
                yield Flaw(step, number, f"'{name}' decides a region, and no alternative may move a step")
    if count > MOST_VARIANTS:
        last = next(step for step in reversed(program.steps) if step.alternatives)
        yield Flaw(last, 1, f"there are {count} ways through the program; {MOST_VARIANTS} are allowed")


def _places(program: Program) -> set[str]:
    """The parameters that decide regions."""
    try:
        regions = [program.region, *(step.region for step in program.steps)]
        return {reference.name for region in regions for reference in references(region)}
    except BadReference:
        return set()  # which is found elsewhere
