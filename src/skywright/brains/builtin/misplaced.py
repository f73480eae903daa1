"""Places within a region that were said and that a plan leaves out: zones, subnets, security groups.

A plan knows these by identifiers, so that a look at the target has to tell whether they come back.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from skywright.brains.builtin.accounted import values_of
from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.world import World, tags
from skywright.model.program import Program

_ZONE = re.compile(r"\b[a-z]{2}(?:-gov)?-[a-z]+-\d[a-z]\b")


def misplaced(words: str, facts: Facts, program: Program, world: World, region: str) -> list[str]:
    """Zones and subnets that were said and do not come back in the program, as they were said.

    Args:
        words: the whole request: where something should be may be told in a sentence of its own.
    """
    zones = set(_ZONE.findall(words.lower()))
    named = _subnets_named(facts)
    if not zones and not named:
        return []
    held = values_of(program)
    subnets = world.all_subnets(region)
    there = {str(row["AvailabilityZone"]) for row in subnets if str(row["SubnetId"]) in held}
    there |= {machine.zone for machine in world.machines(region) if machine.id in held}
    there |= {str(row["AvailabilityZone"]) for row in world.volumes(region) if str(row["VolumeId"]) in held}
    ids = {tags(row).get("Name", "").lower(): str(row["SubnetId"]) for row in subnets}
    left = [zone for zone in sorted(zones) if zone not in held and zone not in there]
    return left + [
        name for name in named if name in ids and (ids[name] not in held or _as_name(name, program))
    ]


def _subnets_named(facts: Facts) -> list[str]:
    """What stands right after `subnet`, in lower case."""
    tokens = facts.tokens
    return [after.word for before, after in pairwise(tokens) if before.word == "subnet"]


def _as_name(name: str, program: Program) -> bool:
    """Whether the program takes a subnet's name for that of something to be made."""
    values: Iterable[object] = (p.value for p in program.parameters if p.name.endswith("names"))
    return any(isinstance(value, list) and name in value for value in values)
