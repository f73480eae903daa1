"""Tasks: data files under `tasks/`, each with what is there before, what is meant, and a cheat that does it.

Owns their form. Knows neither who fights nor how an account is judged.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

import yaml

from skywright.errors import Malformed, NotFound, Unavailable
from skywright.model.program import Program
from skywright.model.values import Value
from skywright.program import text
from skywright_bench.oracles.intents import Intent

STAGES = ("provisioning", "update", "monitoring")
HOME_REGION = "us-east-1"
"""Where a task plays whose prompt names no place."""
_TASKS = files("skywright_bench") / "tasks"
_KEYS = {"id", "title", "stage", "intent", "setups", "faults", "cheat"}


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done to an account, or to be told of it.

    Attributes:
        set: the folder that it is in, such as `paper`.
        intent: what every prompt of it means, completed by the prompt's own params.
        setups: programs that make what is there before.
        faults: what the gym is told to have wrong, in the region that the prompt means.
        cheat: a program that does it without having been asked in words: the oracle must pass it.
    """

    id: str
    set: str
    title: str
    stage: str
    intent: Mapping[str, Any]
    setups: tuple[Program, ...]
    faults: tuple[Mapping[str, Any], ...]
    cheat: Program
    cloud: str = "aws"

    def meant(self, params: Mapping[str, Any]) -> Intent:
        """What a prompt with these params means."""
        return Intent({**self.intent, **params})


@dataclass(frozen=True, slots=True)
class Prompt:
    """One way to ask for a task.

    Attributes:
        params: what was meant, for the oracle alone.
    """

    task: str
    text: str
    params: Mapping[str, Any]
    cloud: str = "aws"


def region_of(intent: Intent) -> str:
    """Where a prompt's trial plays."""
    return str(intent.get("region") or HOME_REGION)


def fitted(program: Program, intent: Intent) -> Program:
    """The program with the values of an intent for those of its parameters that the intent has."""
    values = {parameter.name: _value(parameter.name, intent) for parameter in program.parameters}
    if names := values.get("names"):
        values["count"] = len(cast("list[Value]", names))
    if tags := intent.get("tags"):
        values |= {"tags": [{"Key": key, "Value": value} for key, value in tags.items()], "tagged": True}
    changed = tuple(
        parameter if values[parameter.name] is None else replace(parameter, value=values[parameter.name])
        for parameter in program.parameters
    )
    return replace(program, parameters=changed)


def existing(program: Program, intent: Intent) -> Program:
    """A set-up with the names of the machines that the prompt takes for granted."""
    return fitted(program, Intent({"region": intent.get("region"), "names": intent.all("vms") or None}))


def _value(name: str, intent: Intent) -> Value:
    if name == "names" and intent.get("prefix") and not intent.get("names"):
        return [
            f"{intent.get('prefix').rstrip('-*')}-{number + 1}" for number in range(intent.get("count", 1))
        ]
    if name in ("vms", "names"):
        return cast(Value, intent.all(name) or None)
    return cast(Value, intent.get(name))


@lru_cache(maxsize=1)
def tasks() -> Mapping[str, Task]:
    """All tasks by their names."""
    found: dict[str, Task] = {}
    for folder in sorted(_TASKS.iterdir(), key=lambda entry: entry.name):
        if folder.name in ("setups", "prompts") or not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            task = _task(yaml.safe_load(file.read_text("utf-8")), folder.name, file.name)
            found[task.id] = task
    return found


def chosen(words: str) -> list[Task]:
    """The tasks that a user names: `all`, a set, or names with commas between.

    Raises:
        NotFound: There is no such task.
    """
    known, found = tasks(), list[Task]()
    for word in words.split(","):
        word = word.strip()
        some = [task for task in known.values() if word in ("all", task.set, task.id)]
        if not some:
            sets = sorted({task.set for task in known.values()})
            raise NotFound(f"there is no task '{word}'; there is all, {', '.join([*sets, *known])}")
        found += [task for task in some if task not in found]
    return found


def prompts(file: Path | None) -> list[Prompt]:
    """The prompts of a file, or those that are shipped.

    Raises:
        Unavailable: It cannot be read.
        Malformed: A line is no prompt.
    """
    if file is not None:
        try:
            return _prompts(file.read_text("utf-8"), str(file))
        except OSError as error:
            raise Unavailable(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise Malformed(str(file), ("it is not text in UTF-8",)) from error
    shipped = sorted((_TASKS / "prompts").iterdir(), key=lambda entry: entry.name)
    return [prompt for entry in shipped for prompt in _prompts(entry.read_text("utf-8"), entry.name)]


def _prompts(lines: str, source: str) -> list[Prompt]:
    found: list[Prompt] = []
    problems: list[str] = []
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        read = _prompt(line)
        if isinstance(read, str):
            problems.append(f"line {number}: {read}")
        else:
            found.append(read)
    if problems or not found:
        raise Malformed(source, tuple(problems) or ("it holds no prompt",))
    return found


def _prompt(line: str) -> Prompt | str:
    """The prompt, or what is wrong with its line."""
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        return f"that is not JSON ({error.msg})"
    if not isinstance(row, dict):
        return "that is not an object"
    row = cast("dict[str, Any]", row)
    task, said, params = row.get("task"), row.get("prompt"), row.get("params", {})
    if not isinstance(task, str) or task not in tasks():
        return f"'{task}' is no task"
    if not isinstance(said, str) or not isinstance(params, dict):
        return "it needs 'prompt', a text, and 'params', an object"
    return Prompt(task, said, cast("dict[str, Any]", params), str(row.get("cloud") or "aws"))


def _task(row: Mapping[str, Any], folder: str, file: str) -> Task:
    if unknown := row.keys() - _KEYS:
        raise Malformed(file, tuple(f"unknown key '{key}'" for key in sorted(unknown)))
    return Task(
        id=row["id"],
        set=folder,
        title=row["title"],
        stage=row["stage"],
        intent=row["intent"],
        setups=tuple(_programs(row.get("setups") or ())),
        faults=tuple(row.get("faults") or ()),
        cheat=text.load(yaml.safe_dump(row["cheat"], sort_keys=False), file),
    )


def _programs(names: Sequence[str]) -> Iterable[Program]:
    for name in names:
        file: Traversable = _TASKS / "setups" / f"{name}.yaml"
        yield text.load(file.read_text("utf-8"), file.name)
