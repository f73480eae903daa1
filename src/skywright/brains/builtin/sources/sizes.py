"""Machine types: by name, by description, or relative to what is there; looked up in the cloud's own list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.world import Machine, Row, filters
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value

DEFAULT = "t3.micro"
_WORDS = {
    "nano": "t3.nano",
    "micro": "t3.micro",
    "tiny": "t3.micro",
    "smallest": "t3.nano",
    "cheapest": "t3.nano",
    "little": "t3.micro",
    "small": "t3.small",
    "medium": "t3.medium",
    "large": "t3.large",
    "xlarge": "t3.xlarge",
    "2xlarge": "t3.2xlarge",
    "4xlarge": "m5.4xlarge",
    "big": "t3.xlarge",
    "huge": "m5.4xlarge",
    "beefy": "m5.2xlarge",
    "powerful": "m5.2xlarge",
}
_FAMILIES = {
    r"memory[- ]optimi[sz]ed": "r6i.large",
    r"compute[- ]optimi[sz]ed": "c6i.large",
    r"general[- ]purpose": "m6i.large",
    r"gpu": "g4dn.xlarge",
    r"graviton|arm64|\barm\b": "t4g.micro",
}
_LIKE = re.compile(
    r"\b(?:like|identical to|same as|(?:copy|twin|clone|sibling) of"
    r"|same (?:size|type|kind|specs?)[^.]{0,12}? as)"
    r" (?:the |our |my )?(?:\w+ )?§"
)
_STEPS = ("nano", "micro", "small", "medium", "large", "xlarge", "2xlarge")


@dataclass(frozen=True, slots=True)
class MachineType:
    name: str
    cores: int
    memory_gb: float
    architecture: str


def chosen_type(filling: Filling, architecture: str = "") -> MachineType:
    """The type that the words ask for; `t3.micro` if they say nothing of size.

    Raises:
        Ask: There is no such type; the question names the nearest.
    """
    facts = filling.facts
    if facts.types:
        return named_type(filling, facts.types[0])
    if _LIKE.search(facts.words) and facts.cores is None and facts.memory_gb is None:
        models = filling.named_here()
        if models:
            filling.assume(f"The type is that of {models[0].label}, {models[0].type}.")
            return named_type(filling, models[0].type)
    if facts.cores is not None or facts.memory_gb is not None:
        other = re.search(r"\b(?:windows|ubuntu|debian|rhel|red ?hat|suse|intel|amd|x86\w*)\b", facts.words)
        found = cheapest(filling, facts.cores, facts.memory_gb, architecture or ("x86_64" if other else ""))
        filling.assume(
            f"{found.name} is the cheapest current type with {found.cores} cores and {found.memory_gb:g} GiB"
            + (" (an ARM processor)." if found.architecture == "arm64" else ".")
        )
        return found
    for family, name in _FAMILIES.items():
        if re.search(family, facts.words):
            filling.assume(f"The type is {name}.")
            return named_type(filling, name)
    if facts.size_word:
        name = _WORDS[facts.size_word]
        filling.assume(f"'{facts.size_word}' is taken as {name}.")
        return named_type(filling, name)
    return MachineType(DEFAULT, 2, 1, "x86_64")


def named_type(filling: Filling, name: str) -> MachineType:
    try:
        rows = filling.world.rows(
            "ec2:DescribeInstanceTypes", "InstanceTypes", filling.region, {"InstanceTypes": [name]}
        )
    except CloudFailed as failed:
        if "InstanceType" not in failed.code:
            raise
        rows = []
    if rows:
        return _parsed(rows[0])
    family = name.split(".")[0]
    near = filling.world.rows(
        "ec2:DescribeInstanceTypes", "InstanceTypes", filling.region, filters(instance_type=f"{family[:2]}*")
    )
    names = [str(row["InstanceType"]) for row in near] or list(_WORDS.values())
    slips = [known for known in names if OSA.distance(name, known) == 1 and _alike(name, known)]
    if len(slips) == 1:
        filling.assume(f"There is no machine type {name}; it is taken as {slips[0]}.")
        meant = tuple(slips[0] if said == name else said for said in filling.facts.types)
        filling.facts = replace(filling.facts, types=meant)
        return named_type(filling, slips[0])
    choices = tuple(str(hit[0]) for hit in process.extract(name, names, limit=5))
    raise Ask(
        "type", f"There is no machine type {name} in {filling.region}. Which one should it be?", choices
    )


def _alike(said: str, known: str) -> bool:
    """Whether only letters of the size may have slipped: a family or a number is never guessed."""
    return said.split(".")[0] == known.split(".")[0] and re.findall(r"\d", said) == re.findall(r"\d", known)


def _offered(filling: Filling) -> set[str]:
    """The types that can be had in the zone where the machines are, or where new ones would go."""
    subnets = filling.world.subnets(filling.region, filling.world.default_network(filling.region))
    zones = {machine.zone for machine in filling.settled} or {
        str(row["AvailabilityZone"]) for row in subnets[:1]
    }
    offered: list[set[str]] = []
    for zone in sorted(zones):
        wanted = {"LocationType": "availability-zone", **filters(location=zone)}
        rows = filling.world.rows(
            "ec2:DescribeInstanceTypeOfferings", "InstanceTypeOfferings", filling.region, wanted
        )
        offered.append({str(row["InstanceType"]) for row in rows})
    return set.intersection(*offered) if offered else set()


def cheapest(
    filling: Filling, cores: float | None, memory_gb: float | None, architecture: str = ""
) -> MachineType:
    """The cheapest current type with exactly so many cores and so much memory, or the next above if none has.

    Only those that can be had in the machines' zone, if the cloud tells which these are.

    Raises:
        Cannot: No type is that large.
    """
    wanted: dict[str, str] = {"current_generation": "true"}
    if cores is not None:
        wanted["vcpu_info__default_vcpus"] = f"{cores:g}"
    if memory_gb is not None:
        wanted["memory_info__size_in_mib"] = f"{memory_gb * 1024:g}"
    rows = filling.world.rows("ec2:DescribeInstanceTypes", "InstanceTypes", filling.region, filters(**wanted))
    if not _usable(rows):
        every = filling.world.rows(
            "ec2:DescribeInstanceTypes", "InstanceTypes", filling.region, filters(current_generation="true")
        )
        rows = [row for row in every if _at_least(_parsed(row), cores, memory_gb)]
        smallest = min((_parsed(row).cores * 4 + _parsed(row).memory_gb for row in _usable(rows)), default=0)
        rows = [row for row in rows if _parsed(row).cores * 4 + _parsed(row).memory_gb <= smallest]
    usable = [kind for kind in map(_parsed, _usable(rows)) if architecture in ("", kind.architecture)]
    offered = _offered(filling)
    usable = [kind for kind in usable if kind.name in offered] or usable
    if not usable:
        raise Cannot(
            f"no machine type in {filling.region} has {cores or 'any'} cores and {memory_gb or 'any'} "
            f"GiB of memory"
        )
    return min(usable, key=lambda kind: (_price(filling, kind.name), kind.name))


def _usable(rows: Sequence[Row]) -> list[Row]:
    return [
        row
        for row in rows
        if not row.get("BareMetal")
        and "on-demand" in row.get("SupportedUsageClasses", ["on-demand"])
        and {"x86_64", "arm64"} & set(row["ProcessorInfo"]["SupportedArchitectures"])
    ]


def _at_least(kind: MachineType, cores: float | None, memory_gb: float | None) -> bool:
    return kind.cores >= (cores or 0) and kind.memory_gb >= (memory_gb or 0)


def _price(filling: Filling, name: str) -> float:
    """By the price list; a type that it does not know costs more than any that it does."""
    arguments: dict[str, Value] = {"InstanceType": name, "MinCount": 1, "MaxCount": 1}
    step = Step("vm", Operation("ec2", "RunInstances"), arguments=arguments)
    cost = filling.world.context.cloud.prices.usd_month(Program("price", (step,), region=filling.region))
    return cost if cost > 0 else float("inf")


def _parsed(row: Row) -> MachineType:
    architectures = row["ProcessorInfo"]["SupportedArchitectures"]
    return MachineType(
        str(row["InstanceType"]),
        int(row["VCpuInfo"]["DefaultVCpus"]),
        float(row["MemoryInfo"]["SizeInMiB"]) / 1024,
        "x86_64" if "x86_64" in architectures else str(architectures[0]),
    )


def new_type(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The type that existing machines are to become: named, described, twice as large, one step up or down.

    Raises:
        Ask: No size was said.
    """
    facts = filling.facts
    machines = filling.machines
    if facts.types:
        return _fitting(filling, machines, named_type(filling, facts.types[-1]))
    if facts.cores is not None or facts.memory_gb is not None:
        return _fitting(filling, machines, chosen_type(filling, _architecture(machines)))
    kinds = sorted({machine.type for machine in machines})
    factor = facts.factor or (
        2.0 if "bigger" in facts.concepts else 0.5 if "smaller" in facts.concepts else None
    )
    if (
        factor is None
        and re.search(r"\b(?:upgrade|upsize|scale up|bump|beef|increase|grow)", facts.words)
        and not facts.size_word
    ):
        factor = 2.0
    if (
        factor is None
        and re.search(r"\b(?:downgrade|downsize|scale down|shrink)", facts.words)
        and not facts.size_word
    ):
        factor = 0.5
    if facts.size_word and factor is None:
        family = kinds[0].split(".")[0]
        size = (
            facts.size_word
            if facts.size_word in _STEPS or facts.size_word.endswith("xlarge")
            else _WORDS[facts.size_word].split(".")[1]
        )
        return _fitting(filling, machines, named_type(filling, f"{family}.{size}"))
    if factor is None:
        raise Ask("type", "Which size should it become?", _steps(kinds[0]))
    if len(kinds) > 1:
        raise Ask(
            "type", f"The machines have different types ({', '.join(kinds)}). Which type should they become?"
        )
    return _scaled(filling, kinds[0], factor)


