"""Steps that make something: new resources, or the one that is there already for the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from skywright.program.emit.hcl.configuration import Resource
from skywright.program.emit.hcl.draft import Draft
from skywright.program.emit.hcl.nodes import Node, plain, ref
from skywright.program.emit.hcl.table import evaluated, table
from skywright.program.emit.hcl.words import shaped


def make(draft: Draft, row: Mapping[str, Any], rounds: Sequence[Mapping[str, Node]]) -> list[Node]:
    """What the row says is made, once for each round; what each of them is answered."""
    wanted: list[dict[str, Node]] = []
    for arguments in rounds:
        items = evaluated(row["each"], arguments) or [] if "each" in row else [None]
        for item in items:
            scope = arguments if item is None else {**arguments, "it": item}
            found = {name: evaluated(text, scope) for name, text in row["arguments"].items()}
            wanted.append({name: value for name, value in found.items() if value not in (None, [], {})})
    several = len(wanted) > 1
    made: list[Resource] = []
    name = ""
    for number, arguments in enumerate(wanted):
        there = _same(draft, row["makes"], arguments)
        if there is not None:
            made.append(there)
            continue
        one = draft.fresh(row["makes"], arguments, number if several else None, name=name)
        name = one.name
        made.append(_put(draft, one))
    for number, one in enumerate(made if "with" in row else ()):
        beside = row["with"]
        arguments = {beside["link"]: ref(one.key, "id"), **beside["arguments"]}
        label = f"{one.name}_{beside['name']}"
        _put(draft, draft.fresh(beside["makes"], arguments, number if several else None, name=label, note=""))
    shape = row.get("result", {})
    seen = table()["resources"].get(row["makes"], {}).get("seen", {})
    return [shaped(shape, one.key, seen) for one in made] if shape else [{} for _ in rounds]


def _put(draft: Draft, one: Resource) -> Resource:
    """Take a new resource in; one that takes another's place has its name and address."""
    traits = table()["resources"].get(one.type, {})
    if traits.get("fixed"):
        one = replace(one, after=draft.power.before(one, draft.wanted.made))
    old = _predecessor(draft, one, traits)
    if old is not None:
        del draft.wanted.removed[old.key]
        draft.wanted.replaced.add(old.key)
        one = replace(old, arguments=dict(one.arguments), id="", arn="", lasting=one.type == "aws_instance")
        if one.type == "aws_eip_association":
            one = one.with_arguments(allow_reassociation=True)
    else:
        draft.wanted.made.add(one.key)
    if one.type == "aws_ec2_instance_state":
        draft.power.noted(one)
    draft.configuration.put(one)
    return one


def _predecessor(draft: Draft, one: Resource, traits: Mapping[str, Any]) -> Resource | None:
    gone = [old for old in draft.wanted.removed.values() if old.type == one.type]
    if one.type == "aws_instance":
        return gone[0] if len(gone) == 1 else None
    common = traits.get("successor")
    if not common:
        return None
    mine = [draft.known_as(one.arguments.get(name)) for name in common]
    return next(
        (old for old in gone if [draft.known_as(old.arguments.get(name)) for name in common] == mine),
        None,
    )


def _same(draft: Draft, type_: str, arguments: Mapping[str, Node]) -> Resource | None:
    """The one that is there already for the same thing, with these arguments."""
    name = table()["resources"].get(type_, {}).get("one_for")
    if name is None:
        return None
    for one in draft.configuration.managed():
        same = one.type == type_ and draft.known_as(one.arguments[name]) == draft.known_as(arguments[name])
        if same:
            changed = {
                key for key, value in arguments.items() if plain(one.arguments.get(key)) != plain(value)
            }
            if type_ == "aws_ec2_instance_state":
                draft.power.again(one, plain(arguments["state"]))
            draft.changed(one.with_arguments(**{key: arguments[key] for key in changed}), changed)
            return one
    return None
