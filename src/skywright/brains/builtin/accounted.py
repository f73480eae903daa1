"""Whether a plan takes everything into account that was said: nothing is left out silently.

Owns the comparison of values in the words (sizes, ports, types, identifiers, addresses, tags, names)
with the program. What does not come back in the program was not understood, and then it is better to
ask than to act on half of a request. Must not know recipes.
"""

import json
import re
from collections.abc import Mapping, Sequence

from skywright.brains.builtin.words.facts import Facts
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.world import Machine
from skywright.model.program import Program

_RELATIVE = re.compile(
    r"\b(?:add|plus|by|more|extra|additional|another|bigger|larger|from|free|left|full|instead|currently|"
    r"at the moment|total|altogether|about|around|roughly|at least|minimum|or so)\b"
)


_LIKE_NAME = re.compile(r"^[a-z][\w-]*[-_](?:\d+|lb|alb|nlb|elb)$")
"""What is a name and nothing else, such as `web-3` and `front-lb`."""


def forgotten(
    facts: Facts,
    program: Program,
    machines: Sequence[Machine],
    others: Mapping[str, str] | None = None,
) -> list[str]:
    """What was said as a value and is nowhere in the program, as it was said.

    Args:
        machines: that exist, so that a name of one is taken into account by its id, or by that of
            a disk or a security group which it has.
        others: the ids of what else exists, by name in lower case.
    """
    held = values_of(program)
    there = {machine.name.lower(): _standing_for(machine) for machine in machines}
    there |= {name: (id,) for name, id in (others or {}).items() if name not in there}
    accounted = {name for name, ids in there.items() if any(id.lower() in held for id in ids)}
    present = {machine.type.lower() for machine in machines}
    found = [value for value in facts.ids if value.lower() not in held]
    found += [value for value in facts.types if value.lower() not in held and value.lower() not in present]
    found += [f"{cidr}" for cidr in facts.cidrs if cidr.split("/")[0] not in held]
    found += [t.text for t in facts.tokens if t.kind == "path" and t.text.lower() not in held]
    meant = [machine.tags for machine in machines if machine.id.lower() in held]
    found += [
        f"{key}={value}"
        for key, value in facts.tags.items()
        if _written(value)[1:-1].lower() not in held
        and not (meant and all(tags.get(key) == value for tags in meant))  # they were picked by it
    ]
    found += [
        name
        for name in facts.names
        if _written(name)[1:-1].lower() not in held and name.lower() not in accounted
    ]
    found += [
        token.text
        for token in facts.tokens
        if token.kind == "name"
        and _LIKE_NAME.search(token.word)
        and token.word not in held
        and token.word not in facts.others | there.keys()
    ]
    found += [facts.balancer] if facts.balancer.lower() not in held else []
    for token in facts.tokens:
        said = token.text.lower().removesuffix("'s")
        if (
            token.kind == "quoted"
            and _written(said)[1:-1] not in held
            and said not in accounted
        ):
            found.append(token.text)
    return [*found, *_numbers(facts, held)]


def _standing_for(machine: Machine) -> tuple[str, ...]:
    return (machine.id, *machine.disks, *machine.groups)


def values_of(program: Program) -> str:
    """Every value in the program, as one text in lower case."""
    parts = [_written(parameter.value) for parameter in program.parameters]
    parts += [_written(step.arguments) for step in program.steps]
    return " ".join(parts).lower() + f" {program.region} {program.name}"


def _written(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _numbers(facts: Facts, held: str) -> list[str]:
    numbers = {f"{float(number):g}" for number in re.findall(r"\d+(?:\.\d+)?", held)}
    relative = bool(_RELATIVE.search(facts.words)) or facts.factor is not None
    known = {str(facts.count)}
    # The number of machines may be that of a list of names; a port that is said must be opened or used.
    found: list[str] = []
    for number in quantities(facts.tokens):
        text = f"{number.value:g}"
        said = " ".join(token.text for token in facts.tokens[number.first : number.last])
        if text in numbers or (number.unit == "gb" and str(round(number.value)) in numbers):
            continue
        size = number.unit == "gb" and not relative and facts.memory_gb != number.value
        year = 1950 <= number.value <= 2100
        bare = number.unit == "" and not relative and number.value >= 20 and text not in known and not year
        if size or bare or number.unit == "percent":
            found.append(said)
    return found
