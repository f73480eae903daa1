"""The file of a task: one YAML document with everything that it is. Owns its keys; see `docs/battle.md`.

Programs in it are in the form of `docs/programs.md`, and may leave out what goes without saying: the version,
the name, the region, and parameters for what the task's `intent` determines.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from skywright.errors import Malformed
from skywright.model.program import Program
from skywright.program import document, text
from skywright_bench.oracles import form
from skywright_bench.task import HOME_REGION, STAGES, Setup, Task, Wrong

_NEEDED = ("id", "title", "stage", "cheat")
_SITUATION = ("intent", "setups", "faults", "load", "incident", "passed_hours")
_KEYS = {*_NEEDED, *_SITUATION, "expect", "answer", "declines", "wrong", "program"}
_WRONG = {"says", "first", "steps", "answer"}
_FIRST = ("cheat", "nothing")
_NAMED = re.compile(r"\$\{!?(\w+)")
_TYPES: Mapping[type, str] = {bool: "boolean", int: "integer", float: "number", list: "list"}

Shared = Callable[[str], str]
"""The text of a set-up that tasks share, by its name."""


def load(content: str, folder: str, file: str, shared: Shared) -> Task:
    """Read a task.

    Raises:
        Malformed: With everything that is wrong, in a sentence each.
    """
    root, problems = document.read(content)
    if problems or root is None:
        raise Malformed(file, tuple(f"line {problem.line}: {problem.text}" for problem in problems))
    row: Any = root.plain()
    if not isinstance(row, Mapping):
        raise Malformed(file, ("that is no task, but must be keys and values",))
    reader = _Reader(cast("Mapping[str, Any]", row), file, shared)
    task = reader.task(folder)
    if reader.problems or task is None:
        raise Malformed(file, tuple(reader.problems))
    return task


@lru_cache(maxsize=64)
def _shared(content: str, file: str) -> Program:
    return text.load(content, file)


@dataclass
class _Reader:
    row: Mapping[str, Any]
    file: str
    shared: Shared
    problems: list[str] = field(default_factory=list[str])

    def task(self, folder: str) -> Task | None:
        """The task, or None with `problems`."""
        row = self.row
        self.problems += [f"unknown key '{key}'" for key in sorted(row.keys() - _KEYS)]
        self.problems += [f"it needs '{key}'" for key in _NEEDED if key not in row]
        if row.get("stage") not in STAGES:
            self.problems.append(f"there is no stage '{row.get('stage')}'; there is {', '.join(STAGES)}")
        by_rows = "expect" in row or "answer" in row
        wanted, wrong = form.wanted(row.get("expect"), row.get("answer"))
        self.problems += wrong
        if by_rows == ("kind" in self._intent()):
            self.problems.append("it needs either a 'kind' of intent or rows of 'expect' or 'answer'")
        cheat = self.program(row.get("cheat") or {}, "cheat")
        own = self.program(row["program"], "program") if "program" in row else None
        setups = [setup for one in row.get("setups") or () if (setup := self.setup(one))]
        ends = [end for one in row.get("wrong") or () if (end := self.wrong(one))]
        if not isinstance(row.get("passed_hours", 0), int | float):
            self.problems.append("'passed_hours' is no number")
        if cheat is None or self.problems:
            return None
        kind = {"kind": "rows" if wanted.ends else "answer"} if by_rows else {}
        return Task(
            id=row["id"],
            set=folder,
            title=row["title"],
            stage=row["stage"],
            intent={**kind, **self._intent()},
            setups=tuple(setups),
            faults=tuple(row.get("faults") or ()),
            cheat=cheat,
            load=tuple(row.get("load") or ()),
            incident=tuple(row.get("incident") or ()),
            passed_hours=float(row.get("passed_hours") or 0.0),
            wanted=wanted if by_rows else None,
            program=own,
            declines=tuple(row.get("declines") or ()),
            wrong=tuple(ends),
        )

    def _intent(self) -> Mapping[str, Any]:
        said = self.row.get("intent") or {}
        return cast("Mapping[str, Any]", said) if isinstance(said, Mapping) else {}

    def setup(self, said: Any) -> Setup | None:
        """A shared set-up by its name, with values of its own perhaps, or a program of the task's own."""
        if isinstance(said, Mapping) and "use" not in said:
            program = self.program(cast("Mapping[str, Any]", said), "a set-up")
            return program and Setup(program, follows=True)
        row = cast("Mapping[str, Any]", said) if isinstance(said, Mapping) else {"use": said, "with": {}}
        self.problems += [f"set-up: unknown key '{key}'" for key in sorted(row.keys() - {"use", "with"})]
        try:
            program = _shared(self.shared(str(row["use"])), f"{row['use']}.yaml")
        except FileNotFoundError:
            self.problems.append(f"there is no set-up '{row['use']}'")
            return None
        except Malformed as error:
            self.problems.append(str(error))
            return None
        values = cast("Mapping[str, Any]", row.get("with") or {})
        unknown = values.keys() - program.values().keys()
        self.problems += [f"set-up {row['use']} has no parameter '{name}'" for name in sorted(unknown)]
        return Setup(program, values)

    def wrong(self, said: Any) -> Wrong | None:
        """A wrong end."""
        row = cast("Mapping[str, Any]", said) if isinstance(said, Mapping) else {}
        self.problems += [f"wrong: unknown key '{key}'" for key in sorted(row.keys() - _WRONG)]
        if "says" not in row or row.get("first", "cheat") not in _FIRST:
            self.problems.append(f"wrong: it needs 'says', and 'first' is one of {', '.join(_FIRST)}")
            return None
        content = {key: row[key] for key in ("steps", "answer") if key in row}
        program = self.program({"steps": [], **content}, f"wrong, {row['says']}")
        return program and Wrong(str(row["says"]), row.get("first", "cheat") == "cheat", program)

    def program(self, said: Mapping[str, Any], what: str) -> Program | None:
        """A program of which only what is peculiar to it is written."""
        parameters = self._parameters(json.dumps(said))
        usual = {"skywright": 1, "name": f"{self.row.get('id')}: {what}", "region": "${region}"}
        whole = {**usual, **said, "parameters": {**parameters, **(said.get("parameters") or {})}}
        try:
            return text.load(json.dumps(whole), self.file)  # which is YAML too
        except Malformed as error:
            self.problems += [f"{what}: {re.sub('^line [0-9]+: ', '', one)}" for one in error.findings]
            return None

    def _parameters(self, content: str) -> dict[str, Any]:
        """Those that a program refers to and the intent has a value for."""
        named = set(_NAMED.findall(content))
        found: dict[str, Any] = {"region": {"type": "string", "value": HOME_REGION}}
        for name, value in self._intent().items():
            if name in named and name != "kind":
                found[name] = {"type": _TYPES.get(type(value), "string"), "value": value}
        return found
