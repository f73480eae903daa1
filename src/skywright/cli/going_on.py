"""`skywright runs resume`, `approve`, `answer` and `cancel`: going on with a run, or not."""

import sys
from typing import Annotated

import typer

from skywright.cli.driving import application, drive, finish
from skywright.cli.progress import choose
from skywright.cli.shared import Json, RunId, print_object
from skywright.cli.talking import close, talk
from skywright.engine.answering import named
from skywright.engine.report import report, to_json
from skywright.errors import Usage

commands = typer.Typer(rich_markup_mode=None)


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
    answers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE…]", help="Or free words, to the only question; a choice by its number, too."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Answer what a run asked, and go on with it; in a terminal, without answers, it asks once more."""
    interactive = not json and sys.stdin.isatty()
    with application(choose(json)) as app:
        asked = app.engine.questions(run)
        given = named(answers or (), asked, run)
        if given:
            app.engine.answer(run, given)
        elif not interactive:
            raise Usage(f"run {run} asks for {', '.join(each.id for each in asked)}; nothing was answered")
        status = close(app, talk(app, run, interactive), json)
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
