"""The changes of one outcome while they are told off against what was meant; what is left was not meant."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from skywright_bench.oracles.reader import Call, Capacity
from skywright_bench.oracles.state import Change, Row, State


@dataclass
class Ledger:
    """What changed, and what of it nobody has accounted for yet.

    Attributes:
        region: where things are that no place was said for.
        capacity: what a type of machine has.
        calls: those that may change something, where they are known.
        problems: what was meant and is not so.
    """

    before: State
    left: list[Change]
    region: str
    capacity: Capacity
    calls: Sequence[Call] = ()
    problems: list[str] = field(default_factory=list[str])

    def miss(self, problem: str) -> None:
        self.problems.append(problem)

    def check(self, holds: bool, problem: str) -> None:
        if not holds:
            self.miss(problem)

    def made(self, kind: str) -> list[Change]:
        """The new things of a kind, told off."""
        return self.take(kind, lambda change: change.before is None)

    def gone(self, kind: str) -> list[Change]:
        """The things of a kind that are no longer there, told off."""
        return self.take(kind, lambda change: change.after is None)

    def take(self, kind: str, which: Callable[[Change], bool]) -> list[Change]:
        taken = [change for change in self.left if change.kind == kind and which(change)]
        self.left = [change for change in self.left if change not in taken]
        return taken

    def turned(self, kind: str, id: str, fields: Collection[str]) -> dict[str, tuple[Any, Any]]:
        """How one thing changed, told off if nothing but these fields did."""
        found = [c for c in self.left if (c.kind, c.id) == (kind, id) and c.before and c.after]
        if not found or not set(found[0].fields) <= set(fields):
            return {}
        self.left.remove(found[0])
        return found[0].fields

    def becomes(self, kind: str, id: str, property: str, value: Any) -> None:
        """One property of one thing must be this afterwards, whether it changed or was so already."""
        changed = self.turned(kind, id, (property,))
        now = changed[property][1] if changed else self.before.get((kind, id), {}).get(property)
        self.check(now == value, f"{property} of {self.name(kind, id)} is {now!r}, not {value!r}")

    def id(self, kind: str, name: str) -> str:
        """The identifier of the thing that has this name, or this identifier, at the beginning."""
        for (of, id), row in self.before.items():
            if of == kind and name in (row.get("name"), id):
                return id
        raise LookupError(f"the account has no {kind} {name!r}")

    def disk(self, name: str) -> str:
        """The disk of this name; `web-1 root` is the one that web-1 starts from."""
        holder, _, root = name.partition(" ")
        return self.root_disk(self.id("vm", holder)) if root == "root" else self.id("disk", name)

    def name(self, kind: str, id: str) -> str:
        return str(self.before.get((kind, id), {}).get("name") or id)

    def rows(self, kind: str) -> dict[str, Row]:
        return {id: row for (of, id), row in self.before.items() if of == kind}

    def disks_of(self, vm: str) -> dict[str, Row]:
        return {id: row for id, row in self.rows("disk").items() if row["vm"] == vm}

    def data_disks(self, vm: str) -> list[str]:
        root = self.rows("vm")[vm]["root"]
        return [id for id, row in self.disks_of(vm).items() if row["device"] != root]

    def root_disk(self, vm: str) -> str:
        root = self.rows("vm")[vm]["root"]
        return next(id for id, row in self.disks_of(vm).items() if row["device"] == root)

    def groups_of(self, balancer: str) -> list[str]:
        return [arn for arn in self.rows("targets") if arn in self.rows("lb")[balancer]["forwards"]]

    def called(self, operation: str, key: str) -> list[str]:
        """The identifiers under `key` in all calls of an operation."""
        found: list[str] = []
        for said, arguments, _ in self.calls:
            if said == operation:
                value: Any = arguments.get(key, [])
                found += [value] if isinstance(value, str) else list(value)
        return sorted(found)
