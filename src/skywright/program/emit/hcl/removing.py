"""Steps that take something away: by its id, or by what it is like."""

from collections.abc import Mapping
from typing import Any

from skywright.model.values import Value
from skywright.program.emit.hcl.draft import Draft
from skywright.program.emit.hcl.nodes import Node, plain
from skywright.program.emit.hcl.table import evaluated


def remove(draft: Draft, row: Mapping[str, Any], arguments: Mapping[str, Node]) -> None:
    """Take out what the row says of these arguments."""
    if "where" not in row:
        for node in evaluated(row["ids"], arguments) or []:
            one = draft.held(row["removes"], node)
            draft.power.leaving(draft.configuration, one, draft.wanted.made)
            draft.drop(one)
        return
    items = evaluated(row["each"], arguments) or [] if "each" in row else [None]
    for item in items:
        scope = arguments if item is None else {**arguments, "it": item}
        where = {name: evaluated(text, scope) for name, text in row["where"].items()}
        _drop_where(draft, row["removes"], {name: v for name, v in where.items() if v is not None})


def _drop_where(draft: Draft, type_: str, where: Mapping[str, Node]) -> None:
    for one in draft.configuration.managed():
        same = all(
            draft.known_as(one.arguments.get(name)) == draft.known_as(value) for name, value in where.items()
        )
        if one.type == type_ and same:
            draft.drop(one)
            return
    there = draft.look(type_, {name: plain(value) for name, value in where.items()})
    if there is not None and there.imported:
        one = draft.bring(type_, there)
        draft.configuration.put(one)
        draft.drop(one)
    elif not _leaves_anyway(draft, where):
        what = type_.removeprefix("aws_").replace("_", " ")
        raise draft.words.beyond(
            f"Terraform cannot bring a {what} that was made elsewhere into its workspace"
        )


def _leaves_anyway(draft: Draft, where: Mapping[str, Node]) -> bool:
    """Whether it is bound to a machine that the program takes away later."""
    gone: list[Value] = []
    for step in draft.words.program.steps:
        if step.operation is not None and step.operation.name == "TerminateInstances":
            found = draft.words.node(step.arguments.get("InstanceIds"), None)
            gone += [plain(one) for one in found]
    return any(plain(value) in gone for value in where.values())
