"""What a program adds to the monthly bill, by the one price book that the gym bills by too.

Owns how steps add up; what one costs is in `counting`, the book in `skywright_prices`. What an end saves is
known for what the same program made, and for what is there if that is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skywright.clouds.aws import standing, uncounted
from skywright.clouds.aws.counting import COUNTERS, ENDED_BY, number, type_of
from skywright.clouds.aws.template import find
from skywright.model.program import Program, Step
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value
from skywright_prices.aws import Price, book, disk_month, edition, hours_a_month, machine, provenance

_REFERENCE = re.compile(r"\$\{([A-Za-z_][\w-]*)(?:\.([^}]*))?\}")
_SOME = re.compile(r"\[[^\]]")
_GUESSED = 1.5
_TEMPLATES = ("CreateLaunchTemplate", "CreateLaunchConfiguration")
_NOTHING: Inventory = {}


class Prices:
    """The book as `clouds.base.Prices`, and more."""

    counts_ends: bool = True

    @property
    def provenance(self) -> str:
        """Where the prices are from and of when, in one sentence."""
        return provenance()

    @property
    def edition(self) -> str:
        """Another one where things may cost something else."""
        return edition()

    def hourly(self, instance_type: str, region: str, spot: bool = False) -> float:
        """USD an hour of one Linux machine of that type."""
        return self.price(instance_type, region, spot).usd_hour

    def price(
        self, instance_type: str, region: str, spot: bool = False, cores: int = 0, memory_gib: float = 0.0
    ) -> Price:
        """The price of a machine.

        Args:
            cores, memory_gib: used for types that the book does not have; 0: guessed from the name.
        """
        price = machine(instance_type, region, cores, memory_gib)
        share = float(book()["spot_factor"]) if spot else 1.0
        return Price(round(price.usd_hour * share, 6), price.estimated)

    def sized(self, size: Any, prefix: str, region: str, share: float) -> float:
        """USD a month of a managed machine, by what the same machine costs by itself; an assumption."""
        return self.hourly(type_of(size).removeprefix(prefix), region) * share * hours_a_month()

    def disk_month(self, type: str, gb: float, region: str, iops: float = 0, mbps: float = 0) -> float:
        """USD a month of one disk."""
        return disk_month(type, gb, region, iops, mbps)

    def usd_month(self, program: Program, there: Inventory = _NOTHING) -> float:
        """What performing the program adds to (or takes from) the monthly bill, at full use.

        Args:
            there: what it may change or end; a thing that is not in it is taken to have cost nothing.
        """
        return round(sum(self._by_step(program, there).values()), 2)

    def usd_month_of(self, resource: Resource) -> float:
        """What a thing costs a month as it stands there; 0 if nothing is known."""
        return standing.usd_month(resource)

    def usd_month_most(self, program: Program, there: Inventory = _NOTHING) -> float:
        """The same, with every price at the top of its range, and without what is saved by an end.

        A spot machine costs at most what the same machine costs on demand, unless more is bid. What the
        book does not have is counted half as much again (assumption: it is guessed from the machine's size).
        """
        return _Dearest().usd_month(program, there)

    def _by_step(self, program: Program, there: Inventory) -> Mapping[str, float]:
        values = program.values()
        found: dict[str, float] = {}
        changed: dict[str, str] = {}
        known, steps = _Known(), {step.id: step for step in program.steps}
        for step in program.steps:
            if step.operation is None or _happens(step, values) is False:
                continue
            arguments = _resolved(step.arguments, values)
            counter = COUNTERS.get(str(step.operation))
            if counter is not None:
                arguments, before = known.whole(step, arguments)
                if _happens(step, values):
                    found.pop(before, None)
                region = str(_resolved(step.region or program.region, values))
                now = standing.changed(step.operation, arguments, there)
                if now is None:
                    found[step.id] = counter(self, arguments, region) * _times(step, values)
                    continue
                found.pop(changed.get(now.thing, ""), None)
                changed[now.thing] = step.id
                found[step.id] = counter(self, now.arguments, region) - now.usd_month
            elif step.operation.name in _TEMPLATES:
                known.template(step.id, arguments)
            elif _happens(step, values):
                for made in _ended(step, steps, values) & found.keys():
                    found[step.id] = -found[made]
                if self.counts_ends and (saved := standing.ended(step.operation, arguments, there)):
                    found[step.id] = found.get(step.id, 0.0) - saved
        return found

    def uncounted(self, program: Program) -> tuple[tuple[str, str], ...]:
        """The steps of which it is not known what they cost, each with why."""
        values = program.values()
        known = _Known()
        found: list[tuple[str, str]] = []
        stopped: list[Any] = []
        for step in program.steps:
            if step.operation is None or _happens(step, values) is False:
                continue
            arguments = _resolved(step.arguments, values)
            if step.operation.name in _TEMPLATES:
                known.template(step.id, arguments)
            elif step.operation.name.startswith("Stop"):
                stopped.append(arguments)
            elif step.operation.name.startswith("Start") and arguments in stopped:
                pass  # It is started again: taken to have cost as much before.
            elif why := uncounted.why(step.operation, known.whole(step, arguments)[0]):
                found.append((step.id, why))
            elif str(step.operation) in COUNTERS and _many(step, values) is None:
                found.append((step.id, "how often it is done is known only later"))
        return tuple(found)

    def members(self, group: Mapping[str, Any]) -> float:
        """How many machines a group that scales holds."""
        return number(group.get("DesiredCapacity"), number(group.get("MinSize"), 1))


class _Dearest(Prices):
    """Every price at the top of its range, and every group at its largest; what is to end may stay."""

    counts_ends = False

    def members(self, group: Mapping[str, Any]) -> float:
        return number(group.get("MaxSize"), super().members(group))

    def sized(self, size: Any, prefix: str, region: str, share: float) -> float:
        return super().sized(size, prefix, region, share) * _GUESSED

    def hourly(self, instance_type: str, region: str, spot: bool = False) -> float:
        price = self.price(instance_type, region)
        return price.usd_hour * (_GUESSED if price.estimated else 1.0)


@dataclass(slots=True)
class _Known:
    """What earlier steps say of machines that are started later: templates by their step, groups by name."""

    templates: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    groups: dict[str, tuple[str, Mapping[str, Any]]] = field(
        default_factory=dict[str, tuple[str, Mapping[str, Any]]]
    )

    def template(self, step: str, arguments: Mapping[str, Any]) -> None:
        data = arguments.get("LaunchTemplateData", arguments)
        self.templates[step] = data if isinstance(data, Mapping) else {}

    def whole(self, step: Step, arguments: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
        """The arguments with what is known from before, and the step whose cost this one's stands for."""
        for name in sorted(_referred(step.arguments) & self.templates.keys()) if self.templates else ():
            arguments = {**self.templates[name], **arguments}
        group = arguments.get("AutoScalingGroupName")
        if not isinstance(group, str):
            return arguments, ""
        before, known = self.groups.get(group, ("", {}))
        self.groups[group] = (step.id, {**known, **arguments})
        return self.groups[group][1], before


def _times(step: Step, values: Mapping[str, Value]) -> float:
    many = _many(step, values)
    return 1.0 if many is None else many


def _many(step: Step, values: Mapping[str, Value]) -> float | None:
    """How often a step is done; None: that is known only later."""
    if step.repeat is None:
        return 1.0
    many = number(_resolved(step.repeat, values), -1)
    return None if many < 0 else many


def _happens(step: Step, values: Mapping[str, Value]) -> bool | None:
    """Whether a step is done; None: that is known only later."""
    if step.when is None:
        return True
    text = step.when.strip()
    negated = text.startswith("!")
    name = text.removeprefix("!").strip()
    value = _resolved(name if name.startswith("${") else f"${{{name}}}", values)
    return None if isinstance(value, str) and "${" in value else bool(value) is not negated


def _ended(step: Step, steps: Mapping[str, Step], values: Mapping[str, Value]) -> frozenset[str]:
    """The steps whose things, all of them, the step ends."""
    ended: set[str] = set()
    for reference in _REFERENCE.finditer(str(step.arguments)):
        made = steps.get(reference[1])
        if made is None or str(step.operation) not in ENDED_BY.get(str(made.operation), ()):
            continue
        count = _times(made, values) * max(
            number(_resolved(made.arguments.get(name), values), 1) for name in ("MaxCount", "InstanceCount")
        )
        # `[0]`, a slice or a filter is one of several, or some.
        if count == 1 or not _SOME.search(reference[2] or ""):
            ended.add(made.id)
    return frozenset(ended)


def _referred(value: Value) -> frozenset[str]:
    return frozenset(match[1] for match in _REFERENCE.finditer(str(value)))


def _resolved(value: Value, values: Mapping[str, Value]) -> Any:
    """The value with references to parameters replaced; others stay as they are."""
    if not values:
        return value
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value) if "${" in value else None
        if match and match[1] in values:
            return find(match[2], values[match[1]]) if match[2] else values[match[1]]
        return value
    if isinstance(value, Mapping):
        return {key: _resolved(item, values) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_resolved(item, values) for item in value]
    return value
