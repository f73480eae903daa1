"""A program of API operations as changes to a configuration: what of it is made, changed, replaced, removed.

Owns the translation, by the table beside this file. Knows nothing of files, plans or clouds; what is there
already but in no configuration is told by a `Look`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skywright.clouds.calling import Catalogue
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.values import Value
from skywright.program.emit.frame import Inexpressible
from skywright.program.emit.hcl.configuration import Configuration
from skywright.program.emit.hcl.draft import Draft
from skywright.program.emit.hcl.making import make
from skywright.program.emit.hcl.nodes import Node, is_node, plain
from skywright.program.emit.hcl.removing import remove
from skywright.program.emit.hcl.table import evaluated, table
from skywright.program.emit.hcl.wanted import Look, Wanted
from skywright.program.emit.hcl.words import ELSEWHERE, Words, shaped
from skywright.program.expand import specialise
from skywright.program.references import references
from skywright.program.resolving import Scope, resolve


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
    draft = Draft(Words(specialise(program), after.serial), after, look)
    hand = _Hand(catalogue, draft)
    for step in hand.words.program.steps:
        hand.take(step)
    _settle(draft)
    return draft.configuration, draft.wanted


def _settle(draft: Draft) -> None:
    """Put references where ids stood, and see to what only the whole program shows."""
    configuration, wanted = draft.configuration, draft.wanted
    draft.power.settle(configuration, wanted.made, wanted.changed)
    for key in list(wanted.touched):
        one = configuration.resources[key]
        if not one.passing and not table()["resources"].get(one.type, {}).get("fixed"):
            configuration.put(configuration.linked(one))
    for key, names in wanted.changed.items():
        if "instance_type" in names and key not in draft.power.restarted and key not in wanted.made:
            raise Inexpressible(
                f"Terraform starts a machine that is stopped when it changes its type; {ELSEWHERE}"
            )
    configuration.outputs = draft.words.outputs()


@dataclass
class _Hand:
    """Carries the steps over, one after the other."""

    catalogue: Catalogue
    draft: Draft

    @property
    def words(self) -> Words:
        return self.draft.words

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
            results = make(self.draft, row, rounds)
        for arguments in rounds if "changes" in row else ():
            self._change(row, arguments)
        for arguments in rounds if "removes" in row else ():
            remove(self.draft, row, arguments)
        self.words.results[step.id] = results if step.repeat is not None else results[0]

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
            one = self.draft.fresh(row["data"], kept, None, data=True)
            self.draft.configuration.put(one)
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

    def _change(self, row: Mapping[str, Any], arguments: Mapping[str, Node]) -> None:
        for node in evaluated(row["ids"], arguments) or []:
            one = self.draft.held(row["changes"], node)
            new = {name: evaluated(text, arguments) for name, text in row.get("set", {}).items()}
            new = {name: value for name, value in new.items() if value is not None}
            named = set(new)
            for name, text in row.get("merge", {}).items():
                more = evaluated(text, arguments) or {}
                new[name] = {**one.arguments.get(name, {}), **more}
                named |= {f"{name}.{key}" for key in more}
            for name, text in row.get("unset", {}).items():
                gone = set(plain(evaluated(text, arguments) or []))
                new[name] = {key: v for key, v in one.arguments.get(name, {}).items() if key not in gone}
                named |= {f"{name}.{key}" for key in gone}
            self.draft.changed(one.with_arguments(**new), named)
