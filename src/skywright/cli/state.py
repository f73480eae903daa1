"""`skywright state`: what is in an account, as it was seen last, and as it was at any moment before."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from typing import Annotated, ClassVar

import typer
import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywright.app.knowledge import Knowing
from skywright.cli.lazy import Elsewhere, Lazy
from skywright.cli.periods import seconds_of
from skywright.cli.shared import Json, moment, print_object, shown
from skywright.clouds.base import Prices
from skywright.errors import NotFound, Usage
from skywright.model.resource import Inventory, Resource
from skywright.state import graph as graphs
from skywright.state.picture import svg
from skywright.state.query import ask, filled


class _State(Lazy):
    elsewhere: ClassVar[Mapping[str, Elsewhere]] = {
        "drift": Elsewhere("drifting", "Look, and say what is otherwise than it is meant to be."),
        "leases": Elsewhere("leasing", "Say who holds what and who waits, or break leases."),
        "serialisable": Elsewhere("judging", "Say whether runs side by side got in each other's way."),
        "reconcile": Elsewhere("drifting", "Settle differences: adopt, revert or ignore them."),
        "export": Elsewhere("exporting", "Write down what is there as Terraform, which plans to no changes."),
        "refresh": Elsewhere("looking", "Read the account, and say what is otherwise than it was known."),
    }


commands = typer.Typer(
    cls=_State, help="What is in an account, and what was.", no_args_is_help=True, rich_markup_mode=None
)

_PIPED_WIDTH = 240
"""Of tables that go to a program, which cuts nothing off."""

TargetName = Annotated[str, typer.Option("--target", help="Whose resources.")]
Region = Annotated[list[str] | None, typer.Option("--region", help="Only there; may be given several times.")]
At = Annotated[
    str,
    typer.Option(help="As it was then: 2026-05-01T12:00 (UTC if it does not say), or 2h for two hours ago."),
]
Type = Annotated[str, typer.Option("--type", help="Only of that type, such as ec2:instance.")]


@commands.command()
def show(
    id: Annotated[str, typer.Argument(metavar="[ID]", help="One thing, with its history.")] = "",
    target: TargetName = "gym",
    region: Region = None,
    type: Type = "",
    at: At = "",
    json: Json = False,
) -> None:
    """List what is there, or show one thing whole."""
    with closing(Knowing()) as app:
        prices = app.clouds["aws"].prices
        inventory = _wanted(app, _at(app, target, at), region or (), type)
        forms = app.inventories.forms(target, id) if id else ()
    if id and id not in inventory:
        raise NotFound(f"there is no resource '{id}' in what is known of {target}")
    listed = {id: inventory[id]} if id else inventory
    if json:
        history = [{"since": began, "until": ended} for began, ended, _ in forms]
        rows = [_row(one, prices, whole=bool(id)) for one in listed.values()]
        print_object({"resources": rows} | ({"history": history} if id else {}))
        return
    if id:
        _print_one(inventory[id], prices, forms)
        return
    in_order = sorted(listed.values(), key=lambda one: (one.region, one.type, one.name, one.id))
    _print_table(
        ("type", "id", "name", "region", "managed by", "USD/month"),
        (
            (one.type, one.id, one.name, one.region, one.managed_by, f"{prices.usd_month_of(one):.2f}")
            for one in in_order
        ),
    )


@commands.command()
def graph(
    target: TargetName = "gym",
    region: Region = None,
    at: At = "",
    around: Annotated[str, typer.Option(metavar="ID", help="Only it, what it needs and what needs it.")] = "",
    form: Annotated[str, typer.Option("--as", help="text, json, dot or svg.")] = "text",
    json: Json = False,
) -> None:
    """Draw what depends on what."""
    form = "json" if json else form
    if form not in ("text", "json", "dot", "svg"):
        raise Usage(f"a graph is drawn as text, json, dot or svg, not as '{form}'")
    with closing(Knowing()) as app:
        inventory = _wanted(app, _at(app, target, at), region or (), "")
        surveying = app.clouds["aws"].surveying
    found = graphs.graph(inventory, surveying.containers, surveying.parts)
    if around:
        if around not in inventory:
            raise NotFound(f"there is no resource '{around}' in what is known of {target}")
        found = graphs.graph(graphs.around(found, around), surveying.containers, surveying.parts)
    if form == "json":
        print_object(graphs.rows(found))
    elif form == "svg":
        typer.echo(svg(found, f"{target}: {len(found.inventory)} resources"), nl=False)
    else:
        for line in graphs.dot(found) if form == "dot" else graphs.text(found):
            typer.echo(shown(line))


@commands.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over resources, dependencies and tags.")],
    target: TargetName = "gym",
    at: At = "",
    json: Json = False,
) -> None:
    """Ask in SQL; the tables are in docs/state.md."""
    with closing(Knowing()) as app:
        then = _seen(app, target, at)
        usd_month = app.clouds["aws"].prices.usd_month_of
        past = None if then is None else app.inventories.at(target, then)
        found = ask(app.views.of(target) if past is None else filled(past.values(), usd_month), sql)
    if json:
        print_object({"columns": list(found.columns), "rows": [list(row) for row in found.rows]})
        return
    rows = (["" if cell is None else str(cell) for cell in row] for row in found.rows)
    _print_table([shown(column) for column in found.columns], rows)


def _at(app: Knowing, target: str, at: str) -> Inventory:
    """What is known of a target, or was."""
    return app.inventories.at(target, _seen(app, target, at))


def _seen(app: Knowing, target: str, at: str) -> float | None:
    """The moment that is meant, None for now; who was never looked at is looked at."""
    app.targets.get(target)
    then = _moment(at) if at else None
    look = app.inventories.look(target, then)
    if look is None and then is not None:
        raise NotFound(f"nothing is known of {target} at that time; nobody had looked")
    if look is None:
        # For this alone all of Skywright is imported, which takes a while.
        import_module("skywright.cli.looking").look(target)
    return then


def _moment(text: str) -> float:
    """Seconds since the epoch of a moment, or of so long ago.

    Raises:
        Usage: It is neither.
    """
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        try:
            ago = seconds_of(text.removesuffix(" ago"))
        except Usage:
            raise Usage(
                f"'{text}' is no moment; give one like 2026-05-01T12:00, or 2h for two hours ago"
            ) from None
        return datetime.now(UTC).timestamp() - ago
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()


def known_regions(app: Knowing, regions: Sequence[str]) -> None:
    """
    Raises:
        NotFound: One of them does not exist.
    """
    for region in regions:
        if region not in app.clouds["aws"].regions:
            raise NotFound(f"there is no region '{region}'")


def _wanted(app: Knowing, inventory: Inventory, regions: Sequence[str], type: str) -> Inventory:
    known_regions(app, regions)
    return {
        id: one
        for id, one in inventory.items()
        if (not regions or one.region in regions) and (not type or one.type == type)
    }


def _print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    Console(width=None if Console().is_terminal else _PIPED_WIDTH).print(table)


def _row(one: Resource, prices: Prices, *, whole: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "id": one.id,
        "type": one.type,
        "region": one.region,
        "name": one.name,
        "managed_by": one.managed_by,
        "depends_on": list(one.depends_on),
        "usd_month": prices.usd_month_of(one),
    }
    return row | ({"properties": one.properties} if whole else {})


def _print_one(one: Resource, prices: Prices, forms: Sequence[tuple[float, float | None, Resource]]) -> None:
    whole = yaml.safe_dump(
        _row(one, prices, whole=True), sort_keys=False, allow_unicode=True, width=float("inf")
    )
    typer.echo(shown(whole.rstrip()))
    for (began, ended, form), before in zip(forms, (None, *(form for _, _, form in forms)), strict=False):
        until = f" until {moment(ended)}" if ended is not None else ""
        typer.echo(shown(f"{moment(began)}{until}: {_otherwise(before, form)}"))


def _otherwise(before: Resource | None, now: Resource) -> str:
    if before is None:
        return "first seen"
    names = sorted({*before.properties, *now.properties})
    changed = [name for name in names if before.properties.get(name) != now.properties.get(name)]
    return f"other {', '.join(changed)}" if changed else "seen again"
