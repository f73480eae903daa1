"""`skywright state serialisable`: whether runs that went on side by side got in each other's way."""

import sys
from contextlib import closing
from typing import Annotated

import typer

from skywright.app.stores import Stores
from skywright.cli.shared import Json, print_object, shown
from skywright.clouds.aws.cloud import aws
from skywright.engine.histories import judge, rows

commands = typer.Typer()


@commands.command()
def serialisable(
    target: Annotated[str, typer.Option("--target", help="Whose history.")] = "gym",
    json: Json = False,
) -> None:
    """Say whether all that was done could have been done one run after the other; 1 if it could not."""
    with closing(Stores()) as kept:
        realm = kept.targets.get(target).realm
        names = [one.name for one in kept.targets.all() if one.realm == realm]
        judgement = judge(kept.journal, aws(), names)
    if json:
        print_object(rows(judgement))
    else:
        for one in judgement.found:
            typer.echo(shown(f"{one.fault.value}: {one.says}"), err=True)
        told = f"{target}: {judgement.changes} changes by {judgement.runs} runs"
        doubt = f", {judgement.doubtful} in doubt" if judgement.doubtful else ""
        typer.echo(f"{told}{doubt}: {'NOT serialisable' if judgement.found else 'serialisable'}")
    sys.exit(1 if judgement.found else 0)
