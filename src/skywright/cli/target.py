"""`skywright target`: the accounts that may be acted on."""

from dataclasses import replace
from typing import Annotated

import typer

from skywright.cli.driving import application
from skywright.cli.shared import Json, print_object
from skywright.errors import Usage
from skywright.model.target import Target

commands = typer.Typer(help="The accounts that may be acted on.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME")]


@commands.command()
def add(
    name: Name,
    aws_profile: Annotated[str | None, typer.Option(help="A profile of the AWS configuration.")] = None,
    azure_subscription: Annotated[str | None, typer.Option(help="An Azure subscription's id.")] = None,
    gym: Annotated[str | None, typer.Option(help="An account of the gym.")] = None,
    account: Annotated[str, typer.Option(help="The account number that it must be.")] = "",
    region: Annotated[str, typer.Option(help="Where things go if a request names no place.")] = "",
) -> None:
    """Give an account a name. Who we are there is asked at once, and must stay so."""
    if azure_subscription is not None:
        raise Usage("Azure accounts cannot be added yet; --aws-profile and --gym can")
    if (aws_profile is None) == (gym is None):
        raise Usage("name one of --aws-profile PROFILE and --gym ACCOUNT")
    with application() as app:
        target = Target(name, "gym", gym or "", account, region)
        if aws_profile is not None:
            target = Target(name, "aws", aws_profile, account, region)
        elif gym is not None:
            app.gym.up()
            target = replace(target, account=app.gym.account(gym).number)
        identity = app.accounts.who(target)
        if account and identity.account != account:
            raise Usage(
                f"that is account {identity.account} ({identity.arn}), not {account}; nothing was added"
            )
        app.targets.add(replace(target, account=identity.account))
    typer.echo(f"{name} is account {identity.account}, where we are {identity.arn}")


@commands.command("list")
def list_all(json: Json = False) -> None:
    """List all targets."""
    with application() as app:
        targets = app.targets.all()
    if json:
        rows = [
            {"name": t.name, "kind": t.kind, "reference": t.reference, "account": t.account} for t in targets
        ]
        print_object({"targets": rows})
        return
    for target in targets:
        typer.echo(f"{target.name:<20} {target.kind:<4} {target.reference:<20} {target.account}")


@commands.command()
def test(name: Name, json: Json = False) -> None:
    """Say who we are there; refuse if that is not who it was said to be."""
    with application() as app:
        target = app.targets.get(name)
        app.accounts.reach(target)
        identity = app.accounts.who(target)
    if json:
        print_object({"target": name, "account": identity.account, "arn": identity.arn, "ok": True})
    else:
        typer.echo(f"{name} is account {identity.account}, where we are {identity.arn}")


@commands.command()
def remove(name: Name) -> None:
    """Forget a target, and what is known of it; nothing in the account changes."""
    with application() as app:
        app.targets.remove(name)
        app.views.forget(name)
        app.inventories.forget(name)
        app.expectations.forget(name)
        app.preferences.forget(name)
        app.twins.forget(name)
    typer.echo(f"{name} removed")