def _architecture(machines: Sequence[Machine]) -> str:
    return str(machines[0].row.get("Architecture", "x86_64"))


def _steps(kind: str) -> tuple[str, ...]:
    family = kind.split(".")[0]
    return tuple(f"{family}.{size}" for size in _STEPS if f"{family}.{size}" != kind)


def _scaled(filling: Filling, kind: str, factor: float) -> str:
    """The type of the same family with so many times the memory, and the cores too where the family has
    one."""
    now = named_type(filling, kind)
    family = kind.split(".")[0]
    rows = filling.world.rows(
        "ec2:DescribeInstanceTypes", "InstanceTypes", filling.region, filters(instance_type=f"{family}.*")
    )
    others = [_parsed(row) for row in rows if str(row["InstanceType"]).split(".")[0] == family]
    exact = [other for other in others if other.memory_gb == now.memory_gb * factor]
    if not exact:
        raise Ask(
            "type",
            f"There is no {family} type with {factor:g} times the size of {kind}. Which one should it be?",
            tuple(sorted(other.name for other in others if other.name != kind))[:8],
        )
    best = min(exact, key=lambda other: (abs(other.cores - now.cores * factor), other.name))
    filling.assume(
        f"{best.name} has {best.cores} cores and {best.memory_gb:g} GiB; {kind} has {now.cores} "
        f"and {now.memory_gb:g}."
    )
    return best.name


def _fitting(filling: Filling, machines: Sequence[Machine], kind: MachineType) -> str:
    for machine in machines:
        architecture = str(machine.row.get("Architecture", kind.architecture))
        if architecture != kind.architecture:
            raise Cannot(
                f"{machine.label} runs on {architecture} and {kind.name} is {kind.architecture}: "
                f"its image would not start there"
            )
    return kind.name


def max_price(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The most that an hour of a spot machine may cost, as the API takes it; None if nothing was said."""
    said = pattern("max_price").search(filling.facts.spoken)
    return said[1].replace(" ", "") if said else None
