"""`skywright runs`: what became of requests, and going on with one."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywright.cli.progress import choose, shown
from skywright.cli.shared import application, drive, finish, print_object
from skywright.engine.report import report, to_json
from skywright.errors import Usage
from skywright.state.runs import Run

commands = typer.Typer(help="What became of requests, and going on with one.", invoke_without_command=True)

RunId = Annotated[str, typer.Argument(metavar="RUN")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@commands.callback()
def all_runs(context: typer.Context, json: Json = False) -> None:
    """List all runs, the newest first."""
    if context.invoked_subcommand:
        return
    with application() as app:
        runs = app.runs.all()
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
    with application() as app:
        found = app.runs.get(run)
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


@commands.command()
def resume(run: RunId, json: Json = False) -> None:
    """Go on with a run that was cut off; nothing is done twice."""
    with application(choose(json)) as app:
        status = finish(drive(app, run), json)
    sys.exit(status)


@commands.command()
def approve(run: RunId, json: Json = False) -> None:
    """Agree to what a run waits for, and go on with it."""
    with application(choose(json)) as app:
        app.engine.approve(run)
        status = finish(drive(app, run), json)
    sys.exit(status)


@commands.command()
def answer(
    run: RunId,
    answers: Annotated[list[str], typer.Argument(metavar="NAME=VALUE…")],
    json: Json = False,
) -> None:
    """Answer what a run asked, and go on with it."""
    given: dict[str, str] = {}
    for text in answers:
        name, equals, value = text.partition("=")
        if not equals:
            raise Usage(f"'{text}' is not an answer; write NAME=VALUE")
        given[name] = value
    with application(choose(json)) as app:
        app.engine.answer(run, given)
        status = finish(drive(app, run), json)
    sys.exit(status)


@commands.command()
def cancel(run: RunId, json: Json = False) -> None:
    """End a run where it is; what it did stays, and can be undone."""
    with application() as app:
        ended = app.engine.cancel(run)
    if json:
        print_object(to_json(report(ended, 0.0)))
    else:
        typer.echo(f"{run} cancelled; take back what it did with: skywright undo {run}")


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
