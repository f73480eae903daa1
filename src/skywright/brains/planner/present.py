"""What is there of a kind: looked up in the target by operations that tell it. Each read is done once."""

from collections.abc import Mapping
from typing import Any

from skywright.brains.base import Context
from skywright.brains.planner.graph import Graph, Reader
from skywright.errors import CloudFailed

About = tuple[str, ...]
"""The words for a kind of thing: (log, group)."""


class Present:
    """The target's things, as far as operations without arguments tell them.

    Args:
        region: where to look.
    """

    def __init__(self, context: Context, graph: Graph, region: str) -> None:
        self._context = context
        self._graph = graph
        self._region = region
        self._read: dict[Reader, list[Any] | None] = {}

    def values(self, service: str, about: About, member: str, named: str = "") -> list[str] | None:
        """What such a member takes, of each thing of the kind, or of those so named; None: nobody can tell.

        A thing is named by any of its identifiers, whole or by what an ARN or a URL ends in.
        """
        for reader in self._graph.readers(service, about):
            if reader.tells(member) and (rows := self._rows(reader)) is not None:
                found = [
                    _value(row, reader.key(member))
                    for row in rows
                    if not named or _is_named(row, reader, named)
                ]
                return [value for value in found if value]
        return None

    def there(self, service: str, about: About, named: str) -> bool | None:
        """Whether a thing of the kind is so named; None: nobody can tell."""
        for reader in self._graph.readers(service, about):
            if (rows := self._rows(reader)) is not None:
                return any(_is_named(row, reader, named) for row in rows)
        return None

    def _rows(self, reader: Reader) -> list[Any] | None:
        if reader not in self._read:
            try:
                answer = self._context.look.call(reader.operation, {}, self._region)
                found = answer.get(reader.rows) or []
                self._read[reader] = list(found) if isinstance(found, (list, tuple)) else []
            except CloudFailed:
                # Who may not look there, or in a cloud that does not tell, is not kept from trying.
                self._read[reader] = None
        return self._read[reader]


def shown(value: str) -> str:
    """An identifier as people say it: the last part of an ARN or a URL."""
    return value.rstrip("/").split("/")[-1].split(":")[-1] if value.startswith(("arn:", "http")) else value


def _value(row: Any, key: str) -> str:
    found = row.get(key) if isinstance(row, Mapping) else row
    return found if isinstance(found, str) else ""


def _is_named(row: Any, reader: Reader, named: str) -> bool:
    known = [_value(row, key) for key in reader.members] if isinstance(row, Mapping) else [row]
    return any(value == named or value.endswith((f":{named}", f"/{named}")) for value in known if value)
