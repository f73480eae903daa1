"""`skywright preferences`: what you always want of a target, unless a request says otherwise."""

from collections.abc import Sequence
from contextlib import closing
from typing import Annotated, Any

import typer

from skywright.app.stores import Stores
from skywright.cli.shared import Json, moment, print_object, shown
from skywright.clouds.aws import regions
from skywright.model.preference import Preference
from skywright.preferences.reading import read

commands = typer.Typer(
    help="What you always want of a target, unless a request says otherwise.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Target = Annotated[str, typer.Option(help="The target that it is for; see: skywright target list.")]


@commands.command()
def add(
    words: Annotated[str, typer.Argument(metavar="WORDS", help='Such as "we always tag owner=team-a".')],
    target: Target = "gym",
    json: Json = False,
) -> None:
    """Keep a preference; what is not understood is declined, with examples."""
    wishes = read(words, regions.names())
    with closing(Stores()) as kept:
        kept.targets.get(target)
        added = [kept.preferences.add(target, wish, words) for wish in wishes]
    _tell(added, json)


@commands.command("list")
def list_all(
    target: Annotated[str | None, typer.Option(help="Only those of this target.")] = None, json: Json = False
) -> None:
    """List your preferences."""
    with closing(Stores()) as kept:
        _tell(kept.preferences.all(target), json)


@commands.command()
def remove(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As the list shows it.")], json: Json = False
) -> None:
    """Forget a preference."""
    with closing(Stores()) as kept:
        removed = kept.preferences.remove(number)
    if json:
        print_object({"removed": _row(removed)})
    else:
        typer.echo(shown(f"{number} removed: {removed.wish}"))


def _tell(preferences: Sequence[Preference], json: bool) -> None:
    if json:
        print_object({"preferences": [_row(each) for each in preferences]})
        return
    for each in preferences:
        typer.echo(
            shown(f"{each.id:>3}  {each.target}: {each.wish}  (since {moment(each.created)}: {each.words})")
        )


def _row(preference: Preference) -> dict[str, Any]:
    wish = preference.wish
    return {
        "id": preference.id,
        "target": preference.target,
        "kind": wish.kind.value,
        "key": wish.key,
        "value": wish.value,
        "says": str(wish),
        "words": preference.words,
        "created": moment(preference.created),
    }
