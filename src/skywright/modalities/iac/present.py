"""What is in the cloud already, told as arguments of Terraform's resources. Owns nothing but the asking."""

from collections.abc import Iterator, Mapping
from typing import Any

from skywright.clouds.calling import Caller
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.values import Value
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node
from skywright.program.emit.hcl.table import evaluated, table
from skywright.program.emit.hcl.wanted import Present


class Presence:
    """A `Look` at one account and region."""

    def __init__(self, caller: Caller, region: str) -> None:
        self._caller = caller
        self._region = region

    def __call__(self, type_: str, where: Mapping[str, Value]) -> Present | None:
        """See `wanted.Look`."""
        return next(self.all(type_, where), None)

    def all(self, type_: str, where: Mapping[str, Value]) -> Iterator[Present]:
        """Everything there of a type that is like that."""
        row = table()["resources"].get(type_, {})
        for one in self._found(row, where) if "present" in row else ():
            arguments = {name: evaluated(text, one) for name, text in row["present"].items()}
            if any(arguments.get(name) != value for name, value in where.items() if name != "id"):
                continue
            imported = ":".join(str(one.get(name)) for name in row.get("import", ()))
            kept = {name: value for name, value in arguments.items() if value not in (None, "", [], {})}
            yield Present(kept, imported or str(where.get("id", "")))

    def ids(self, type_: str) -> list[str]:
        """Of everything there of a type, but for what the cloud made by itself."""
        row = table()["resources"][type_]
        answer = self._caller.call(Operation.parse(row["read"]), row.get("own", {}), self._region)
        return list(evaluated(row["written"], answer) or [])

    def gone(self, configuration: Configuration) -> list[Resource]:
        """What the configuration has and the cloud has no more, of the types that can be told in one look."""
        found: list[Resource] = []
        held = [one for one in configuration.managed() if one.id]
        for type_ in dict.fromkeys(one.type for one in held):
            row = table()["resources"].get(type_, {})
            if "every" not in row:
                continue
            answer = self._caller.call(Operation.parse(row["read"]), row.get("own", {}), self._region)
            there = set(evaluated(row["every"], answer) or [])
            found += [one for one in held if one.type == type_ and not there & {one.id, one.arn}]
        return found

    def _found(self, row: Mapping[str, Any], where: Mapping[str, Value]) -> list[Mapping[str, Node]]:
        try:
            answer = self._caller.call(Operation.parse(row["read"]), _asked(row["with"], where), self._region)
        except CloudFailed as problem:
            if "NotFound" in problem.code or "Malformed" in problem.code:
                return []
            raise
        found = evaluated(row["there"], answer)
        return found if isinstance(found, list) else [found] if isinstance(found, Mapping) else []


def _asked(value: Any, where: Mapping[str, Value]) -> Any:
    """The arguments of a read; a text that begins with `=` is what is known under that name."""
    if isinstance(value, str):
        return where.get(value[1:]) if value.startswith("=") else value
    if isinstance(value, Mapping):
        return {name: _asked(inner, where) for name, inner in value.items()}
    return [_asked(inner, where) for inner in value]
