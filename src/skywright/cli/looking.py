"""`skywright state refresh`: looking at an account."""

import typer

from skywright.cli.driving import application
from skywright.cli.shared import Json, print_object, shown
from skywright.cli.state import Region, TargetName, known_regions
from skywright.engine.inventory import refresh as look_at

commands = typer.Typer()


@commands.command()
def refresh(target: TargetName = "gym", region: Region = None, json: Json = False) -> None:
    """Read the account, and say what is otherwise than it was known."""
    with application() as app:
        known_regions(app, region or ())
        renewal = look_at(app.parts, app.targets.get(target), region or ())
        # Whoever asks next need not wait for it.
        app.views.of(target).close()
    changes, survey = renewal.changes, renewal.survey
    lacking = survey.lacking()
    if json:
        rows = [{"types": list(one.types), "region": one.region, "why": one.why} for one in survey.unread]
        print_object(
            {
                "target": target,
                "resources": len(survey.resources),
                "new": list(changes.new),
                "changed": list(changes.changed),
                "gone": list(changes.gone),
                "regions": list(renewal.regions),
                "unread": rows,
                "complete": not lacking,
            }
        )
        return
    for one in lacking:
        where = f" in {one.region}" if one.region else ""
        typer.echo(shown(f"not read: {', '.join(one.types)}{where}: {one.why}"), err=True)
    counted = f"{len(changes.new)} new, {len(changes.changed)} changed, {len(changes.gone)} gone"
    where = renewal.regions[0] if len(renewal.regions) == 1 else f"{len(renewal.regions)} regions"
    typer.echo(f"{target}: {len(survey.resources)} resources in {where}; {counted}")


def look(target: str) -> None:
    """Look at a target at which nobody has looked yet."""
    with application() as app:
        look_at(app.parts, app.targets.get(target))
