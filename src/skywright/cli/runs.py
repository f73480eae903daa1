"""`skywright runs`: what became of requests, and going on with one."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any, ClassVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywright.app.stores import Stores
from skywright.cli.lazy import Elsewhere, Lazy
from skywright.cli.shared import Json, RunId, moment, options_of, print_object, shown
from skywright.engine.report import report, to_json
from skywright.state.runs import Run


class _Runs(Lazy):
    elsewhere: ClassVar[Mapping[str, Elsewhere]] = {
        "resume": Elsewhere("going_on", "Go on with a run that was cut off; nothing is done twice."),
        "approve": Elsewhere("going_on", "Agree to what a run waits for, and go on with it."),
        "answer": Elsewhere("going_on", "Answer what a run asked, and go on with it."),
        "cancel": Elsewhere("going_on", "End a run; what it did stays, and can be undone."),
    }


commands = typer.Typer(
    cls=_Runs,
    help="What became of requests, and going on with one.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@commands.callback()
def all_runs(context: typer.Context, json: Json = False) -> None:
    """List all runs, the newest first."""
    if context.invoked_subcommand:
        return
    with closing(Stores()) as kept:
        runs = kept.runs.all()
    if json:
        print_object({"runs": [_line(run) for run in runs]})
        return
    table = Table("run", "when", "status", "stage", "target", "request", box=None)
    for run in runs:
        line = _line(run)
        table.add_row(*(Text(shown(str(line[key]))) for key in line))
    Console().print(table)


@commands.command()
def show(run: RunId, json: Json = False) -> None:
    """Show one run whole: what was understood, the program, its proof and what came of it."""
    with closing(Stores()) as kept:
        found = kept.runs.get(run)
    if json:
        print_object({**to_json(report(found, 0.0)), "stage": found.stage, "papers": dict(found.papers)})
        return
    out = Console(highlight=False)
    out.print(Text(shown(f"{found.id}  {found.status.value}  at: {found.stage}\n{found.request.words}")))
    told = report(found, 0.0)
    sections = {
        "understood": [told.understood or told.summary],
        "asks": [line for each in told.questions for line in (f"{each.id}: {each.text}", *options_of(each))],
        "answered": [f"{id}: {answer}" for id, answer in found.request.answers.items()],
        "brain": [str(found.papers.get("brain_why", ""))],
        "modality": [str(found.papers.get("modality_why", ""))],
        "complexity": [str((found.papers.get("complexity") or {}).get("says", ""))],
        "side effects": [f"{each.concern.value}: {each.text}" for each in told.advisories],
        "error": [told.error],
        **{name: _lines(found.papers.get(name)) for name in ("program", "approvals", "collateral")},
    }
    for title, lines in sections.items():
        if any(lines):
            out.print(Text(shown("\n".join(["", f"{title}:", *lines]))), soft_wrap=True)
    for obligation in found.papers.get("certificate", {}).get("obligations", []):
        out.print(Text(shown(f"  {obligation['verdict']:<8} {obligation['id']}  {obligation['why']}")))


def _line(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "created": moment(run.created),
        "status": run.status.value,
        "stage": run.stage,
        "target": run.request.target,
        "request": run.request.words,
    }


def _lines(paper: object) -> list[str]:
    return [str(item) for item in paper] if isinstance(paper, list) else [str(paper or "")]
