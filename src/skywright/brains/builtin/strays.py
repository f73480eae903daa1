"""That a change keeps to the machines which were named, if any were, and leaves none of them out.

The last look at a plan, whatever read the words: who names a machine and speaks of no others means that one.
"""

import re
from collections.abc import Sequence

from skywright.brains.builtin import library
from skywright.brains.builtin.rewording.making import MAKING
from skywright.brains.builtin.rewording.reader import values
from skywright.brains.builtin.rewording.second import EXACT
from skywright.brains.builtin.words.lexicon import Lexicon
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.world import Machine, World
from skywright.model.advice import Plan, Question, Unclear, Understanding
from skywright.model.values import texts

_ID = re.compile(r"i-[0-9a-f]{8,}$")
_MOST_CHOICES = 12
_MACHINE = r"(?:vm|machine|server|box|instance|node|host|computer|one)(?:e?s)?\b"
_SURELY_A_NAME = 0.95
_SEVERAL = re.compile(r"[*#\[\]{}]|\.\.|\d-\d")
"""In what stands for several names, such as `web-1..3`."""


def speaks_of_all(words: str) -> bool:
    """Whether the words speak of more machines than they name; `all day` does not."""
    said = pattern("not_machines").sub(" ", words.lower())
    return pattern("others_too").search(said) is not None


def kept_to_named(understood: Understanding, words: str, world: World) -> Understanding:
    """The same; a question if it changes machines that were not named though others were.

    What was answered counts as said.
    """
    words = " ".join((words, *world.context.answers.values()))
    if not isinstance(understood, Plan) or speaks_of_all(words):
        return understood
    if not any(recipe.changes for recipe in library.recipes_of(understood.program)):
        return understood
    region = understood.program.region or world.context.region
    touched = {text for text in texts(understood.program.values()) if _ID.match(text)}
    machines = [machine for machine in world.machines(region) if machine.id in touched]
    here = world.machines(region)
    named = [machine for machine in here if _is_named(machine, words)]
    strays = [machine for machine in machines if machine not in named and not _is_hinted(machine, words)]
    if (
        not named
        and len(here) > 1
        and _ends(understood)
        and not all(_is_of_kind(one, words) for one in machines)
    ):
        text = "Which machine? Say its name, since it would be gone for good."
        return Unclear((Question("vm", text, _labels(here)),), understood.summary)
    if not named or not strays:
        return understood
    labels = _labels(named)
    text = f"Which machine? Named {'is' if len(labels) == 1 else 'are'} {', '.join(labels)}."
    return Unclear((Question("vm", text, labels),), understood.summary)


def _labels(machines: Sequence[Machine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(machine.label for machine in machines))[:_MOST_CHOICES]


def _ends(plan: Plan) -> bool:
    """Whether machines are gone for good after it."""
    return any(str(step.operation) == "ec2:TerminateInstances" for step in plan.program.steps)


def _is_of_kind(machine: Machine, words: str) -> bool:
    """Whether the words speak of machines of its kind: `the web servers`, not `is there an API`."""
    kinds = "|".join(re.escape(kind) for kind in machine.kinds | {machine.type, machine.state} - {""})
    return bool(kinds) and bool(
        re.search(rf"\b(?:{kinds})s?[ -](?:\w+ )?{_MACHINE}|\b(?:{kinds})s\b", words, re.I)
    )


def all_made(understood: Understanding, words: str, lexicon: Lexicon, world: World) -> Understanding:
    """The same; a question if machines are to be made and what surely names one is the name of none.

    Where it was said how many, and as many are named, no name is missing.
    """
    if not isinstance(understood, Plan) or EXACT.search(words):
        return understood
    intent = library.intent_of(understood.program)
    if intent not in MAKING:
        return understood
    region = understood.program.region or world.context.region
    values_held = [text.lower() for text in texts(understood.program.values())]
    world.volumes(region)
    if there := sorted(set(values_held) & world.named_things(region).keys()):
        text = f"{there[0]} is a disk or a load balancer that exists. What should the new machine be called?"
        return Unclear((Question("names", text),), understood.summary)
    held = " ".join(values_held)
    said = values(words, lexicon, (), intent)
    sure = [name for name, odds in said.names.items() if odds >= _SURELY_A_NAME]
    left = [name for name in sure if name.lower() not in held]
    counted = bool(said.all("count")) and len(sure) - len(left) == understood.program.values().get("count")
    if not left or counted or any(_SEVERAL.search(name) for name in left):
        return understood
    text = f"Is {' or '.join(left)} the name of a machine to be made? Please give the names of all of them."
    return Unclear((Question("names", text),), understood.summary)


def _is_named(machine: Machine, words: str) -> bool:
    keys = (machine.id, machine.name, machine.row.get("PublicIpAddress"), machine.row.get("PrivateIpAddress"))
    return any(re.search(rf"(?<![\w.-]){re.escape(key)}(?![\w-])", words, re.I) for key in keys if key)


def _is_hinted(machine: Machine, words: str) -> bool:
    """Whether a word says what kind of machine it is, such as `web` in `the web servers`."""
    parts = machine.kinds | {machine.type, machine.state} - {""}
    said = set(re.findall(r"[\w.-]+", words.lower()))
    return bool(parts & (said | {word.removesuffix("s") for word in said}))
