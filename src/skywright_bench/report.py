"""A battle's results for people: Markdown with the paper's table, ours beside it, and why trials failed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from skywright_bench.statistics import Cell, best, by_stage, by_task
from skywright_bench.task import STAGES
from skywright_bench.trial import Fought

PAPER: Mapping[tuple[str, str], tuple[float, float]] = {
    ("sdk", "provisioning"): (0.67, 4.5),
    ("sdk", "update"): (0.67, 2.0),
    ("sdk", "monitoring"): (0.80, 1.25),
    ("cli", "provisioning"): (1.0, 1.6),
    ("cli", "update"): (0.67, 3.0),
    ("cli", "monitoring"): (0.80, 1.0),
    ("iac", "provisioning"): (1.0, 2.0),
    ("iac", "update"): (0.33, 5.0),
    ("iac", "monitoring"): (0.40, 2.5),
    ("web", "provisioning"): (0.33, 46.0),
    ("web", "update"): (0.67, 20.0),
    ("web", "monitoring"): (1.0, 2.75),
}
"""Success rate and mean steps of the agents in the paper's Table 1, on Azure, with models of 2025."""
_MOST_FAILURES = 200


def markdown(fought: Sequence[Fought], by: Mapping[str, Any]) -> str:
    """The whole report."""
    parts = [
        "# Battle",
        f"{len(fought)} trials by Skywright {by['version']} ({by['commit'] or 'no repository'}), "
        f"seed {by['seed']}, {by['when']}, on {by['machine']}, {by['workers']} at a time.",
        "## By stage",
        "Success rate with its Wilson interval at 95 %, mean steps of the trials that succeeded; the best of "
        "each column in bold. In brackets, beside the paper's tasks alone, its Table 1 (its own agents, on "
        "Azure).",
        _grid(by_stage(fought), STAGES, paper=True),
        "## By task",
        _grid(by_task(fought), list(dict.fromkeys(one.task for one in fought)), paper=False),
        "## Time and cost",
        "Means of a trial: the seconds that it took, what the model cost, and what it read and wrote.",
        _spent(by_stage(fought)),
        "## Failures",
        _failures([one for one in fought if not one.success]),
    ]
    return "\n\n".join(parts) + "\n"


def _grid(cells: Sequence[Cell], columns: Sequence[str], paper: bool) -> str:
    """Modalities down, stages across; for tasks the other way round, since they are many."""
    at = {(cell.cloud, cell.modality, cell.brain, cell.stage): cell for cell in cells}
    rows = list(dict.fromkeys((cell.cloud, cell.modality, cell.brain) for cell in cells))
    columns = [name for name in columns if any(cell.stage == name for cell in cells)]
    winners = best(cells)

    def told(row: tuple[str, str, str], column: str) -> str:
        cell = at.get((*row, column))
        return _told(cell, cell in winners, paper) if cell is not None else ""

    heads = [" ".join(row) for row in rows]
    if paper:
        body = [
            [head, *(told(row, column) for column in columns)] for head, row in zip(heads, rows, strict=True)
        ]
        return _table(["", *columns], body)
    return _table(["", *heads], [[column, *(told(row, column) for row in rows)] for column in columns])


def _told(cell: Cell, bold: bool, paper: bool) -> str:
    steps = "" if cell.mean_steps is None else f", {cell.mean_steps:.2f} steps"
    text = f"{cell.success:.2f} [{cell.low:.2f}–{cell.high:.2f}]{steps}"
    text = f"**{text}**" if bold else text
    theirs = PAPER.get((cell.modality, cell.stage)) if paper and cell.of_paper else None
    return text if theirs is None else f"{text} ({theirs[0]:.2f}, {theirs[1]:g} steps)"


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _spent(cells: Sequence[Cell]) -> str:
    """What trials took, and what models read, wrote and cost where any fought."""
    body = [
        [
            f"{cell.cloud} {cell.modality} {cell.brain}",
            cell.stage,
            f"{cell.mean_seconds:.1f}",
            "not known" if cell.llm_usd is None else f"{cell.llm_usd / cell.trials:.4f}",
            _mean(cell.tokens_in, cell.trials),
            _mean(cell.tokens_out, cell.trials),
        ]
        for cell in cells
    ]
    return _table(["", "stage", "seconds", "USD", "tokens read", "tokens written"], body)


def _mean(whole: int | None, trials: int) -> str:
    return "–" if whole is None else f"{whole / trials:.0f}"


def _failures(failed: Sequence[Fought]) -> str:
    if not failed:
        return "None."
    counted = Counter(one.cause for one in failed)
    lines = [", ".join(f"{cause}: {count}" for cause, count in counted.most_common()), ""]
    lines += [
        f"- `{one.trial}` {one.cause}: “{_plain(one.prompt)}” – {_plain(one.why)}"
        for one in failed[:_MOST_FAILURES]
    ]
    if len(failed) > _MOST_FAILURES:
        lines.append(f"- and {len(failed) - _MOST_FAILURES} more, in the JSON")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text of an agent or a prompt as one line that Markdown does not read."""
    line = " ".join(text.split())
    return "".join("\\" + sign if sign in "\\`*_[]<>|#" else sign for sign in line)[:600]
