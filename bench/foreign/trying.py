"""One tool under the gate, and what was distilled of it in another account. Owns the steps of that."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from bench.agents.place import REGION, Machine, Said
from bench.foreign.comparing import inventory
from bench.foreign.tools import Tool
from skywright.program.text import load


@dataclass
class Row:
    """What became of a tool; None: it did not come to that."""

    tool: Tool
    status: int | None = None
    changes: str = ""
    steps: int | None = None
    is_proven: bool | None = None
    is_same: bool | None = None
    whys: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        said = {None: "-", True: "yes", False: "no"}
        steps = "-" if self.steps is None else str(self.steps)
        return (
            f"{self.tool.name:24} {self.status!s:>6} {self.changes:>8} {steps:>6} "
            f"{said[self.is_proven]:>7} {said[self.is_same]:>5}  {'; '.join(self.whys)}"
        )


def machine(home: Path) -> Machine:
    """A home of its own, in which `aws` is the one of this environment."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    return Machine(home, 0.0, {"PATH": path, "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": ""})


def tried(tool: Tool, at: Machine, number: int) -> Row:
    """Record the tool in a new account, prove what it distils to, perform that in another, and compare."""
    row = Row(tool)
    folder = at.home / f"tool-{number}"
    folder.mkdir()
    first, second = (_account(at, f"foreign-{number}-{which}") for which in ("first", "second"))
    file = folder / "program.yaml"
    said = at.run("guard", "--target", first["name"], "--yes", "--record", str(file), "--", *tool.words)
    row.status = said.status
    row.changes = _last(said).partition(": ")[2].partition(" change")[0]
    if said.status:
        row.whys.append(f"the tool: {_last(Said(said.status, '', said.err.rpartition('run r-')[0]))}")
    if not file.exists():
        return row
    program = load(file.read_text(), str(file))
    row.steps = len(program.steps)
    if not program.steps:
        row.whys.append("nothing to perform")
        return row
    _performed(row, file, at, second["name"])
    there, found = (inventory(_client(account)) for account in (first, second))
    row.is_same = there == found
    if not row.is_same:
        kinds = sorted({next(iter(json.loads(each))) for each in (there - found) + (found - there)})
        row.whys.append(f"differ: {', '.join(kinds)}")
    return row


def _performed(row: Row, file: Path, at: Machine, target: str) -> None:
    given = [word for name, value in row.tool.given.items() for word in ("--param", f"{name}={value}")]
    said = at.run("prove", str(file), "--target", target, "--json", *given)
    proof = said.json
    if "ok" not in proof:
        row.whys.append(f"prove: {_last(said)}")
        return
    row.is_proven = proof["ok"]
    row.whys += [
        f"{each['id']}: {each['why']}" for each in proof["obligations"] if each["verdict"] != "proven"
    ]
    done = at.run("apply", str(file), "--target", target, "--yes", "--json", *given)
    if done.status:
        row.whys.append(f"apply: {_last(done)}")


def _account(at: Machine, name: str) -> dict[str, Any]:
    told = at.ask("gym", "create", name)["accounts"]
    at.run("target", "add", name, "--gym", name)
    return next(one for one in told if one["name"] == name)


def _client(account: dict[str, Any]) -> Any:
    aws = account["aws"]
    return lambda service: boto3.client(
        service,
        region_name=REGION,
        endpoint_url=aws["endpoint"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )


def _last(said: Said) -> str:
    """The last line of what a command said."""
    lines = (said.err.strip() or said.out.strip()).splitlines()
    return lines[-1].strip()[:160] if lines else ""
