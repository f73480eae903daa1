"""`skywright apply`, `prove`, `emit` and `guard`: programs as files, and other people's programs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from skywright.cli.driving import application, drive, finish
from skywright.cli.progress import choose
from skywright.cli.shared import Json, print_object, shown
from skywright.errors import NotFound, Unavailable, Usage
from skywright.model.program import Program
from skywright.model.run import Autonomy, Request
from skywright.program.emit import EMITTERS
from skywright.program.given import with_given
from skywright.program.text import dump, load

ProgramFile = Annotated[Path, typer.Argument(metavar="PROGRAM.yaml")]
Values = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="A parameter's value; may be repeated."),
]
Level = Annotated[Autonomy, typer.Option(help="How much may be done without asking.")]


commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def apply(
    file: ProgramFile,
    target: Annotated[str, typer.Option(help="The account to act on.")] = "gym",
    modality: Annotated[str, typer.Option(help="auto, cli, sdk, iac or web.")] = "auto",
    autonomy: Level = Autonomy.SUPERVISED,
    yes: Annotated[bool, typer.Option("--yes", help="Approve beforehand.")] = False,
    budget: Annotated[float | None, typer.Option(help="USD a month.")] = None,
    param: Values = None,
    json: Json = False,
) -> None:
    """Perform a program; it is proven again first."""
    program = with_given(_read(file), param or ())
    words = program.request or f"apply {file.name}"
    request = Request(words, target, program.cloud, modality, "builtin", autonomy, yes, budget)
    with application(choose(json)) as app:
        begun = app.engine.begin_with(app.check(request), program, f"apply {program.name}")
        status = finish(drive(app, begun.id), json)
    sys.exit(status)


@commands.command()
def prove(
    file: ProgramFile,
    target: Annotated[str, typer.Option(help="The account that it is meant for; without one, none.")] = "",
    budget: Annotated[float | None, typer.Option(help="USD a month.")] = None,
    param: Values = None,
    json: Json = False,
) -> None:
    """Prove types, privileges, policies, invariants, undo and freshness of a program; perform nothing."""
    program = with_given(_read(file), param or ())
    with application() as app:
        request = Request(program.request, target or "gym", program.cloud, budget_usd_month=budget)
        certificate = app.engine.review(program, app.check(request), target)
    if json:
        print_object(
            {
                "ok": certificate.ok,
                "obligations": [
                    {"id": item.id, "verdict": item.verdict, "why": item.why}
                    for item in certificate.obligations
                ],
            }
        )
    else:
        for item in certificate.obligations:
            typer.echo(shown(f"{item.verdict:<8} {item.id:<17} {item.why}"))
    sys.exit(0 if certificate.ok else 4)


@commands.command()
def emit(
    file: ProgramFile,
    form: Annotated[str, typer.Option("--as", help="cli, sdk or iac.")],
    param: Values = None,
) -> None:
    """Write a program as a script or as a boto3 program that runs by itself."""
    program = with_given(_read(file), param or ())
    if form not in EMITTERS:
        raise NotFound(f"a program cannot be written as '{form}'; it can as {', '.join(sorted(EMITTERS))}")
    with application() as app:
        typer.echo(EMITTERS[form](program, app.clouds[program.cloud].catalogue), nl=False)


@commands.command(context_settings={"allow_interspersed_args": False})
def guard(
    context: typer.Context,
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND…")],
    record: Annotated[Path | None, typer.Option(help="Write what it did as a program.")] = None,
    target: Annotated[str, typer.Option(help="The account to act on.")] = "gym",
    autonomy: Level = Autonomy.SUPERVISED,
    yes: Annotated[bool, typer.Option("--yes", help="Approve beforehand what would be asked.")] = False,
) -> None:
    """Run any program or agent under the gate: it is refused what the policies refuse, and recorded."""
    del context
    if not command:
        raise Usage("name the command to run: skywright guard -- COMMAND…")
    with application(choose(False)) as app:
        request = Request(
            " ".join(command), target, modality="guest", brain="guest", autonomy=autonomy, approved=yes
        )
        guarded = app.engine.invite(command, request, app.environment)
        if record is not None:
            try:
                record.write_text(dump(guarded.program))
            except OSError as error:
                raise Unavailable(f"{record} cannot be written: {error.strerror}") from error
    typer.echo(f"run {guarded.run}: {guarded.writes} changes, {guarded.refused} refused", err=True)
    sys.exit(guarded.exit_status)


def _read(file: Path) -> Program:
    try:
        return load(file.read_text(encoding="utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise Usage(f"{file} is not a text file") from error
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from error
