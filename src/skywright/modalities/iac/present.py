"""What is in the cloud already, told as arguments of Terraform's resources. Owns nothing but the asking."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from skywright.clouds.calling import Caller
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.values import Value
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.nodes import Node
from skywright.program.emit.hcl.table import evaluated, searched, table
from skywright.program.emit.hcl.wanted import Present

_ABSENT = ("NotFound", "NoSuch", "Malformed")
"""In the codes with which services say that something is not there."""


class Presence:
    """A `Look` at one account and region.

    Args:
        rows: how each type is read; by default as the table says that is for requests.
    """

    def __init__(self, caller: Caller, region: str, rows: Mapping[str, Any] | None = None) -> None:
        self._caller = caller
        self._region = region
        self.rows: Mapping[str, Any] = table()["resources"] if rows is None else rows

    def __call__(self, type_: str, where: Mapping[str, Value]) -> Present | None:
        """See `wanted.Look`."""
        return next(self.all(type_, where), None)

    def all(self, type_: str, where: Mapping[str, Value]) -> Iterator[Present]:
        """Everything there of a type that is like that."""
        row = self.rows.get(type_, {})
        for one in self._found(row, where) if "present" in row else ():
            scope = {**one, "asked": where.get("id"), "region": self._region}
            if not self._is_meant(row, scope):
                continue
            arguments = {name: evaluated(text, scope) for name, text in row["present"].items()}
            if any(arguments.get(name) != value for name, value in where.items() if name != "id"):
                continue
            kept = {name: value for name, value in arguments.items() if value not in (None, "", [], {})}
            yield Present(kept, _import_id(row, one) or str(where.get("id", "")))

    def ids(self, type_: str) -> list[str]:
        """Of everything there of a type, but for what the cloud made by itself."""
        row = self.rows[type_]
        listed = Operation.parse(row.get("listed", row["read"]))
        answer = self._caller.call(listed, row.get("own", {}), self._region)
        return list(evaluated(row["written"], answer) or [])

    def _is_meant(self, row: Mapping[str, Any], scope: Mapping[str, Node]) -> bool:
        if "by" in row and scope.get(row["by"]) != scope["asked"]:
            return False
        return "where" not in row or bool(searched(row["where"], scope))

    def gone(self, configuration: Configuration) -> list[Resource]:
        """What the configuration has and the cloud has no more, of the types that can be told in one look."""
        found: list[Resource] = []
        held = [one for one in configuration.managed() if one.id]
        for type_ in dict.fromkeys(one.type for one in held):
            row = self.rows.get(type_, {})
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
            if any(word in problem.code for word in _ABSENT):
                return []
            raise
        found = evaluated(row["there"], answer)
        if isinstance(found, list):
            return cast("list[Any]", found)
        return [found] if isinstance(found, Mapping) else []


def _import_id(row: Mapping[str, Any], one: Mapping[str, Node]) -> str:
    """By what Terraform brings a part in; empty where that is its id."""
    parts = [evaluated(text, one) for text in row.get("import", ())]
    return row.get("joined", ":").join(
        json.dumps(part) if isinstance(part, bool) else str(part) for part in parts
    )


def _asked(value: Any, where: Mapping[str, Value]) -> Any:
    """The arguments of a read; a text that begins with `=` is what is known under that name."""
    if isinstance(value, str):
        return where.get(value[1:]) if value.startswith("=") else value
    if isinstance(value, Mapping):
        return {name: _asked(inner, where) for name, inner in value.items()}
    return [_asked(inner, where) for inner in value] if isinstance(value, list) else value
