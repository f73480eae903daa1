"""A program of API operations as changes to a configuration: what of it is made, changed, replaced, removed.

Owns the translation, by the table beside this file. Knows nothing of files, plans or clouds; what is there
already but in no configuration is told by a `Look`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from skywright.clouds.base import Catalogue
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.emit.frame import Inexpressible
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node, is_node, plain, ref
from skywright.program.emit.hcl.power import Power
from skywright.program.emit.hcl.table import evaluated, table
from skywright.program.emit.hcl.wanted import Look, Present, Wanted
from skywright.program.emit.hcl.words import ELSEWHERE, Words, shaped
from skywright.program.expand import specialise
from skywright.program.references import Scope, references, resolve


def edit(
    program: Program, catalogue: Catalogue, before: Configuration, look: Look
) -> tuple[Configuration, Wanted]:
    """The configuration after the program, and what of it the program wants.

    Raises:
        Inexpressible: Terraform has no words for a step; the sentence says what can do it.
        Malformed: The program's values are missing or not allowed.
    """
    after = before.copy()
    after.serial += 1
    hand = _Hand(Words(specialise(program), after.serial), catalogue, after, look)
    for step in hand.words.program.steps:
        hand.take(step)
    hand.end()
    return hand.configuration, hand.wanted


@dataclass
class _Hand:
    """Carries the steps over, one after the other."""

    words: Words
    catalogue: Catalogue
    configuration: Configuration
    look: Look
    wanted: Wanted = field(default_factory=Wanted)
    power: Power = field(default_factory=Power)

    def take(self, step: Step) -> None:
        """Carry over one step."""
        self.words.step = step
        operation = step.operation
        if operation is None:
            return
        if not self.catalogue.signature(operation).effect.mutates:
            self.words.results[step.id] = self._looked(step, operation)
            return
        row = table()["operations"].get(str(operation))
        if row is None:
            raise self.words.beyond(f"Terraform has nothing that does {operation}")
        if (
            resolve(step.region or self.words.program.region, Scope(self.words.program.values()))
            != self._region()
        ):
            raise self.words.beyond("it is in another region than the rest, which is a workspace of its own")
        times = [None] if step.repeat is None else list(range(int(step.repeat)))
        rounds = [self.words.arguments(step, index, row) for index in times]
        results: list[Node] = [{} for _ in rounds]
        if "makes" in row:
            results = self._make(row, rounds)
        for arguments in rounds if "changes" in row else ():
            self._change(row, arguments)
        for arguments in rounds if "removes" in row else ():
            self._remove(row, arguments)
        self.words.results[step.id] = results if step.repeat is not None else results[0]

    def end(self) -> None:
        """Put references where ids stood, and see to what only the whole program shows."""
        self.power.settle(self.configuration, self.wanted.made, self.wanted.changed)
        for key in list(self.wanted.touched):
            one = self.configuration.resources[key]
            if not one.passing and not table()["resources"].get(one.type, {}).get("fixed"):
                self.configuration.put(self.configuration.linked(one))
        for key, names in self.wanted.changed.items():
            if "instance_type" in names and key not in self.power.restarted and key not in self.wanted.made:
                raise Inexpressible(
                    f"Terraform starts a machine that is stopped when it changes its type; {ELSEWHERE}"
                )
        self.configuration.outputs = self.words.outputs()

    def _region(self, named: str = "") -> Value:
        program = self.words.program
        return resolve(named or program.region, Scope(program.values()))

    def _looked(self, step: Step, operation: Operation) -> Node:
        """What a reading step says of things that are made here, so far as later steps can refer to it."""
        row = table()["looks"].get(str(operation))
        if row is None or not self._referred(step.id):
            return {}
        try:
            arguments = {name: self.words.node(value, None) for name, value in step.arguments.items()}
        except Inexpressible:
            return {}
        if "data" in row:
            found = {name: evaluated(text, arguments) for name, text in row["arguments"].items()}
            kept = {name: value for name, value in found.items() if value not in (None, [])}
            one = self._fresh(row["data"], kept, None, data=True)
            self.configuration.put(one)
            return shaped(row["result"], one.key)
        shape = table()["resources"][row["type"]]["seen"]
        keys = [node["$ref"] for node in evaluated(row["ids"], arguments) or [] if is_node(node)]
        result: Node = [shaped(shape, key) for key in keys]
        for number, name in enumerate(reversed(row["in"])):
            result = {name: result if number == 0 else [result]}
        return result

    def _referred(self, name: str) -> bool:
        used = [*references([dict(step.arguments) for step in self.words.program.steps])]
        return any(one.name == name for one in [*used, *references(dict(self.words.program.answer))])

    # Making.

    def _make(self, row: Mapping[str, Any], rounds: Sequence[Mapping[str, Node]]) -> list[Node]:
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
            there = self._same(row["makes"], arguments)
            if there is not None:
                made.append(there)
                continue
            one = self._fresh(row["makes"], arguments, number if several else None, name=name)
            name = one.name
            made.append(self._put(one))
        for number, one in enumerate(made if "with" in row else ()):
            beside = row["with"]
            arguments = {beside["link"]: ref(one.key, "id"), **beside["arguments"]}
            label = f"{one.name}_{beside['name']}"
            self._put(
                self._fresh(beside["makes"], arguments, number if several else None, name=label, note="")
            )
        shape = row.get("result", {})
        seen = table()["resources"].get(row["makes"], {}).get("seen", {})
        return [shaped(shape, one.key, seen) for one in made] if shape else [{} for _ in rounds]

    def _fresh(
        self,
        type_: str,
        arguments: Mapping[str, Node],
        index: int | None,
        *,
        name: str = "",
        data: bool = False,
        note: str | None = None,
    ) -> Resource:
        label = name or self.configuration.fresh(type_, self.words.step.id)
        key = f"{type_}.{label}" if index is None else f"{type_}.{label}[{index}]"
        key = f"data.{key}" if data else key
        said = self.words.step.note if note is None else note
        return Resource(key, type_, label, arguments, index, data=data, note=said)

    def _put(self, one: Resource) -> Resource:
        """Take a new resource in; one that takes another's place has its name and address."""
        traits = table()["resources"].get(one.type, {})
        if traits.get("fixed"):
            one = replace(one, after=self.power.before(one, self.wanted.made))
        old = self._predecessor(one, traits)
        if old is not None:
            del self.wanted.removed[old.key]
            self.wanted.replaced.add(old.key)
            one = replace(
                old, arguments=dict(one.arguments), id="", arn="", lasting=one.type == "aws_instance"
            )
            if one.type == "aws_eip_association":
                one = one.with_arguments(allow_reassociation=True)
        else:
            self.wanted.made.add(one.key)
        if one.type == "aws_ec2_instance_state":
            self.power.noted(one)
        self.configuration.put(one)
        return one

    def _predecessor(self, one: Resource, traits: Mapping[str, Any]) -> Resource | None:
        gone = [old for old in self.wanted.removed.values() if old.type == one.type]
        if one.type == "aws_instance":
            return gone[0] if len(gone) == 1 else None
        common = traits.get("successor")
        if not common:
            return None
        mine = [self._known_as(one.arguments.get(name)) for name in common]
        return next(
            (old for old in gone if [self._known_as(old.arguments.get(name)) for name in common] == mine),
            None,
        )

    def _known_as(self, node: Node) -> Node:
        """A value in the one form that can be compared: the key of the resource, if it is one's id."""
        value = plain(node)
        if is_node(value):
            return value.get("$ref", value)
        held = self.configuration.known(value) if isinstance(value, str) else None
        return held.key if held is not None else value

    def _same(self, type_: str, arguments: Mapping[str, Node]) -> Resource | None:
        """The one that is there already for the same thing, with these arguments."""
        name = table()["resources"].get(type_, {}).get("one_for")
        if name is None:
            return None
        for one in self.configuration.managed():
            same = one.type == type_ and self._known_as(one.arguments[name]) == self._known_as(
                arguments[name]
            )
            if same:
                changed = {
                    key for key, value in arguments.items() if plain(one.arguments.get(key)) != plain(value)
                }
                if type_ == "aws_ec2_instance_state":
                    self.power.again(one, plain(arguments["state"]))
                self._changed(one.with_arguments(**{key: arguments[key] for key in changed}), changed)
                return one
        return None

    def _changed(self, one: Resource, names: set[str]) -> None:
        self.configuration.put(one)
        if one.key not in self.wanted.made:
            self.wanted.changed[one.key] = self.wanted.changed.get(one.key, set()) | names

    # What is there.

    def _held(self, type_: str, node: Node) -> Resource:
        """The resource with this id, brought into the configuration if it is not yet there."""
        value = plain(node)
        if is_node(value):
            return self.configuration.resources[value["$ref"]]
        found = self.configuration.known(str(value))
        if found is not None:
            return found
        type_ = kind_of(str(value)) if type_ == "any" else type_
        there = self.look(type_, {"id": value}) if type_ else None
        if there is None or not there.imported:
            raise self.words.beyond(f"Terraform cannot bring '{value}' into its workspace")
        found = self._bring(type_, there)
        found = replace(found, id="" if str(value).startswith("arn:") else str(value), arn=str(value))
        self.configuration.put(found)
        return found

    def _bring(self, type_: str, there: Present) -> Resource:
        named = plain((there.arguments.get("tags") or {}).get("Name") or there.arguments.get("name") or "")
        label = self.configuration.fresh(type_, str(named or self.words.step.id))
        one = self._fresh(type_, there.arguments, None, name=label, note="")
        one = replace(one, imported=there.imported)
        self.wanted.brought[one.key] = one
        return one

    def _change(self, row: Mapping[str, Any], arguments: Mapping[str, Node]) -> None:
        for node in evaluated(row["ids"], arguments) or []:
            one = self._held(row["changes"], node)
            new = {name: evaluated(text, arguments) for name, text in row.get("set", {}).items()}
            new = {name: value for name, value in new.items() if value is not None}
            for name, text in row.get("merge", {}).items():
                new[name] = {**one.arguments.get(name, {}), **(evaluated(text, arguments) or {})}
            for name, text in row.get("unset", {}).items():
                gone = set(plain(evaluated(text, arguments) or []))
                new[name] = {key: v for key, v in one.arguments.get(name, {}).items() if key not in gone}
            self._changed(one.with_arguments(**new), set(new))

    def _remove(self, row: Mapping[str, Any], arguments: Mapping[str, Node]) -> None:
        if "where" not in row:
            for node in evaluated(row["ids"], arguments) or []:
                one = self._held(row["removes"], node)
                self.power.leaving(self.configuration, one, self.wanted.made)
                self._drop(one)
            return
        items = evaluated(row["each"], arguments) or [] if "each" in row else [None]
        for item in items:
            scope = arguments if item is None else {**arguments, "it": item}
            where = {name: evaluated(text, scope) for name, text in row["where"].items()}
            self._drop_where(row["removes"], {name: v for name, v in where.items() if v is not None})

    def _drop_where(self, type_: str, where: Mapping[str, Node]) -> None:
        for one in self.configuration.managed():
            same = all(
                self._known_as(one.arguments.get(name)) == self._known_as(value)
                for name, value in where.items()
            )
            if one.type == type_ and same:
                self._drop(one)
                return
        there = self.look(type_, {name: plain(value) for name, value in where.items()})
        if there is not None and there.imported:
            one = self._bring(type_, there)
            self.configuration.put(one)
            self._drop(one)
        elif not self._leaves_anyway(where):
            what = type_.removeprefix("aws_").replace("_", " ")
            raise self.words.beyond(
                f"Terraform cannot bring a {what} that was made elsewhere into its workspace"
            )

    def _leaves_anyway(self, where: Mapping[str, Node]) -> bool:
        """Whether it is bound to a machine that the program takes away later."""
        gone: list[Value] = []
        for step in self.words.program.steps:
            if step.operation is not None and step.operation.name == "TerminateInstances":
                found = self.words.node(step.arguments.get("InstanceIds"), None)
                gone += [plain(one) for one in found]
        return any(plain(value) in gone for value in where.values())

    def _drop(self, one: Resource) -> None:
        """Take a resource out of the configuration, for the plan to destroy it."""
        for gone in detach(self.configuration, one):
            if gone.key in self.wanted.made:
                self.wanted.made.discard(gone.key)
            elif not gone.data:
                self.wanted.removed[gone.key] = gone
            self.wanted.changed.pop(gone.key, None)


def detach(configuration: Configuration, one: Resource) -> list[Resource]:
    """Take a resource out, with what is bound to it; what else refers to it keeps its id as text."""
    bound = {name for name, row in table()["resources"].items() if row.get("bound")}
    for other in configuration.dependents(one.key):
        if other.type not in bound:
            configuration.put(configuration.frozen(other, one))
    return configuration.drop(one.key)


def kind_of(id_: str) -> str:
    """The type of resource that an id is of; empty if it is none that the table knows."""
    for name, row in table()["resources"].items():
        if "id" in row and id_.startswith(row["id"]) and row.get("mark", "") in id_:
            return name
    return ""
