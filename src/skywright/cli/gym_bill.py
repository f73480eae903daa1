"""`skywright gym bill`: what an account of the gym costs."""

from typing import Annotated, Any

import typer

from skywright.cli.periods import seconds_of
from skywright.cli.shared import Json, print_object, stores
from skywright.errors import Usage
from skywright.state.gym import DEFAULT_ACCOUNT

_FIELDS = ("service", "usage_type", "resource", "region")


def bill(
    account: Annotated[str, typer.Option(help="Whose bill.")] = DEFAULT_ACCOUNT,
    last: Annotated[
        str | None, typer.Option(help="Of the last 90s, 1h30m, 2d; of ever if not given.")
    ] = None,
    by: Annotated[str, typer.Option(help="service, usage_type, resource or region.")] = "service",
    billed: Annotated[
        bool | None, typer.Option("--on/--off", help="Bill the account from now on, or no more.")
    ] = None,
    json: Json = False,
) -> None:
    """Say what an account costs, by the second of its own clock."""
    if by not in _FIELDS:
        raise Usage("--by is service, usage_type, resource or region")
    seconds = seconds_of(last) if last is not None else None
    with stores() as kept:
        kept.gym.up()
        if billed is not None:
            kept.gym.switch_bill(account, billed)
        told = kept.gym.bill(account, seconds)
    if json:
        print_object(told)
        return
    if not told["billed"]:
        typer.echo(f"{account} is not billed; it is again with --on")
        return
    for name, usd in _summed(told["lines"], by):
        typer.echo(f"{usd:14.6f}  {name}")
    typer.echo(f"{told['usd']:14.6f}  USD from {told['since']} to {told['until']}")
    typer.echo(f"{told['usd_hour']:14.6f}  USD an hour now")


def _summed(lines: list[dict[str, Any]], by: str) -> list[tuple[str, float]]:
    """What the lines come to by one of their fields, dearest first."""
    sums: dict[str, float] = {}
    for line in lines:
        sums[line[by]] = sums.get(line[by], 0.0) + line["usd"]
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
