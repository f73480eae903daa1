"""Terraform's state, read: what is in it, and the slice of it that concerns a request.

Owns the reading of a state file. It holds secrets and everything else about every resource, so it never goes
anywhere whole: `slice_of` is what may.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from skywright.errors import Corrupt

_FORMAT = 4


@dataclass(frozen=True, slots=True)
class Held:
    """One resource in the state."""

    type: str
    address: str
    id: str
    arn: str
    attributes: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    tainted: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A state file, or none yet.

    Attributes:
        lineage: which state this is, whatever is in it; empty if there is none.
        size: of the file, in bytes.
    """

    lineage: str = ""
    serial: int = 0
    held: Mapping[str, Held] = field(default_factory=dict[str, Held])
    size: int = 0


def read(path: Path) -> State:
    """The state in a file.

    Raises:
        Corrupt: It cannot be understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return State()
    except (OSError, ValueError) as error:
        raise Corrupt(f"Terraform's state {path} cannot be read: {error}") from error
    if not text.strip():
        return State()
    try:
        whole = json.loads(text)
        if whole["version"] != _FORMAT:
            raise Corrupt(f"Terraform's state {path} is of a format that is not known ({whole['version']})")
        held = {one.address: one for resource in whole["resources"] for one in _held(resource)}
        return State(str(whole["lineage"]), int(whole["serial"]), held, len(text.encode()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Corrupt(
            f"Terraform's state {path} is damaged; put back a copy of it, or move its folder away"
        ) from error


def slice_of(state: State, concerned: Collection[str]) -> dict[str, Any]:
    """What a request that concerns these may know of the state: they and their neighbours, no secrets.

    Args:
        concerned: ids, ARNs or addresses.
    """
    named = {
        address for address, one in state.held.items() if {address, one.id, one.arn} & set(concerned) - {""}
    }
    near = {other for address in named for other in state.held[address].needs}
    near |= {a for a, one in state.held.items() if any(_stem(name) in one.needs for name in named)}
    stems = {_stem(name) for name in near}
    shown = {a: one for a, one in state.held.items() if a in named or _stem(a) in stems}
    return {
        address: _told(one) if address in named else {"id": one.id, "needs": list(one.needs)}
        for address, one in sorted(shown.items())
    }


def measured(state: State, part: Mapping[str, Any]) -> tuple[int, int]:
    """The size of a slice and of the whole, in bytes; four bytes are about a token."""
    return len(json.dumps(part).encode()), state.size


def _held(resource: Mapping[str, Any]) -> Iterator[Held]:
    if resource["mode"] != "managed":
        return
    stem = f"{resource['type']}.{resource['name']}"
    for instance in resource["instances"]:
        if instance.get("deposed"):
            continue
        index = instance.get("index_key")
        address = stem if index is None else f"{stem}[{json.dumps(index)}]"
        attributes = cast("dict[str, Any]", instance["attributes"])
        yield Held(
            type=resource["type"],
            address=address,
            id=str(attributes.get("id") or ""),
            arn=str(attributes.get("arn") or ""),
            attributes=_public(instance, attributes),
            needs=tuple(instance.get("dependencies", ())),
            tainted=instance.get("status") == "tainted",
        )


def _public(instance: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    hidden = {path[0].get("value") for path in instance.get("sensitive_attributes", ()) if path}
    return {name: value for name, value in attributes.items() if name not in hidden}


def _told(one: Held) -> dict[str, Any]:
    """A resource as it is told: what is empty, or said by another attribute, left out."""
    left_out = {"tags_all", "timeouts", "user_data", "user_data_base64", "password_data"}
    return {
        name: value
        for name, value in one.attributes.items()
        if name not in left_out and value not in (None, "", [], {}, False, 0)
    }


def _stem(address: str) -> str:
    return address.partition("[")[0]
