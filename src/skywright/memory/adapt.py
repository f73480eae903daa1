"""An entry for the words at hand: its program with their values, or why it may not be what is meant.

What is certain here is the meaning of the words and of the names in them. That the program is allowed, and
works, is proven afterwards, as of any other.
"""

from dataclasses import replace

from skywright.brains.model.observe import beside
from skywright.clouds.base import Effects
from skywright.memory.entry import Entry, Slot
from skywright.memory.generalise import meant, program_of
from skywright.memory.words import Mention, read
from skywright.model.call import Trace
from skywright.model.program import Parameter, Program
from skywright.model.resource import Inventory
from skywright.model.values import Value


class Uncertain(Exception):
    """It may not be what is meant. What it says is one sentence."""


def adapted(entry: Entry, words: str, inventory: Inventory) -> Program:
    """The entry's program for these words.

    Raises:
        Uncertain: It may not be what is meant.
        Malformed: The entry's program is none.
    """
    then, now = read(entry.request), read(words)
    if then.shape != now.shape or len(then.mentions) != len(now.mentions):
        raise Uncertain("the words say something else")
    free = {slot.mention for slot in entry.slots}
    for at, (old, new) in enumerate(zip(then.mentions, now.mentions, strict=True)):
        if at not in free and old != new:
            raise Uncertain(f"'{new.text}' fits no parameter")
    texts = [mention.text.lower() for mention in now.mentions]
    if any(texts.count(texts[at]) > 1 for at in free):
        raise Uncertain("one value is said twice")
    gone = sorted(id for id in entry.relied if id not in inventory)
    if gone:
        raise Uncertain(f"{gone[0]}, which it goes by, is not there any more")
    program = program_of(entry)
    values = {slot.parameter: _value(slot, now.mentions[slot.mention], inventory) for slot in entry.slots}
    parameters = tuple(_given(each, values) for each in program.parameters)
    return replace(program, parameters=parameters, request=words, name=_name(words))


def _given(parameter: Parameter, values: dict[str, Value]) -> Parameter:
    value = values.get(parameter.name, parameter.value)
    return replace(parameter, value=int(str(value)) if parameter.type == "integer" else value)


def _value(slot: Slot, mention: Mention, inventory: Inventory) -> Value:
    if slot.means == "resource":
        thing = meant(mention, inventory, slot.type)
        if thing is None:
            raise Uncertain(f"'{mention.text}' is not the name of one {slot.type}")
        return thing.id
    if slot.means == "number" and not (mention.text.isdigit() and 0 < int(mention.text) < 10**6):
        raise Uncertain(f"'{mention.text}' is no plain number")
    return mention.text


def strayed(words: str, trace: Trace, inventory: Inventory, effects: Effects) -> str:
    """What the program changed in a copy that the words do not name, in a sentence; empty if nothing."""
    things = (meant(mention, inventory) for mention in read(words).mentions)
    named = frozenset(one.id for one in things if one is not None)
    known = named | beside(named, inventory)
    for call in trace:
        if call.effect.mutates and call.outcome is not None and call.outcome.ok:
            for id, _ in effects.touched(call.operation, call.arguments):
                if id in inventory and id not in known:
                    return f"{call.operation} changes {inventory[id].name or id}, which the words do not name"
    return ""


def _name(words: str) -> str:
    return " ".join(words.split())[:60]
