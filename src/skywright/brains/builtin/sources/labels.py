"""Values for tags and names of things that exist."""

from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.disks import named_disks
from skywright.brains.builtin.words.tagging import lone_keys, tag_keys
from skywright.brains.builtin.world import Machine
from skywright.model.values import Value

Options = Mapping[str, Any]


def new_tags(filling: Filling, options: Options) -> Value:
    if filling.facts.tags:
        return [{"Key": key, "Value": value} for key, value in filling.facts.tags.items()]
    raise Ask("tags", "Which tag, as key=value?")


def _things(filling: Filling) -> tuple[list[str], list[str]]:
    """Ids and labels of what is named: any resource by id, disks by name, or machines."""
    others = [id for id in filling.facts.ids if not id.startswith(("i-", "arn:"))]
    disks = [str(row["VolumeId"]) for row in named_disks(filling, filling.region)]
    found = list(dict.fromkeys([*others, *disks]))
    if found and not filling.named_here():
        return found, found
    machines: list[Machine] = filling.machines
    return [*(machine.id for machine in machines), *found], [*(machine.label for machine in machines), *found]


def tagged_things(filling: Filling, options: Options) -> Value:
    return list(_things(filling)[0])


def tagged_labels(filling: Filling, options: Options) -> Value:
    return list(_things(filling)[1])


def old_tags(filling: Filling, options: Options) -> Value:
    """The tags to be removed: as said, or those of the machines that are named."""
    if filling.facts.tags:
        return [{"Key": key} for key in filling.facts.tags]
    spoken = {token.text.lower().strip("\"'") for token in filling.facts.tokens}
    spoken |= {key.lower() for key in lone_keys(filling.facts.tokens)}
    there = {
        key for machine in filling.machines for key in machine.tags if key.lower() in spoken and key != "Name"
    }
    said = {
        token.text for token in filling.facts.tokens if token.text.lower() in tag_keys(filling.facts.tokens)
    }
    said |= set(lone_keys(filling.facts.tokens))
    said -= {machine.name for machine in filling.machines}
    if not there and said:
        filling.assume(f"There is no tag {', '.join(sorted(said))}, so there is nothing to remove.")
        there = said
    if not there:
        keys = sorted({key for machine in filling.machines for key in machine.tags if key != "Name"})
        raise Ask("tags", "Which tag should go?", tuple(keys))
    return [{"Key": key} for key in sorted(there)]


def tag_words(filling: Filling, options: Options) -> Value:
    tags: Any = filling.values.get("tags") or []
    return ", ".join(str(tag["Key"]) for tag in tags)


def _rename(filling: Filling) -> tuple[Machine, str]:
    """What is renamed, and to what: the existing one that is named first, and the name after `to`."""
    facts = filling.facts
    there = filling.named_here()
    taken = {machine.name for machine in there[:1]}
    after_to = [
        token.text
        for at, token in enumerate(facts.tokens)
        if at and facts.tokens[at - 1].word in {"to", "as"}
    ]
    others = [*after_to, *facts.names, *facts.mentions]
    names = [
        name
        for name in others
        if name not in taken and name.lower() not in {"be", "the", "a", "it", "something"}
    ]
    if not names:
        raise Ask("name", "What should it be called?")
    return (there[0] if there else filling.machine), names[0]


def renamed(filling: Filling, options: Options) -> Value:
    machine, new = _rename(filling)
    if any(other.name == new for other in filling.world.machines(filling.region)):
        raise Cannot(f"there is a machine '{new}' already")
    return machine.id


def renamed_label(filling: Filling, options: Options) -> Value:
    return _rename(filling)[0].label


def new_name(filling: Filling, options: Options) -> Value:
    return _rename(filling)[1]
