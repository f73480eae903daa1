"""`skywright journal`: the record of every call, and the proof that nobody changed it."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer

from skywright.app.stores import Stores
from skywright.cli.shared import Json, print_object, shown

commands = typer.Typer(help="The record of every call.", invoke_without_command=True, rich_markup_mode=None)


@commands.callback()
def show(
    context: typer.Context,
    run: Annotated[str | None, typer.Option(help="Only this run's records.")] = None,
    json: Json = False,
) -> None:
    """Print the records, the oldest first."""
    if context.invoked_subcommand:
        return
    with closing(Stores()) as kept:
        records = tuple(kept.journal.read(run))
    if json:
        rows = [
            {
                "seq": record.seq,
                "at": record.at,
                "run": record.run,
                "kind": record.kind,
                "body": dict(record.body),
            }
            for record in records
        ]
        print_object({"records": rows})
        return
    for record in records:
        when = datetime.fromtimestamp(record.at, UTC).strftime("%H:%M:%S")
        line = f"{record.seq:>6} {when} {record.run:<12} {record.kind:<14} {_gist(dict(record.body))}"
        typer.echo(shown(line))


@commands.command()
def verify(json: Json = False) -> None:
    """Check the chain; name each record that was changed, removed or moved."""
    with closing(Stores()) as kept:
        found = kept.journal.verify()
    problems = [{"seq": problem.seq, "problem": problem.says} for problem in found.problems]
    if json:
        print_object({"ok": found.ok, "records": found.records, "problems": problems})
    else:
        for problem in found.problems:
            typer.echo(f"record {problem.seq}: {problem.says}", err=True)
        typer.echo(f"{found.records} records, {'intact' if found.ok else 'NOT intact'}")
    sys.exit(0 if found.ok else 1)


def _gist(body: dict[str, object]) -> str:
    told = [
        str(body[key]) for key in ("operation", "region", "step", "rule", "status", "error") if body.get(key)
    ]
    return " ".join(told)
