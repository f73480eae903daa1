"""That a change keeps to the machines which were named, if any were.

The last look at a plan, whatever read the words: who names a machine and speaks of no others means that one.
"""

import re

from skywright.brains.builtin import library
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.brains.builtin.world import Machine, World
from skywright.model.advice import Plan, Question, Unclear, Understanding
from skywright.model.values import texts

_ID = re.compile(r"i-[0-9a-f]{8,}$")
_MOST_CHOICES = 12


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
    named = [machine for machine in world.machines(region) if _is_named(machine, words)]
    strays = [machine for machine in machines if machine not in named and not _is_hinted(machine, words)]
    if not named or not strays:
        return understood
    labels = tuple(dict.fromkeys(machine.label for machine in named))
    text = f"Which machine? Named {'is' if len(labels) == 1 else 'are'} {', '.join(labels[:_MOST_CHOICES])}."
    return Unclear((Question("vm", text, labels[:_MOST_CHOICES]),), understood.summary)


def _is_named(machine: Machine, words: str) -> bool:
    keys = (machine.id, machine.name, machine.row.get("PublicIpAddress"), machine.row.get("PrivateIpAddress"))
    return any(re.search(rf"(?<![\w.-]){re.escape(key)}(?![\w-])", words, re.I) for key in keys if key)


def _is_hinted(machine: Machine, words: str) -> bool:
    """Whether a word says what kind of machine it is, such as `web` in `the web servers`."""
    parts = machine.kinds | {machine.type, machine.state} - {""}
    said = set(re.findall(r"[\w.-]+", words.lower()))
    return bool(parts & (said | {word.removesuffix("s") for word in said}))
