"""`skywright runs`: what became of requests, and going on with one."""

from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywright.cli.lazy import Lazy
from skywright.cli.progress import shown
from skywright.cli.shared import Json, RunId, print_object, stores
from skywright.engine.report import report, to_json
from skywright.state.runs import Run


class _Runs(Lazy):
    elsewhere = dict.fromkeys(("resume", "approve", "answer", "cancel"), "going_on")


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
    with stores() as kept:
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
    with stores() as kept:
        found = kept.runs.get(run)
    if json:
        print_object({**to_json(report(found, 0.0)), "stage": found.stage, "papers": dict(found.papers)})
        return
    out = Console(highlight=False)
    out.print(Text(shown(f"{found.id}  {found.status.value}  at: {found.stage}\n{found.request.words}")))
    for name in ("summary", "error", "program", "approvals", "collateral"):
        if found.papers.get(name):
            out.print(Text(shown(f"\n{name}:\n{_readable(found.papers[name])}")))
    for obligation in found.papers.get("certificate", {}).get("obligations", []):
        out.print(Text(shown(f"  {obligation['verdict']:<8} {obligation['id']}  {obligation['why']}")))


def _line(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "created": datetime.fromtimestamp(run.created, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "status": run.status.value,
        "stage": run.stage,
        "target": run.request.target,
        "request": run.request.words,
    }


def _readable(paper: object) -> str:
    return "\n".join(str(item) for item in paper) if isinstance(paper, list) else str(paper)
