"""Terraform's plan, read: what it would do, whether the request named it, and what is beyond that.

Owns the judgement. Runs nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from skywright.errors import Corrupt
from skywright.model.advice import Advisory, Concern

Kind = Literal["create", "update", "replace", "delete"]
_SIGNS = {"create": "+", "update": "~", "replace": "-/+", "delete": "-"}
_BESIDE = frozenset({"tags_all", "id", "arn"})
"""Attributes that follow from others."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan does to one resource.

    Attributes:
        names: the attributes that become others.
        open: those that may, which is known only when it is applied.
        before: as it is now; secrets are not in it.
        because: the attributes for which it is replaced.
        tainted: whether it is replaced only since it was not made to its end.
        was: its former address, if it moves.
        deposed: whether it is the old one of what was made anew already.
    """

    address: str
    type: str
    kind: Kind
    names: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])
    because: tuple[str, ...] = ()
    tainted: bool = False
    was: str = ""
    deposed: bool = False

    @property
    def id(self) -> str:
        return str(self.before.get("id") or "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What Terraform would do.

    Attributes:
        brought: addresses of what it brings in.
        outputs: what the configuration's outputs come to, so far as that is known.
    """

    changes: tuple[Change, ...]
    brought: tuple[str, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])


def read(path: Path) -> Plan:
    """The plan in a file that `terraform show -json` wrote.

    Raises:
        Corrupt: It cannot be understood.
    """
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for row in whole.get("resource_changes", ()) if row["mode"] == "managed"]
        changes = tuple(change for row in rows if (change := _change(row)) is not None)
        brought = tuple(row["address"] for row in rows if row["change"].get("importing"))
        outputs = {
            name: one["after"]
            for name, one in whole.get("output_changes", {}).items()
            if "after" in one and not one.get("after_sensitive")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Corrupt(f"Terraform's plan cannot be understood: {error}") from error
    return Plan(changes, brought, outputs)


def advisories(plan: Plan) -> tuple[Advisory, ...]:
    """What a user should know of a plan."""
    count = {kind: sum(one.kind == kind for one in plan.changes) for kind in _SIGNS}
    said = [
        Advisory(
            Concern.BLAST_RADIUS,
            f"Terraform's plan: {count['create']} to create, {count['update']} to change in place, "
            f"{count['replace']} to replace, {count['delete']} to destroy.",
        )
    ]
    for one in plan.changes:
        named = f"{one.address} ({one.id})" if one.id else one.address
        if one.kind == "replace":
            why = f" for {', '.join(one.because)}" if one.because else ""
            said.append(
                Advisory(Concern.REPLACEMENT, f"{named} is made anew and the old one destroyed{why}.")
            )
        elif one.kind == "delete":
            said.append(Advisory(Concern.IRREVERSIBLE, f"{named} is destroyed."))
    return tuple(said)


def shown(plan: Plan) -> str:
    """A plan as a person reads it, a line a change."""
    lines = [f"plan:   = {address} is brought into the workspace" for address in plan.brought]
    for one in plan.changes:
        lines.append(f"plan: {_SIGNS[one.kind]:>3} {one.address}{_detail(one)}")
    return "\n".join(lines)


def _detail(one: Change) -> str:
    if one.kind == "create":
        names = ("name", "cidr_block", "instance_type", "size", "availability_zone", "cidr_ipv4", "port")
        told = [f"{name} {one.after[name]}" for name in names if one.after.get(name) not in (None, "")]
        return f" ({', '.join(told)})" if told else ""
    if one.kind == "delete":
        return f" ({one.id})"
    told: list[str] = []
    for name in sorted(one.names & set(one.because or one.names) - _BESIDE):
        told += _difference(name, one.before.get(name), one.after.get(name))
    told += [f"{name}: {_short(one.before[name])} → known when applied" for name in sorted(one.open)]
    return f" ({one.id}) {'; '.join(told)}".rstrip()


def _difference(name: str, before: Any, after: Any) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted({*before, *after})
        return [
            f"{name}.{key}: {_short(before.get(key))} → {_short(after.get(key))}"
            for key in keys
            if before.get(key) != after.get(key)
        ]
    return [f"{name}: {_short(before)} → {_short(after)}"]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "?" if value is None else text
    return text if len(text) <= 60 else text[:57] + "…"


def _change(row: Mapping[str, Any]) -> Change | None:
    change = row["change"]
    actions = set(cast("list[str]", change["actions"]))
    kinds: Sequence[tuple[set[str], Kind]] = (
        ({"create", "delete"}, "replace"),
        ({"create"}, "create"),
        ({"update"}, "update"),
        ({"delete"}, "delete"),
    )
    found: list[Kind] = [kind for wanted, kind in kinds if wanted == actions]
    if not found:
        return None
    before = _public(change.get("before"), change.get("before_sensitive"))
    after = _public(change.get("after"), change.get("after_sensitive"))
    return Change(
        address=row["address"],
        type=row["type"],
        kind=found[0],
        names=frozenset(_differing(before, after, change.get("after_unknown") or {})),
        open=frozenset(name for name in _open(change) if before.get(name))
        if found == ["update"]
        else frozenset(),
        before=before,
        after=after,
        because=tuple(dict.fromkeys(str(path[0]) for path in change.get("replace_paths", ()))),
        tainted=row.get("action_reason") == "replace_because_tainted",
        was=row.get("previous_address", ""),
        deposed=bool(row.get("deposed")),
    )


def _open(change: Mapping[str, Any]) -> list[str]:
    unknown = change.get("after_unknown")
    return [name for name, value in unknown.items() if value is True] if isinstance(unknown, dict) else []


def _public(values: Any, sensitive: Any) -> dict[str, Any]:
    hidden = cast("dict[str, Any]", sensitive) if isinstance(sensitive, dict) else {}
    return {name: value for name, value in (values or {}).items() if not _any(hidden.get(name))}


def _any(marks: Any) -> bool:
    """Whether anything is marked, however deep: marks have the form of the value that they are about."""
    if isinstance(marks, dict):
        return any(_any(one) for one in cast("dict[str, Any]", marks).values())
    if isinstance(marks, list):
        return any(_any(one) for one in cast("list[Any]", marks))
    return bool(marks)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], unknown: Any) -> Iterator[str]:
    """The attributes that become others; nothing and null are the same, and so is what is not yet known."""
    for name in {*before, *after}:
        one, other = before.get(name), after.get(name)
        if one == other or (not one and not other) or unknown is True or _any(unknown.get(name)):
            continue
        yield name
