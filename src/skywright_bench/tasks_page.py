"""`python -m skywright_bench.tasks_page` writes docs/battle-tasks.md: every task, as its file says it.

Owns the page's form.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from skywright_bench.library import prompts, tasks
from skywright_bench.oracles.form import DEMANDS, Tell
from skywright_bench.task import STAGES, Prompt, Task

PAGE = Path(__file__).parents[2] / "docs" / "battle-tasks.md"


def text() -> str:
    """The page, as it is to be."""
    every = list(tasks().values())
    asked = prompts(None)
    lines = [
        "# The battle's tasks",
        "",
        "<!-- Written by `make pages` from src/skywright_bench/tasks: change those. -->",
        "",
        f"{len(every)} tasks with {len(asked)} prompts. What the words in the columns mean is told in",
        "[battle.md](battle.md). A task that is a question says under which keys of the answer what is to be",
        "told; a thing may be told by its identifier or its name. `params` are for the oracle alone.",
        "",
        *_counts(every),
    ]
    for name, some in groupby(every, lambda task: task.set):
        lines += ["", f"## {name}", "", *_table(list(some), asked)]
    return "\n".join(lines) + "\n"


def _counts(every: Sequence[Task]) -> list[str]:
    sets = list(dict.fromkeys(task.set for task in every))
    lines = [f"| set | {' | '.join(STAGES)} | all |", "|---|" + "---:|" * (len(STAGES) + 1)]
    for name in [*sets, "all"]:
        of_set = [task for task in every if name in ("all", task.set)]
        counted = [sum(task.stage == stage for task in of_set) for stage in STAGES]
        lines.append(f"| {name} | {' | '.join(str(one or '') for one in counted)} | {len(of_set)} |")
    return lines


def _table(some: Iterable[Task], asked: Sequence[Prompt]) -> list[str]:
    lines = ["| task | stage | what is asked | what becomes of it | params |", "|---|---|---|---|---|"]
    for task in some:
        own = [prompt for prompt in asked if prompt.task == task.id]
        params = sorted({name for prompt in own for name in prompt.params})
        what = _outcome(task)
        lines.append(f"| `{task.id}` | {task.stage} | {task.title} | {what} | {_code(params)} |")
    return lines


def _outcome(task: Task) -> str:
    if task.wanted is None:
        return f"`{task.intent.get('about') or task.intent['kind']}`"
    told = [_told(tell) for tell in task.wanted.tells]
    shown = [end for end in task.wanted.ends if not end.verb.startswith("may_")]
    rows = list(dict.fromkeys(f"{end.kind} {end.verb}" for end in shown if end.verb in DEMANDS))
    return "; ".join([*told, *rows])


def _told(tell: Tell) -> str:
    of_each: Mapping[str, str] = tell.tell
    more = f" with {_code(list(of_each))}" if of_each else ""
    return f"answer: `{tell.key}`{more}"


def _code(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    PAGE.write_text(text())
