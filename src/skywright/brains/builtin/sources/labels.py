"""Values for tags and names of things that exist."""

from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.disks import named_disks
from skywright.brains.builtin.words.tagging import lone_keys, tag_keys
from skywright.brains.builtin.words.vocabulary import words
from skywright.brains.builtin.world import Machine
from skywright.model.values import Value

Options = Mapping[str, Any]

_NO_NEW_NAMES = frozenset({"be", "the", "a", "it", "something"})


def new_tags(filling: Filling, options: Options) -> Value:
    names = {machine.name for machine in filling.world.machines(filling.region)}
    if filling.facts.tags and not names & filling.facts.tags.keys():  # `starting with web-1: the label is …`
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


def renamings(filling: Filling, options: Options) -> Value:
    """Each machine that is renamed, and its new name.

    Raises:
        Ask: No new name was said.
        Cannot: A machine has that name already.
    """
    pairs = _renamings(filling)
    taken = {machine.name for machine in filling.world.machines(filling.region)}
    for _, new in pairs:
        if new in taken:
            raise Cannot(f"there is a machine '{new}' already")
    return [
        {"key": f"{number}", "id": machine.id, "name": new}
        for number, (machine, new) in enumerate(pairs, start=1)
    ]


def renaming_words(filling: Filling, options: Options) -> Value:
    return [f"{machine.label} to {new}" for machine, new in _renamings(filling)]


def _renamings(filling: Filling) -> list[tuple[Machine, str]]:
    """What is renamed, and to what: as many names as machines, or else the first of each."""
    facts = filling.facts
    there = filling.named_here()
    others = [*_after_to(filling), *_beside(filling, there), *facts.names, *facts.mentions]
    present = {machine.name for machine in there}
    new = [name for name in dict.fromkeys([*facts.names, *facts.mentions]) if name not in present]
    if len(there) == len(new) > 1:
        return list(zip(there, new, strict=True))
    taken = {machine.name for machine in there[:1]}
    names = [name for name in others if name not in taken and name.lower() not in _NO_NEW_NAMES]
    if not names:
        raise Ask("name", "What should it be called?")
    return [(there[0] if there else filling.machine, names[0])]


def _after_to(filling: Filling) -> list[str]:
    tokens = filling.facts.tokens
    return [token.text for at, token in enumerate(tokens) if at and tokens[at - 1].word in {"to", "as"}]


def _beside(filling: Filling, there: list[Machine]) -> list[str]:
    """`call web-1 frontdoor`: the word that stands behind the name that a machine has."""
    tokens, names = filling.facts.tokens, {machine.name for machine in there}
    return [
        token.text
        for before, name, token in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if before.word in words("naming") and name.text in names
        if token.kind in ("name", "quoted") or token.word not in filling.known_words
    ]
