"""`skywright state drift` and `skywright state reconcile`: what is otherwise than it is meant to be."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from skywright.cli.driving import application, drive, finish
from skywright.cli.progress import choose
from skywright.cli.shared import Json, print_object, shown
from skywright.cli.state import Region, TargetName, known_regions
from skywright.engine.drift import Drift, adopt, find_drift, ignore
from skywright.errors import NotFound, Usage
from skywright.model.run import Autonomy, Request
from skywright.state.drift import Difference, told

commands = typer.Typer()

Level = Annotated[Autonomy, typer.Option(help="How much of a revert may be done without asking.")]
Yes = Annotated[bool, typer.Option("--yes", help="Approve a revert beforehand; policies still hold.")]


@commands.command()
def drift(
    target: TargetName = "gym",
    region: Region = None,
    all: Annotated[bool, typer.Option("--all", help="With what is ignored.")] = False,
    json: Json = False,
) -> None:
    """Look, and say what is otherwise than it is meant to be, and who did it as far as is known."""
    with application() as app:
        known_regions(app, region or ())
        found = find_drift(app.parts, app.targets.get(target), region or ())
    pairs = tuple(zip(found.differences, found.causes, strict=True)) if all else found.counting()
    if json:
        print_object({"drift": [_row(one, cause) for one, cause in pairs], "unread": _unread(found)})
        return
    for sentence in _unread(found):
        typer.echo(shown(f"not read: {sentence}"), err=True)
    for one, cause in pairs:
        typer.echo(shown(f"{told(one)}; {cause}{f' (ignored: {one.ignored})' if one.ignored else ''}"))
    counted = len(found.counting())
    typer.echo(f"{target}: {counted} {'difference' if counted == 1 else 'differences'}")


@commands.command()
def reconcile(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Only these things.")] = None,
    adopt_: Annotated[bool, typer.Option("--adopt", help="It is meant to be as it is.")] = False,
    revert: Annotated[bool, typer.Option("--revert", help="It shall be as it was.")] = False,
    ignore_: Annotated[bool, typer.Option("--ignore", help="Say no more of it as it is.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is ignored.")] = "",
    target: TargetName = "gym",
    region: Region = None,
    autonomy: Level = Autonomy.SUPERVISED,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Settle differences: adopt them, revert them, or ignore them with a reason."""
    if adopt_ + revert + ignore_ != 1:
        raise Usage("say one of --adopt, --revert and --ignore")
    if ignore_ and not reason.strip():
        raise Usage("say with --reason why it is to be ignored")
    if revert:
        request = Request(
            " ".join(("revert drift of", *(ids or (target,)))), target, autonomy=autonomy, approved=yes
        )
        sys.exit(_revert(request, region or (), ids or (), json))
    with application() as app:
        known_regions(app, region or ())
        account = app.targets.get(target)
        found = _chosen(find_drift(app.parts, account, region or ()), ids or ())
        if adopt_:
            adopt(app.parts, account, found)
        else:
            ignore(app.parts, account, found, reason.strip())
    if json:
        print_object({"settled": [{"id": one.id, "kind": one.kind, "field": one.field} for one in found]})
        return
    for one in found:
        typer.echo(shown(f"{'adopted' if adopt_ else 'ignored'}: {told(one)}"))


def _revert(request: Request, regions: Sequence[str], ids: Sequence[str], json: bool) -> int:
    """A run that makes things as they are meant to be; gives the exit status."""
    with application(choose(json)) as app:
        known_regions(app, regions)
        account = app.targets.get(request.target)
        chosen = _chosen(find_drift(app.parts, account, regions), ids)
        if not chosen:
            raise Usage(
                f"nothing in {request.target} is otherwise than it is meant to be; there is nothing to revert"
            )
        begun = app.engine.begin_revert(app.check(request), chosen)
        return finish(drive(app, begun.id), json)


def _chosen(found: Drift, ids: Sequence[str]) -> tuple[Difference, ...]:
    differences = tuple(one for one, _ in found.counting())
    strange = [id for id in ids if all(one.id != id for one in differences)]
    if strange:
        raise NotFound(f"{strange[0]} is not otherwise than it is meant to be; nothing was settled")
    return tuple(one for one in differences if not ids or one.id in ids)


def _row(one: Difference, cause: str) -> dict[str, object]:
    row: dict[str, object] = {
        "id": one.id,
        "kind": one.kind,
        "field": one.field,
        "expected": one.expected,
        "actual": one.actual,
        "cause": cause,
        "type": one.resource.type,
        "region": one.resource.region,
    }
    return row | ({"ignored": one.ignored} if one.ignored else {})


def _unread(found: Drift) -> list[str]:
    return [one.why for one in found.survey.lacking()]
