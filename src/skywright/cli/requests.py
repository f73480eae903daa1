"""`skywright do`, `plan` and `undo`: requests in words, and the way back."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from skywright.cli.driving import application, drive, finish
from skywright.cli.progress import choose
from skywright.cli.shared import Json
from skywright.cli.talking import close, talk
from skywright.model.run import Autonomy, Request

Words = Annotated[str, typer.Argument(metavar="REQUEST", help="What is to be done, in your own words.")]
Target = Annotated[str, typer.Option(help="The account to act on; see: skywright target list.")]
CloudName = Annotated[str, typer.Option(help="aws (or azure).")]
Modality = Annotated[str, typer.Option(help="How it is performed: auto, cli, sdk, iac or web.")]
BrainName = Annotated[str, typer.Option(help="auto, builtin, or PROVIDER:MODEL.")]
Level = Annotated[Autonomy, typer.Option(help="How much may be done without asking.")]
Yes = Annotated[bool, typer.Option("--yes", help="Approve beforehand; policies still hold.")]
Budget = Annotated[float | None, typer.Option(help="The most that it may add to the bill, USD a month.")]
Deadline = Annotated[float | None, typer.Option(help="Give up after so many seconds.")]


commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def do(
    words: Words,
    target: Target = "gym",
    cloud: CloudName = "aws",
    modality: Modality = "auto",
    brain: BrainName = "builtin",
    autonomy: Level = Autonomy.SUPERVISED,
    yes: Yes = False,
    budget: Budget = None,
    deadline: Deadline = None,
    json: Json = False,
) -> None:
    """Carry out a request: rehearsed, proven, approved, performed, confirmed."""
    request = Request(words, target, cloud, modality, brain, autonomy, yes, budget, deadline)
    with application(choose(json)) as app:
        begun = app.engine.begin(app.check(request))
        status = close(app, talk(app, begun.id, interactive=not json and sys.stdin.isatty()), json)
    sys.exit(status)


@commands.command()
def plan(
    words: Words,
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the program is written.")],
    target: Target = "gym",
    cloud: CloudName = "aws",
    modality: Modality = "auto",
    brain: BrainName = "builtin",
    autonomy: Level = Autonomy.SUPERVISED,
    budget: Budget = None,
    json: Json = False,
) -> None:
    """Everything up to the approval: a proven program to review. Touches only the twin."""
    request = Request(words, target, cloud, modality, brain, autonomy, False, budget)
    with application(choose(json)) as app:
        begun = app.engine.begin(app.check(request))
        # Whoever answers what it asks goes on with a plan, too, not with a change.
        app.runs.note(begun.id, planned_to=str(output.absolute()))
        status = close(app, talk(app, begun.id, interactive=not json and sys.stdin.isatty()), json)
    sys.exit(status)


@commands.command()
def undo(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run to take back.")],
    modality: Modality = "auto",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Back to the state before a run; says beforehand what cannot be undone."""
    del yes
    with application(choose(json)) as app:
        begun = app.engine.begin_undo(run, app.check(Request(f"undo {run}", modality=modality)))
        status = finish(drive(app, begun.id), json)
    sys.exit(status)
