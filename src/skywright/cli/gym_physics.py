"""`skywright gym clock`, `bill` and `spot`: the time, the cost and the market of an account of the gym."""

from typing import Annotated, Any

import typer

from skywright.app.sandbox import Sandbox
from skywright.cli.periods import seconds_of
from skywright.cli.shared import Json, print_object
from skywright.errors import Usage
from skywright.state.gym import DEFAULT_ACCOUNT

_FIELDS = ("service", "usage_type", "resource", "region")


def clock(
    account: Annotated[str, typer.Option(help="Whose clock.")] = DEFAULT_ACCOUNT,
    advance: Annotated[str | None, typer.Option(help="Let that pass at once: 90s, 1h30m, 2d.")] = None,
    speed: Annotated[float | None, typer.Option(help="How fast time runs: 1 as the wall's, 60, …")] = None,
    pause: Annotated[bool, typer.Option("--pause", help="Let time stand; --speed 1 lets it go on.")] = False,
    durations: Annotated[
        str | None, typer.Option(help="How long the cloud takes: quick; cloud, about as long as AWS; none.")
    ] = None,
    json: Json = False,
) -> None:
    """Say what time it is in an account, put it on, or make it run faster, slower or not at all."""
    if pause and speed is not None:
        raise Usage("give --pause or --speed, not both")
    changes: dict[str, Any] = {
        "advance_seconds": seconds_of(advance) if advance is not None else None,
        "speed": 0 if pause else speed,
        "durations": durations,
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    gym = Sandbox().gym
    gym.up()
    told = gym.set_clock(account, changes) if changes else gym.clock(account)
    pace = f"runs {told['speed']:g} times as fast as the wall's" if told["speed"] else "stands still"
    if json:
        print_object(told)
    else:
        typer.echo(f"{told['now']}; time {pace}; durations: {told['durations']}")


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
    gym = Sandbox().gym
    gym.up()
    if billed is not None:
        gym.switch_bill(account, billed)
    told = gym.bill(account, seconds)
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


def spot(
    account: Annotated[str, typer.Option(help="Whose market.")] = DEFAULT_ACCOUNT,
    seed: Annotated[int | None, typer.Option(help="Decides the whole course of prices and capacity.")] = None,
    volatility: Annotated[
        float | None, typer.Option(help="How much prices move: 0.03 hardly, 0.5 a lot.")
    ] = None,
    reclaims: Annotated[
        float | None, typer.Option(help="How often in a month a pool takes its machines back.")
    ] = None,
    interrupt: Annotated[
        str | None, typer.Option(metavar="INSTANCE", help="Give a spot machine its two minutes' notice now.")
    ] = None,
    json: Json = False,
) -> None:
    """Say how an account's spot market behaves and which machines have to go, or set it."""
    changes: dict[str, Any] = {
        "seed": seed,
        "volatility": volatility,
        "reclaims_month": reclaims,
        "interrupt": interrupt,
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    gym = Sandbox().gym
    gym.up()
    told = gym.set_spot(account, changes) if changes else gym.spot(account)
    if json:
        print_object(told)
        return
    since = f" from {told['since']}" if told["since"] else ""
    moves = f"volatility {told['volatility']:g}, {told['reclaims_month']:g} reclaims a month"
    typer.echo(f"seed {told['seed']}, {moves}{since}")
    for notice in told["notices"]:
        what = f"{notice['action']} at {notice['time']}, for {notice['reason']}"
        typer.echo(f"{notice['instance']} in {notice['region']}: {what}")
