"""`skywright state export`: what is in an account as Terraform, for whoever wants to manage it so."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import typer

from skywright.cli.driving import application
from skywright.cli.shared import Json, print_object, shown
from skywright.cli.state import TargetName, known_regions
from skywright.engine.writing import write_down
from skywright.errors import Usage
from skywright.modalities.base import Omitted

commands = typer.Typer()

_NAMED = 3
"""So many of what was not written are named in a line."""


@commands.command()
def export(
    out: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="A new or empty folder.")],
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="Only these things and their parts.")
    ] = None,
    target: TargetName = "gym",
    region: Annotated[str, typer.Option(help="Which; by default the target's own.")] = "",
    json: Json = False,
) -> None:
    """Write down what is there as Terraform, which plans to no changes."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Usage(f"{out} is not an empty folder")
    with application() as app:
        known_regions(app, (region,) if region else ())
        account = app.targets.get(target)
        where = region or app.parts.accounts.reach(account).region
        copy = write_down(app.parts, account, where, ids or ())
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in copy.written.texts.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Usage(f"{out} cannot be written: {error.strerror}") from error
    blocks = copy.written.texts["imports.tf"].count("import {")
    if json:
        print_object(
            {"folder": str(out), "imports": blocks, "left_out": [asdict(one) for one in copy.left_out]}
        )
        return
    typer.echo(
        shown(f"{blocks} resources of {where} in {out}; Terraform's plan imports them and changes nothing")
    )
    for line in _told(copy.left_out):
        typer.echo(shown(line), err=True)


def _told(left_out: Sequence[Omitted]) -> Iterator[str]:
    """What was not written, a line for each reason."""
    for (type_, why), group in groupby(left_out, attrgetter("type", "why")):
        ids = [one.id for one in group if one.id]
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        named = f" ({', '.join(ids[:_NAMED])}{more})" if ids else ""
        yield f"not written: {type_}{named}: {why}"
