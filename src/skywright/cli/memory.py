"""`skywright memory`: what has worked before, for whom it is used again, and what is forgotten."""

import json as form
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from skywright.app.whole import App
from skywright.cli.driving import application
from skywright.cli.shared import Json, moment, print_object, shown
from skywright.errors import NotFound, Unavailable, Usage
from skywright.memory.entry import Evidence, Kept, Present
from skywright.memory.likeness import nearest
from skywright.memory.transfer import LARGEST, exported, imported

commands = typer.Typer(
    help="What has worked before, and is used again.", no_args_is_help=True, rich_markup_mode=None
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…")]


@commands.command(name="list")
def list_entries(
    text: Annotated[str, typer.Argument(help="Only what is like this.", metavar="[TEXT]")] = "",
    json: Json = False,
) -> None:
    """List what is remembered, or what comes nearest to some words, the nearest first."""
    with application() as app:
        found: Sequence[Kept] = app.memory.all()
        rows = [_row(kept, app) for kept in (nearest(text, found) if text.strip() else found)]
    if json:
        print_object({"memory": rows})
        return
    for row in rows:
        often = f"{row['worked']} worked, {row['failed']} failed"
        typer.echo(shown(f"{row['id']}  {row['state']:<9} {row['score']:.2f}  {often:<20}  {row['request']}"))
    typer.echo(f"{len(rows)} {'program is' if len(rows) == 1 else 'programs are'} remembered")


@commands.command()
def show(id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False) -> None:
    """Show one entry whole: what it was for, its program, where it worked and what that took."""
    with application() as app:
        kept = app.memory.get(id)
        row = _row(kept, app)
    entry = kept.entry
    slots = [{"parameter": slot.parameter, "means": slot.means, "type": slot.type} for slot in entry.slots]
    whole = {
        **row,
        "slots": slots,
        "program": entry.program,
        "evidence": [_told(one) for one in kept.evidence],
    }
    if json:
        print_object(whole)
        return
    typer.echo(shown(f"{entry.id}  {row['state']}, {row['score']:.2f}\n{entry.request}\n"))
    for slot in entry.slots:
        typer.echo(shown(f"  {slot.parameter}: from the request{f', a {slot.type}' if slot.type else ''}"))
    if entry.origin:
        typer.echo(shown(f"  from {entry.origin}"))
    for one in kept.evidence:
        typer.echo(shown(_line(one)))
    typer.echo(shown(f"\n{entry.program}"))


@commands.command()
def forget(
    ids: Ids = None,
    all_: Annotated[bool, typer.Option("--all", help="Everything.")] = False,
    json: Json = False,
) -> None:
    """Forget entries, and what came of them."""
    if bool(ids) == all_:
        raise Usage("say what to forget: the ids of entries, or --all")
    with application() as app:
        named = list(ids or [kept.entry.id for kept in app.memory.all()])
        app.memory.forget(named)
    if json:
        print_object({"forgotten": named})
        return
    typer.echo(f"forgotten: {len(named)}")


@commands.command()
def export(
    ids: Ids = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to; else it is printed.")
    ] = None,
    json: Json = False,
) -> None:
    """Write entries, or all of them, as a file for another home."""
    with application() as app:
        found = [app.memory.get(id) for id in ids] if ids else app.memory.all()
    file = exported(found)
    if output is None:
        print_object(file)
        return
    try:
        output.write_text(form.dumps(file, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from error
    if json:
        print_object({"exported": [kept.entry.id for kept in found], "file": str(output)})
        return
    typer.echo(f"exported: {len(found)}")


@commands.command(name="import")
def take_in(
    file: Annotated[str, typer.Argument(metavar="FILE", help="`-`: standard input.")], json: Json = False
) -> None:
    """Take in a file that `export` wrote. Nothing in it counts as proven until it has worked here."""
    text = _text(file)
    with application() as app:
        entries = imported(text, file, app.clouds)
        known = {kept.entry.id for kept in app.memory.all()}
        new = [entry for entry in entries if entry.id not in known]
        for entry in new:
            app.memory.keep(entry)
    if json:
        print_object({"imported": [entry.id for entry in new], "known": len(entries) - len(new)})
        return
    typer.echo(f"imported: {len(new)}, known already: {len(entries) - len(new)}")


def _text(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.read(LARGEST + 1)
        with Path(file).open(encoding="utf-8") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise NotFound(f"there is no file '{file}'") from error
    except UnicodeDecodeError as error:
        raise Usage(f"{file} is not UTF-8 text") from error
    except OSError as error:
        raise Usage(f"{file} cannot be read: {error.strerror}") from error


def _row(kept: Kept, app: App) -> dict[str, Any]:
    entry, worked = kept.entry, kept.worked
    present: Present = app.circumstances.present(entry, app.clouds[entry.cloud].catalogue)
    return {
        "id": entry.id,
        "request": entry.request,
        "state": kept.state(present),
        "score": round(kept.score(present), 3),
        "worked": len(worked),
        "failed": len(kept.evidence) - len(worked),
        "cloud": entry.cloud,
        "region": entry.region,
        "targets": sorted({one.target for one in worked}),
        "modalities": sorted({one.modality for one in worked}),
        "last": moment(kept.evidence[0].at) if kept.evidence else None,
        "origin": entry.origin,
    }


def _told(one: Evidence) -> dict[str, Any]:
    names = ("run", "outcome", "target", "region", "modality", "brain", "steps", "seconds", "tokens", "usd")
    return {"at": moment(one.at), **{name: getattr(one, name) for name in names}}


def _line(one: Evidence) -> str:
    took = f"{one.steps} steps, {one.seconds:.1f} s, {one.tokens} tokens, {one.usd:.4f} USD"
    where = f"{one.target}, {one.region}"
    return f"  {moment(one.at)}  {one.outcome}  {one.run}  {where}, {one.modality}, {one.brain}: {took}"
