"""`skywright routes`: what is known of brains and modalities, from which they are picked."""

import json as reading
from contextlib import closing
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Rows
from rich.text import Text

from skywright.app.stores import Stores
from skywright.cli.shared import Json, print_object, shown
from skywright.errors import Malformed, NotFound
from skywright.model.result import BATTLE
from skywright.orchestrator.battles import results_of
from skywright.orchestrator.table import shipped

commands = typer.Typer(
    help="What brains and modalities are known to be good at.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@commands.callback()
def known(context: typer.Context, json: Json = False) -> None:
    """List what is known: what ships, battles that were learnt from, and runs of your own."""
    if context.invoked_subcommand:
        return
    with closing(Stores()) as kept:
        cells = (*kept.results.cells(), *shipped())
    if json:
        print_object({"cells": [asdict(cell) for cell in cells]})
        return
    table = Rows(
        "source", "brain", "modality", "kind", "size", "went well", "seconds", "steps", "USD", box=None
    )
    for cell in cells:
        came = cell.trials - cell.by_brain
        went = f"{came - cell.by_modality} of {cell.trials}"
        means = (f"{total / came:.1f}" if came else "-" for total in (cell.seconds, cell.steps))
        names = (cell.brain, cell.modality, cell.kind, cell.size)
        usd = f"{cell.usd / cell.trials:.4f}"
        table.add_row(cell.source, *(Text(shown(name) or "-") for name in names), went, *means, usd)
    Console().print(table)


@commands.command()
def learn(
    file: Annotated[Path, typer.Argument(metavar="RESULTS.json", help="What skywright battle --json wrote.")],
    json: Json = False,
) -> None:
    """Learn from a battle of yours. The same file again changes nothing."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from error
    try:
        told = reading.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(file), ("it is not JSON",)) from error
    results = results_of(told, str(file))
    with closing(Stores()) as kept:
        new = kept.results.add(BATTLE, f"battle-{sha256(text).hexdigest()[:16]}", results)
    if json:
        print_object({"trials": len(results), "new": new})
    else:
        typer.echo(f"{len(results)} trials of Skywright's own brains, {new} of them new")


@commands.command()
def forget(json: Json = False) -> None:
    """Forget battles and runs; what ships stays."""
    with closing(Stores()) as kept:
        gone = kept.results.forget()
    print_object({"forgotten": gone}) if json else typer.echo(f"{gone} results forgotten")
