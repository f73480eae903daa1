"""`skywright docs`: the clouds' documentation, found by what one wants to do."""

from typing import Annotated

import typer

from skywright.cli.driving import application
from skywright.cli.shared import Json, print_object, shown
from skywright.errors import NotFound, Usage

commands = typer.Typer(
    help="What the clouds' documentation says.", no_args_is_help=True, rich_markup_mode=None
)


@commands.callback()
def docs() -> None:
    """What the clouds' documentation says."""


@commands.command()
def search(
    text: Annotated[str, typer.Argument(help="What one wants to do.", metavar="TEXT")],
    service: Annotated[list[str] | None, typer.Option(help="Only of this service; may be repeated.")] = None,
    most: Annotated[int, typer.Option(help="So many at most.", min=1, max=200)] = 20,
    cloud: Annotated[str, typer.Option(help="aws.")] = "aws",
    json: Json = False,
) -> None:
    """Find the operations that do what the text says. The first time, an index is made, in seconds."""
    if not text.strip():
        raise Usage('say what to look for, such as "create a bucket"')
    with application() as app:
        known = app.clouds.get(cloud)
        if known is None or known.documentation is None:
            raise NotFound(
                f"there is no documentation of a cloud '{cloud}'; there is of {', '.join(app.clouds)}"
            )
        for name in service or ():
            known.catalogue.operations(name)
        found = known.documentation.search(text, most, service or ())
        if json:
            print_object([{"operation": str(one.operation), "score": one.score} for one in found])
            return
        for one in found:
            typer.echo(shown(f"{one.score:6.1%}  {one.operation}"))
