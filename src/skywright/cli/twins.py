"""`skywright gym fork`: a copy of an account of the gym, or the twin of any target."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from skywright.app.whole import App
from skywright.cli.driving import application
from skywright.cli.gym import print_status
from skywright.cli.shared import Json, print_object, shown
from skywright.cli.state import Region, known_regions
from skywright.clouds.restoring import Lacking
from skywright.engine.struck import without_secrets
from skywright.engine.twin import Made, make, read
from skywright.errors import NotFound, Unavailable, Usage
from skywright.model.target import Target
from skywright.program.text import dump
from skywright.state.gym import DEFAULT_ACCOUNT

commands = typer.Typer()


@commands.command()
def fork(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The copy's name; TARGET-twin if it is a twin.")
    ] = None,
    source: Annotated[
        str, typer.Option("--from", metavar="TARGET", help="The target, or the gym's account, to copy.")
    ] = DEFAULT_ACCOUNT,
    anew: Annotated[
        bool, typer.Option("--anew", help="Make what is there again, where the gym could copy the account.")
    ] = False,
    region: Region = None,
    program: Annotated[
        Path | None, typer.Option("--program", help="Write the program that made the twin there.")
    ] = None,
    json: Json = False,
) -> None:
    """Copy an account, whole, under a new address; of a target that is not the gym's, make a twin."""
    with application() as app:
        app.gym.up()
        target = _target(app, source)
        if target.kind == "gym" and not anew:
            if region or program is not None:
                raise Usage("an account of the gym is copied whole; --region and --program go with --anew")
            app.gym.fork(target.reference, name)
            print_status(app.gym.status(), json)
            return
        known_regions(app, region or ())
        made = _twin(app, target, name or f"{target.name}-twin", region or ())
        status = app.gym.status()
        if program is not None:
            # User data of machines is among it, and often holds what nobody should read.
            _write(program, dump(without_secrets(made.program, app.clouds["aws"].catalogue)))
    if json:
        print_object({**status, "twin": _row(made)})
    else:
        _tell(made)


def _target(app: App, source: str) -> Target:
    """What that names: a target, or an account of the gym."""
    try:
        return app.targets.get(source)
    except NotFound as error:
        if app.accounts.has(source):
            return Target(source, "gym", source)
        raise NotFound(f"{error}; and the gym has no account '{source}'") from error


def _twin(app: App, target: Target, name: str, regions: Sequence[str]) -> Made:
    seen = read(app.parts, target, regions)
    if not seen.survey.covered:
        raise Unavailable(f"nothing of {target.name} may be read: {seen.survey.unread[0].why}")
    old = app.twins.get(name)
    if old is not None and old.target == target.name and app.accounts.ready(name):
        # What is there is what the target was when it was read then, and no other account of that name.
        app.accounts.remove(name)
    return make(app.parts, target, name, seen)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror}") from error


def _row(made: Made) -> dict[str, Any]:
    twin = made.twin
    return {
        "account": twin.account,
        "target": twin.target,
        "regions": list(twin.regions),
        "steps": len(made.program.steps),
        "ids": dict(twin.ids),
        "not_copied": [{name: getattr(one, name) for name in Lacking.__slots__} for one in twin.lacking],
    }


def _tell(made: Made) -> None:
    twin = made.twin
    for sentence, count in _sentences(twin.lacking).items():
        typer.echo(shown(f"not copied: {sentence}{f' ({count} times)' if count > 1 else ''}"), err=True)
    renamed = len(twin.renamed())
    ids = "under the same ids" if not renamed else f"{renamed} of them under other ids"
    typer.echo(
        f"{twin.account} is a twin of {twin.target}: {len(twin.ids)} resources made again, {ids}, "
        f"in {len(made.program.steps)} steps"
    )


def _sentences(lacking: Sequence[Lacking]) -> Mapping[str, int]:
    """What lacks of whole things by their ids, of others by their types."""
    said = Counter[str]()
    for one in lacking:
        where = f" in {one.region}" if one.region and (one.whole or not one.id) else ""
        named = f" {one.name or one.id}" if one.id and one.whole else ""
        said[f"{one.type}{named}{where}: {one.why}".lstrip(": ")] += 1
    return said
