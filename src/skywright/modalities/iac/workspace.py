"""A workspace: the folder in which one target's configuration, state and plan are kept from run to run.

Owns the files in it, what was recorded of them, and the lock. Two runs are never in one at the same time; the
system lets go of the lock when its holder dies. Must not know how anything is planned.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from skywright.errors import Corrupt, Unavailable
from skywright.modalities.iac import state as states
from skywright.program.emit.hcl.configuration import Configuration, Resource, resource_of
from skywright.program.emit.hcl.render import Files
from skywright.program.emit.hcl.wanted import Wanted

STATE = "terraform.tfstate"
PLAN = "plan.tfplan"
_RECORD = "workspace.json"
_LOCK = "lock"
GATE = """\
provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  s3_use_path_style           = true

  ignore_tags {
    key_prefixes = ["skywright:"]
  }
}
"""
"""What the provider needs behind the gate; Terraform merges it in by its own rule for `_override.tf`.

The account's number it asks for: without that, it takes a rule's group of the same account for another's.
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """A configuration that is planned, and perhaps begun.

    Attributes:
        digest: of the program that it is for.
        plan: the digest of the saved plan; empty where the plan is not to be used any more.
        begun: whether applying it has begun.
        forgotten: addresses of what is gone from the cloud, to be taken out of the state.
    """

    digest: str
    configuration: Configuration
    wanted: Wanted
    plan: str = ""
    begun: bool = False
    forgotten: tuple[str, ...] = ()


@dataclass
class Workspace:
    """A workspace that is locked for us.

    Attributes:
        written: of each file of the configuration, the digest of what we put there.
        writing: and of what we were about to put there when this was recorded.
    """

    folder: Path
    region: str
    account: str
    settled: Configuration = field(default_factory=Configuration)
    pending: Pending | None = None
    lineage: str = ""
    written: dict[str, str] = field(default_factory=dict[str, str])
    writing: dict[str, str] = field(default_factory=dict[str, str])

    def state(self) -> states.State:
        """
        Raises:
            Corrupt: It cannot be understood, or is not the one that belongs here.
        """
        found = states.read(self.folder / STATE)
        if self.lineage and found.lineage != self.lineage:
            wrong = "is not the one that belongs to this workspace" if found.lineage else "is gone"
            raise Corrupt(
                f"Terraform's state {self.folder / STATE} {wrong}; put that back, or move the folder away"
            )
        return found

    def write(self, files: Files) -> None:
        """Put the configuration's files down, unless somebody else has changed them.

        Raises:
            Corrupt: Somebody has.
        """
        texts = {**files.texts, "gate_override.tf": GATE}
        for name in texts:
            path = self.folder / name
            ours = {self.written.get(name), self.writing.get(name)} - {None}
            if ours and path.exists() and _digest(path) not in ours:
                raise Corrupt(f"{path} was changed by hand; put it back as it was, or move its folder away")
        # Recorded first, so that a file is known for ours whatever dies before the next record.
        self.writing = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
        self.save()
        for name, text in texts.items():
            _put(self.folder / name, text)
        self.written |= self.writing

    def keep(self, pending: Pending | None) -> None:
        """Note what is planned, so that it can be gone on with whatever dies now."""
        self.pending = pending
        self.save()

    def settle(self, configuration: Configuration) -> None:
        """Note what is there now."""
        self.settled, self.pending = configuration, None
        self.lineage = self.state().lineage
        self.save()

    def save(self) -> None:
        """Put the record down, whole or not at all."""
        record = {
            "format": 1,
            "account": self.account,
            "region": self.region,
            "lineage": self.lineage,
            "files": self.written,
            "writing": self.writing,
            "settled": self.settled.to_json(),
            "pending": None if self.pending is None else _pending_json(self.pending),
        }
        _put(self.folder / _RECORD, json.dumps(record, indent=1))

    def plan_digest(self) -> str:
        return _digest(self.folder / PLAN)

    def absorb(self, begun: Pending | None = None) -> Configuration:
        """What is there according to the state, of what is settled and of what was begun.

        After an apply that went through this is what was begun; after one that did not, both in part.
        """
        state = self.state()
        found = self.settled.copy()
        wanted = begun.configuration if begun is not None else self.settled
        found.serial, found.outputs = wanted.serial, dict(wanted.outputs)
        found.resources = {**found.resources, **wanted.resources}
        for key, one in list(found.resources.items()):
            there = next((state.held[place] for place in self._places(one) if place in state.held), None)
            if there is not None:
                found.put(replace(one, id=there.id, arn=there.arn, address=there.address, imported=""))
            elif not one.data or key not in wanted.resources:
                found.resources.pop(key, None)
        return found

    def _places(self, one: Resource) -> list[str]:
        stem = f"{one.type}.{one.name}"
        alone = stem if one.index is None else f"{stem}_{one.index + 1}"
        counted = [] if one.index is None else [f"{stem}[{one.index}]"]
        return [place for place in (*counted, alone, one.address) if place]


