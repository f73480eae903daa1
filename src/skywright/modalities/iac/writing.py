"""What is in a region, written down: a configuration with `import` blocks that plans to no changes.

Owns what is written and its proof, a plan of Terraform's. The cloud is only looked at, and nothing is kept.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from skywright.errors import NotFound, Refused
from skywright.modalities.base import Written
from skywright.modalities.iac.plan import Plan
from skywright.modalities.iac.planning import Planner
from skywright.modalities.iac.present import Presence
from skywright.modalities.iac.workspace import Pending
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.table import table
from skywright.program.emit.hcl.wanted import Present, Wanted


def written(planner: Planner, look: Presence, ids: Collection[str]) -> Written:
    """Everything there that Terraform has words for, or these of it.

    Raises:
        NotFound: There is nothing to write.
        Refused: A plan would do something all the same.
        CloudFailed: Terraform failed.
    """
    configuration = gathered(look, ids)
    if not configuration.resources:
        raise NotFound("nothing is there that can be written down as Terraform")
    wanted = Wanted(changed={key: set() for key in configuration.resources})
    pending, plan = planner.plan(Pending("", configuration, wanted))
    if plan.changes:
        pending, plan = planner.plan(_without_defaults(pending, plan, planner.workspace.region))
    if plan.changes:
        raise Refused("iac-plan", f"Terraform would still change {plan.changes[0].address}")
    texts = dict(files(pending.configuration, planner.workspace.region).texts)
    texts["imports.tf"] = texts.pop("changes.tf")
    known = {name for one in pending.configuration.managed() for name in (one.id, one.arn, one.imported)}
    return Written({name: text for name, text in texts.items() if text.strip()}, frozenset(known - {""}))


def _without_defaults(pending: Pending, plan: Plan, region: str) -> Pending:
    """What an import has no value for and Terraform would set to its own default, left alone."""
    found = pending.configuration.copy()
    keys = {place: key for key, place in files(found, region).addresses.items()}
    for change in plan.changes:
        one = found.resources[keys[change.address]]
        names = {name for name, value in change.after.items() if change.before.get(name) != value}
        found.put(replace(one, ignored=tuple(sorted({*one.ignored, *names} - {"tags_all"}))))
    return replace(pending, configuration=found)


def gathered(look: Presence, ids: Collection[str]) -> Configuration:
    """The configuration of what is there, with references where things name each other.

    Raises:
        NotFound: One of these is not there.
    """
    found = Configuration()
    things = [one for one in _things(look, found) if not ids or {one.id, one.arn, one.imported} & set(ids)]
    strange = set(ids) - {name for one in things for name in (one.id, one.arn, one.imported)}
    if strange:
        raise NotFound(f"{min(strange)} is not there, or Terraform has no words for it")
    for one in things:
        found.put(one)
    for one in things:
        for part in _parts(one, look, found):
            found.put(part)
    for one in list(found.managed()):
        found.put(found.linked(one))
    return found


def _things(look: Presence, taken: Configuration) -> Iterator[Resource]:
    names = taken.copy()
    for type_, row in table()["resources"].items():
        for id_ in look.ids(type_) if "written" in row else ():
            there = look(type_, {"id": id_})
            if there is None:
                continue  # It went meanwhile.
            tags: Node = there.arguments.get("tags") or {}
            wish = tags.get("Name") or there.arguments.get("name") or id_
            one = _resource(names, type_, str(wish), there)
            one = replace(one, arn=id_) if id_.startswith("arn:") else replace(one, id=id_)
            names.put(one)
            yield one


def _parts(one: Resource, look: Presence, taken: Configuration) -> Iterator[Resource]:
    """What Terraform keeps as resources of their own: rules, attachments, listeners."""
    for type_, row in table()["resources"].items():
        if row.get("of") == one.type:
            for there in look.all(type_, {row["part_of"]: one.arn or one.id}):
                part = _resource(taken, type_, one.name, there)
                yield replace(part, id=there.imported)


def _resource(taken: Configuration, type_: str, wish: str, there: Present) -> Resource:
    name = taken.fresh(type_, wish)
    return Resource(f"{type_}.{name}", type_, name, there.arguments, imported=there.imported)
