"""A task: what is there before, what is meant, what is to come of it, and a cheat that does it.

Knows neither files nor who fights nor how an account is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from skywright.model.program import Program
from skywright.model.values import Value
from skywright_bench.oracles.conditions import World
from skywright_bench.oracles.form import Wanted
from skywright_bench.oracles.intents import Intent

STAGES = ("provisioning", "update", "monitoring", "diagnosis", "repair", "cost", "security")
HOME_REGION = "us-east-1"
"""Where a task plays whose prompt names no place."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A program that makes what is there before.

    Attributes:
        values: for its parameters, whatever the prompt says; texts may hold `${param}`.
        follows: whether it takes all params of the prompt, and not just the region and the machines' names.
    """

    program: Program
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    follows: bool = False

    def fitted(self, intent: Intent) -> Program:
        """The program as a prompt needs it."""
        if self.follows:
            return fitted(self.program, intent)
        world = World({}, {**intent.row, "region": region_of(intent)})
        own = {name: world.value(value) for name, value in self.values.items()}
        there = {"region": intent.get("region"), "names": intent.all("vms") or None}
        return fitted(self.program, Intent({**there, **own}))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong end, made by hand, that the task's oracle must catch.

    Attributes:
        says: what is wrong with it.
        after_cheat: whether the cheat comes first.
        program: what is done then; an answer of its own stands in place of the cheat's.
    """

    says: str
    after_cheat: bool
    program: Program


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done to an account, or to be told of it.

    Attributes:
        set: the folder that it is in, such as `paper`.
        intent: what every prompt of it means, completed by the prompt's own params.
        setups: programs that make what is there before.
        faults: what the gym is told to have wrong before the set-ups, in the region that the prompt means.
        load: what traffic load balancers get once all of that is there.
        incident: faults after the set-ups; they may name machines, by their names.
        passed_hours: how much time passes then, before anybody is asked.
        wanted: what is to come of it, in rows; None if the kind of the intent says that.
        program: one that does it whatever goes wrong meanwhile, by alternatives; performed by Skywright's
            runner, to measure that.
        declines: modalities that cannot do it; there it is right to change nothing and to name one that can.
        cheat: a program that does it without having been asked in words: the oracle must pass it.
        wrong: ends that the oracle must catch.
    """

    id: str
    set: str
    title: str
    stage: str
    intent: Mapping[str, Any]
    setups: tuple[Setup, ...]
    faults: tuple[Mapping[str, Any], ...]
    cheat: Program
    load: tuple[Mapping[str, Any], ...] = ()
    incident: tuple[Mapping[str, Any], ...] = ()
    passed_hours: float = 0.0
    wanted: Wanted | None = None
    program: Program | None = None
    declines: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    cloud: str = "aws"

    def meant(self, params: Mapping[str, Any]) -> Intent:
        """What a prompt with these params means."""
        return Intent({**self.intent, **params})

    def regions(self, intent: Intent) -> frozenset[str]:
        """Where its things are."""
        world = World({}, intent.row)
        fixed = [setup.values["region"] for setup in self.setups if "region" in setup.values]
        return frozenset({HOME_REGION, region_of(intent), *(str(world.value(region)) for region in fixed)})


@dataclass(frozen=True, slots=True)
class Prompt:
    """One way to ask for a task.

    Attributes:
        params: what was meant, for the oracle alone.
    """

    task: str
    text: str
    params: Mapping[str, Any]
    cloud: str = "aws"


def region_of(intent: Intent) -> str:
    """Where a prompt's trial plays."""
    return str(intent.get("region") or HOME_REGION)


def fitted(program: Program, intent: Intent) -> Program:
    """The program with the values of an intent for those of its parameters that the intent has."""
    values = {parameter.name: _value(parameter.name, intent) for parameter in program.parameters}
    if names := values.get("names"):
        values["count"] = len(cast("list[Value]", names))
    if tags := intent.get("tags"):
        values |= {"tags": [{"Key": key, "Value": value} for key, value in tags.items()], "tagged": True}
    changed = tuple(
        parameter if values[parameter.name] is None else replace(parameter, value=values[parameter.name])
        for parameter in program.parameters
    )
    return replace(program, parameters=changed)


def _value(name: str, intent: Intent) -> Value:
    if name == "names" and intent.get("prefix") and not intent.get("names"):
        return [
            f"{intent.get('prefix').rstrip('-*')}-{number + 1}" for number in range(intent.get("count", 1))
        ]
    if name in ("vms", "names"):
        return cast(Value, intent.all(name) or None)
    return cast(Value, intent.get(name))
