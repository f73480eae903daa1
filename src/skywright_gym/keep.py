"""Accounts on disk. Owns the format of an account's file; knows nothing of HTTP.

A file is one line of JSON (what it is, of which version, the account's name, number and keys, and the
length and hash of each part that follows), then the parts: the world, then its snapshots. It holds
secrets and pickles, so the folder is the user's alone, and nothing is unpickled whose hash differs.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skywright_gym.account import KeyPair

_FORMAT = "skywright-gym-account"
_VERSION = 1


class Corrupt(Exception):
    """A file is not what was written; the sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file holds."""

    name: str
    account_id: str
    keys: KeyPair = field(repr=False)
    world: bytes = field(repr=False)
    snapshots: dict[str, bytes] = field(repr=False)


def write(folder: Path, kept: Kept) -> Path:
    """Write the account's file whole, or leave what was there. Raises OSError."""
    parts = [("", kept.world), *kept.snapshots.items()]
    head = {
        "format": _FORMAT,
        "version": _VERSION,
        "name": kept.name,
        "account_id": kept.account_id,
        "access_key_id": kept.keys.access_key_id,
        "secret_access_key": kept.keys.secret_access_key,
        "parts": [
            {"snapshot": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in parts
        ],
    }
    path = path_of(folder, kept.name)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{kept.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n")
            for _, data in parts:
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return path


def path_of(folder: Path, name: str) -> Path:
    """Where the account of that name is kept."""
    return folder / f"{name}.world"


def read(path: Path) -> Kept:
    """Read an account's file.

    Raises:
        Corrupt: It is not one, is of another version, or is damaged.
        OSError: It cannot be read.
    """
    data = path.read_bytes()
    line, newline, rest = data.partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
        if head["format"] != _FORMAT or not newline:
            raise Corrupt("it is not an account of the gym")
        if head["version"] != _VERSION:
            raise Corrupt(f"it is of version {head['version']}, and this gym reads version {_VERSION}")
        parts: dict[str, bytes] = {}
        for part in head["parts"]:
            parts[part["snapshot"]], rest = rest[: part["bytes"]], rest[part["bytes"] :]
            if hashlib.sha256(parts[part["snapshot"]]).hexdigest() != part["sha256"]:
                raise Corrupt("it is damaged: its content differs from its checksum")
        keys = KeyPair(head["access_key_id"], head["secret_access_key"])
        return Kept(head["name"], head["account_id"], keys, parts.pop(""), parts)
    except (ValueError, KeyError, TypeError):
        raise Corrupt("it is not an account of the gym") from None


def set_aside(path: Path) -> Path:
    """Move a file out of the way, under a name that says why, and give that name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    path.rename(aside)
    return aside


def forget(folder: Path, name: str) -> None:
    """Remove an account's file, if there is one."""
    path_of(folder, name).unlink(missing_ok=True)
