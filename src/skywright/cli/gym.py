"""`skywright gym`: the sandbox clouds."""

import json as json_text
from typing import Annotated, Any

import typer

from skywright.cli.shared import application, print_object
from skywright.errors import Usage
from skywright.state.gym import DEFAULT_ACCOUNT

commands = typer.Typer(help="The sandbox clouds.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT")]


@commands.command()
def up(
    host: Annotated[str, typer.Option(help="Where to listen; only this machine unless asked.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The control port; 0 is any free one.")] = 0,
    json: Json = False,
) -> None:
    """Start the gym."""
    with application() as app:
        app.gym.up(host, port)
        _print_status(app.gym.status(), json)


@commands.command()
def down(json: Json = False) -> None:
    """Stop the gym; its accounts are kept."""
    with application() as app:
        ran = app.gym.down()
    if json:
        print_object({"stopped": ran})
    else:
        typer.echo("the gym is down" if ran else "the gym was not running")


@commands.command()
def status(json: Json = False) -> None:
    """Say where the gym's clouds are and who may come in."""
    with application() as app:
        _print_status(app.gym.status(), json)


@commands.command()
def create(account: AccountName, json: Json = False) -> None:
    """Make an empty account."""
    with application() as app:
        app.gym.up()
        app.gym.create(account)
        _print_status(app.gym.status(), json)


@commands.command()
def remove(account: AccountName) -> None:
    """Remove an account and all that is in it."""
    with application() as app:
        app.gym.remove(account)
    typer.echo(f"{account} removed")


@commands.command()
def reset(account: AccountName = DEFAULT_ACCOUNT) -> None:
    """Empty an account."""
    with application() as app:
        app.gym.reset(account)
    typer.echo(f"{account} is empty")


@commands.command()
def fork(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The copy's name.")],
    account: Annotated[str, typer.Option("--from", help="The account to copy.")] = DEFAULT_ACCOUNT,
    json: Json = False,
) -> None:
    """Copy an account, whole, under a new address."""
    with application() as app:
        app.gym.up()
        app.gym.fork(account, name)
        _print_status(app.gym.status(), json)


@commands.command()
def fault(
    body: Annotated[str, typer.Argument(metavar="JSON", help='As in {"kind": "health-event", …}.')],
    account: Annotated[str, typer.Option(help="Where it happens.")] = DEFAULT_ACCOUNT,
) -> None:
    """Make something go wrong."""
    try:
        described: Any = json_text.loads(body)
    except ValueError as error:
        raise Usage(f"the fault is not JSON: {error}") from error
    if not isinstance(described, dict):
        raise Usage('the fault must be a JSON object, such as {"kind": "health-event", "service": "EC2"}')
    with application() as app:
        typer.echo(app.gym.fault(account, described))


def _print_status(status: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_object(status)
        return
    for account in status["accounts"]:
        aws = account["aws"]
        typer.echo(f"{account['name']:<20} {aws['endpoint']}  key {aws['access_key_id']}")
