"""Drift taken over into a workspace: its configuration edited so that it says what is there, and no more.

Owns the edit and its withdrawal. What is gone loses its block, what is otherwise is said as it is, and what
was put to it is brought in; then a plan of Terraform's that holds nothing proves it. The cloud is only
looked at.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import cast

from skywright.errors import Refused, SkywrightError
from skywright.modalities.iac.planning import Planner
from skywright.modalities.iac.present import Presence
from skywright.modalities.iac.workspace import STATE, Pending
from skywright.model.values import Value
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.draft import detach
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.table import table
from skywright.program.emit.hcl.wanted import Wanted


def adopt(planner: Planner, look: Presence, ids: Collection[str]) -> None:
    """Make the workspace's configuration say what is there of these; else leave it as it was.

    Raises:
        Refused: A plan would do something all the same.
        CloudFailed: Terraform failed.
    """
    workspace = planner.workspace
    begun = workspace.pending if workspace.pending is not None and workspace.pending.begun else None
    before = workspace.absorb(begun)
    state = workspace.folder / STATE
    kept = state.read_bytes()
    try:
        pending = _pending(before, look, ids)
        # Whoever comes after us, should we die, knows what is in the state by then.
        workspace.keep(replace(pending, begun=True))
        pending = planner.bring_in(pending)
        pending, plan = planner.plan(pending)
        if plan.changes:
            raise Refused("iac-plan", f"Terraform would still change {plan.changes[0].address}")
    except (SkywrightError, KeyboardInterrupt):
        state.write_bytes(kept)
        workspace.write(files(before, workspace.region))
        workspace.settled, workspace.pending = before, None
        workspace.save()
        raise
    workspace.settle(workspace.absorb(replace(pending, begun=True)))


def _pending(before: Configuration, look: Presence, ids: Collection[str]) -> Pending:
    """The configuration without what is gone, and what of it is to be said as it is."""
    configuration, wanted = before.copy(), Wanted()
    forgotten: list[str] = []
    for one in look.gone(before):
        if {one.id, one.arn} & set(ids) and one.key in configuration.resources:
            forgotten += [gone.address for gone in detach(configuration, one) if not gone.data]
    ours = [one for one in configuration.managed() if {one.id, one.arn} & set(ids) - {""}]
    for one in ours:
        near = [one, *(each for each in configuration.dependents(one.key) if _bound(each))]
        wanted.changed |= {each.key: set[str]() for each in near if not each.data}
        for part in _parts_put_to(one, configuration, look):
            configuration.put(part)
            wanted.changed[part.key] = set()
    return Pending("", configuration, wanted, forgotten=tuple(forgotten))


def _bound(one: Resource) -> bool:
    return bool(table()["resources"].get(one.type, {}).get("bound"))


def _parts_put_to(one: Resource, configuration: Configuration, look: Presence) -> Iterator[Resource]:
    """What somebody put to a thing and Terraform keeps as a resource of its own, such as a group's rule."""
    held = {known.id for known in configuration.managed()}
    for type_, row in cast("Mapping[str, Mapping[str, str]]", table()["resources"]).items():
        if not row.get("taken") or one.type != row["of"]:
            continue
        owner = row["part_of"]
        where: Mapping[str, Value] = {owner: one.id}
        for there in look.all(type_, where):
            if there.imported in held:
                continue
            name = configuration.fresh(type_, f"{one.name}_rule")
            part = Resource(
                f"{type_}.{name}", type_, name, there.arguments, id=there.imported, imported=there.imported
            )
            yield configuration.linked(part)