@contextmanager
def opened(kept: Path, region: str, account: str) -> Generator[Workspace]:
    """The workspace of a region in the kept folder, made if it is not there.

    Raises:
        Unavailable: Another run is in it, or the folder cannot be used.
        Corrupt: What is recorded of it cannot be understood, or is another account's.
    """
    folder = kept / region
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be used: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unavailable(
                f"another run is at work in the workspace {folder}; try again when it has ended"
            ) from error
        workspace = _load(folder, region, account)
        yield workspace
        _private(folder)
    finally:
        os.close(handle)


def _load(folder: Path, region: str, account: str) -> Workspace:
    path = folder / _RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Workspace(folder, region, account)
    except OSError as error:
        raise Corrupt(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise _damaged(path) from error
    try:
        if record["account"] != account:
            raise Corrupt(
                f"the workspace {folder} belongs to account {record['account']}, and this is {account}; "
                "move the folder away to begin a new one"
            )
        pending = record["pending"]
        return Workspace(
            folder,
            region,
            account,
            Configuration.from_json(record["settled"]),
            None if pending is None else _pending_of(pending),
            record["lineage"],
            dict(record["files"]),
            dict(record.get("writing", {})),
        )
    except (KeyError, TypeError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> Corrupt:
    return Corrupt(f"{path} is damaged; put back a copy of it, or move its folder away")


def _put(path: Path, text: str) -> None:
    """Write a file, whole or not at all, for its owner's eyes."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o600)
    new.replace(path)


def _private(folder: Path) -> None:
    """State and plan are for their owner's eyes only, whatever Terraform made of them."""
    for path in folder.glob("*.tf*"):
        if path.is_file():
            path.chmod(0o600)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _pending_json(pending: Pending) -> dict[str, Any]:
    wanted = pending.wanted
    return {
        "digest": pending.digest,
        "plan": pending.plan,
        "begun": pending.begun,
        "forgotten": list(pending.forgotten),
        "configuration": pending.configuration.to_json(),
        "wanted": {
            "made": sorted(wanted.made),
            "changed": {key: sorted(names) for key, names in wanted.changed.items()},
            "replaced": sorted(wanted.replaced),
            "removed": {key: asdict(one) for key, one in wanted.removed.items()},
            "brought": {key: asdict(one) for key, one in wanted.brought.items()},
        },
    }


def _pending_of(kept: Mapping[str, Any]) -> Pending:
    wanted = kept["wanted"]
    return Pending(
        kept["digest"],
        Configuration.from_json(kept["configuration"]),
        Wanted(
            set(wanted["made"]),
            {key: set(names) for key, names in wanted["changed"].items()},
            set(wanted["replaced"]),
            _resources(wanted["removed"]),
            _resources(wanted["brought"]),
        ),
        kept["plan"],
        bool(kept["begun"]),
        tuple(kept["forgotten"]),
    )


def _resources(kept: Mapping[str, Any]) -> dict[str, Resource]:
    return {key: resource_of(one) for key, one in kept.items()}
