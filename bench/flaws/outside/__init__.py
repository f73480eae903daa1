"""Programs that somebody wrote who had read the documentation and none of the rules. Proves nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from skywright.model import yaml_text


@dataclass(frozen=True)
class Case:
    """One program.

    Attributes:
        level: `sound`; `refused`: it has to be; `named`: refused, or a person is asked or told; `passed`: it
            is flawed and passes.
        obligations: what it is against; of a sound one: what refuses it all the same.
        says: a regular expression that the reason has to match.
    """

    name: str
    text: str
    level: str
    obligations: tuple[str, ...] = ()
    says: str = ""
    budget: float | None = None


def cases() -> Iterator[Case]:
    """Every program, flawed and sound."""
    for row in _read("flawed"):
        against = row["o"] if isinstance(row["o"], list) else [row["o"]]
        yield Case(row["n"], _text(row), row.get("lv", "refused"), (*against,), row["r"], row.get("budget"))
    for row in _read("sound"):
        refused = (row["refused"],) if "refused" in row else ()
        yield Case(row["n"], _text(row), "sound", refused, budget=row.get("budget"))


@cache
def _read(name: str) -> Any:
    return yaml_text.load((resources.files("bench.flaws.outside") / f"{name}.yaml").read_text("utf-8"))


def _text(row: Mapping[str, Any]) -> str:
    rows = [step for part in row.get("use", ()) for step in _read("parts")[part]] + row.get("steps", [])
    program = {
        "skywright": 1,
        "name": row["n"],
        "region": row.get("region", "eu-west-1"),
        "parameters": row.get("params", {}),
        "steps": [_step(*each) for each in rows],
        "expect": row.get("expect", []),
    }
    return yaml_text.dump(program)


def _step(id: str, does: str, arguments: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> Any:
    waits = does.startswith("wait ")
    key = "wait" if waits else "do"
    return {"id": id, key: does.removeprefix("wait "), "with": _referred(arguments), **_referred(more or {})}


def _referred(value: Any) -> Any:
    """With `$x.y` spelt `${x.y}`."""
    if isinstance(value, dict):
        return {name: _referred(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_referred(inner) for inner in value]
    if isinstance(value, str) and value.startswith("$") and not value.startswith("${"):
        return f"${{{value[1:]}}}"
    return value
