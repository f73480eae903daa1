"""Which tasks and prompts there are: the files under `tasks/`, and prompts of a user's own."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from skywright.errors import Malformed, NotFound, Unavailable
from skywright_bench import taskfile
from skywright_bench.task import Prompt, Task

_TASKS = files("skywright_bench") / "tasks"


@lru_cache(maxsize=1)
def tasks() -> Mapping[str, Task]:
    """All tasks by their names."""
    found: dict[str, Task] = {}
    for folder in sorted(_TASKS.iterdir(), key=lambda entry: entry.name):
        if folder.name in ("setups", "prompts") or not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            task = taskfile.load(file.read_text("utf-8"), folder.name, file.name, _setup)
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
            raise NotFound(_no_task(word, known))
        found += [task for task in some if task not in found]
    return found


def _no_task(word: str, known: Mapping[str, Task]) -> str:
    sets = sorted({task.set for task in known.values()})
    close = get_close_matches(word, [*known, *sets], 3)
    meant = f"; is it {' or '.join(close)} that is meant?" if close else ", each of which has its own tasks"
    return f"there is no task '{word}'; there is all, {', '.join(sets)}{meant}"


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


def _setup(name: str) -> str:
    """The text of a set-up that tasks share. Raises FileNotFoundError: There is none of this name."""
    return (_TASKS / "setups" / f"{name}.yaml").read_text("utf-8")
