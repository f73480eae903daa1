"""What is in a region, written down: a configuration with `import` blocks that plans to no changes.

Owns what is written and its proof, a plan of Terraform's. The cloud is only looked at, and nothing is kept.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from skywright.errors import CloudFailed, NotFound, Refused
from skywright.modalities.base import Omitted, Written
from skywright.modalities.iac.plan import Plan
from skywright.modalities.iac.planning import Planner
from skywright.modalities.iac.present import Presence
from skywright.modalities.iac.workspace import Pending
from skywright.model.values import Value
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node, ref, refs
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.table import exports
from skywright.program.emit.hcl.wanted import Present, Wanted

Found = TypeVar("Found")


def written(planner: Planner, look: Presence, ids: Collection[str]) -> Written:
    """Everything there that Terraform has words for, or these of it.

    Raises:
        NotFound: There is nothing to write.
        Refused: A plan would do something all the same.
        CloudFailed: Terraform failed.
    """
    gathering = Gathering(look, frozenset(ids))
    gathering.gather()
    configuration = gathering.found
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
    return Written(
        {name: text for name, text in texts.items() if text.strip()},
        frozenset(name for one in pending.configuration.managed() for name in _names(one)),
        tuple(gathering.omitted),
        exports()["left_out"],
    )


def _without_defaults(pending: Pending, plan: Plan, region: str) -> Pending:
    """What an import has no value for and Terraform would set to its own default, left alone."""
    found = pending.configuration.copy()
    keys = {place: key for key, place in files(found, region).addresses.items()}
    for change in plan.changes:
        one = found.resources[keys[change.address]]
        names = {name for name, value in change.after.items() if change.before.get(name) != value}
        found.put(replace(one, ignored=tuple(sorted({*one.ignored, *names} - {"tags_all"}))))
    return replace(pending, configuration=found)


@dataclass
class Gathering:
    """What is there as a configuration, with references where things name each other.

    Attributes:
        omitted: what is there and cannot be in it.
    """

    look: Presence
    ids: frozenset[str] = frozenset()
    found: Configuration = field(default_factory=Configuration)
    omitted: list[Omitted] = field(default_factory=list[Omitted])

    def gather(self) -> None:
        """Look for everything, or these things, and their parts.

        Raises:
            NotFound: One of these is not there.
        """
        things = [one for one in self._things() if not self.ids or _names(one) & self.ids]
        strange = self.ids - {name for one in things for name in _names(one)}
        if strange:
            raise NotFound(f"{min(strange)} is not there, or Terraform has no words for it")
        for one in things:
            self.found.put(one)
        owned = {one.key: list(self._parts(one)) for one in things}
        self._link()
        self._drop_unused(owned)

    def _things(self) -> Iterator[Resource]:
        names = self.found.copy()
        for type_, row in self.look.rows.items():
            for id_ in self._asked(type_, partial(self.look.ids, type_)) if "written" in row else ():
                there = self.look(type_, {"id": id_})
                if there is None:
                    continue  # It went meanwhile, or is elsewhere.
                tags: Node = there.arguments.get("tags") or {}
                wish = tags.get("Name") or there.arguments.get("name") or id_.rpartition("/")[2]
                one = _resource(names, type_, str(wish), there, row)
                if id_.startswith("arn:"):
                    one = replace(one, arn=id_)
                elif "id" in row:  # Else it is a name, which may be anything's.
                    one = replace(one, id=id_)
                names.put(one)
                yield one

    def _parts(self, owner: Resource) -> Iterator[str]:
        """Take in what Terraform keeps as resources of their own, such as rules; their keys."""
        for type_, row in self.look.rows.items():
            if row.get("of") != owner.type:
                continue
            where: Mapping[str, Value] = {row.get("part_of", "id"): owner.imported}
            for there in self._asked(type_, partial(self.look.all, type_, where)):
                if "cannot" in row:
                    self.omitted.append(Omitted(type_, there.imported, row["cannot"]))
                    continue
                part = _resource(self.found, type_, owner.name, there, row)
                self.found.put(part)
                yield part.key

    def _asked(self, type_: str, ask: Callable[[], Iterable[Found]]) -> list[Found]:
        """What is answered; nothing, and that is told, where it may not be asked."""
        try:
            return list(ask())
        except CloudFailed as problem:
            self.omitted.append(Omitted(type_, "", str(problem)))
            return []

    def _link(self) -> None:
        called: dict[tuple[str, Node], tuple[str, str]] = {}
        for one in self.found.managed():
            for argument, attribute in self.look.rows[one.type].get("called", {}).items():
                called[argument, one.imported] = (one.key, attribute)
        for one in list(self.found.managed()):
            linked = self.found.linked(one)
            for name, value in linked.arguments.items():
                key, attribute = called.get((name, value), ("", "")) if isinstance(value, str) else ("", "")
                if key and key != one.key:
                    linked = linked.with_arguments(**{name: ref(key, attribute)})
            self.found.put(linked)

    def _drop_unused(self, owned: Mapping[str, list[str]]) -> None:
        """What is in no region and nothing here uses is no part of this one."""
        left = [
            key
            for key in owned
            if not self.look.rows[self.found.resources[key].type].get("global") or self.ids
        ]
        used = set[str]()
        while left:
            key = left.pop()
            if key not in used:
                used.add(key)
                left += [*refs(dict(self.found.resources[key].arguments)), *owned.get(key, ())]
        for key in owned.keys() - used:
            one = self.found.resources[key]
            why = "it is in no region and nothing in this one uses it; it is written where it is named"
            self.omitted.append(Omitted(one.type, one.imported, why))
        for key in self.found.resources.keys() - used:
            del self.found.resources[key]


def _names(one: Resource) -> set[str]:
    return {one.id, one.arn, one.imported} - {""}


def _resource(
    taken: Configuration, type_: str, wish: str, there: Present, row: Mapping[str, Any]
) -> Resource:
    name = taken.fresh(type_, wish)
    ignored = tuple(row.get("ignored", ()))
    return Resource(f"{type_}.{name}", type_, name, there.arguments, imported=there.imported, ignored=ignored)
