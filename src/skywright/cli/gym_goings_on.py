"""`skywright gym load`, `people` and `quotas`: what goes on in an account of the gym beside its user."""

from typing import Annotated, Any

import typer

from skywright.app.sandbox import Sandbox
from skywright.cli.periods import seconds_of
from skywright.cli.shared import Json, print_object
from skywright.errors import Usage
from skywright.state.gym import DEFAULT_ACCOUNT

_Number = float | None


def load(
    balancer: Annotated[
        str | None, typer.Argument(metavar="BALANCER", help="A load balancer's name or ARN.")
    ] = None,
    account: Annotated[str, typer.Option(help="Where it is.")] = DEFAULT_ACCOUNT,
    shape: Annotated[
        str | None, typer.Option(help="constant, daily, flash-crowd or drift; constant if not given.")
    ] = None,
    base: Annotated[_Number, typer.Option(help="Requests a second when it is quiet; 10.")] = None,
    peak: Annotated[_Number, typer.Option(help="Requests a second at most; ten times the base.")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides the noise.")] = None,
    noise: Annotated[_Number, typer.Option(help="How far a minute may be off, as a share; 0.1.")] = None,
    request_ms: Annotated[
        _Number, typer.Option(help="How long one processor works on a request, in ms; 10.")
    ] = None,
    after_seconds: Annotated[_Number, typer.Option(help="When a crowd comes or a drift begins.")] = None,
    for_seconds: Annotated[_Number, typer.Option(help="How long a crowd stays or a drift takes.")] = None,
    off: Annotated[bool, typer.Option("--off", help="No load any more, here or anywhere.")] = False,
    json: Json = False,
) -> None:
    """Let a load balancer get traffic, or say which do."""
    given: dict[str, Any] = {
        "shape": shape,
        "base": base,
        "peak": peak,
        "seed": seed,
        "noise": noise,
        "request_ms": request_ms,
        "after_seconds": after_seconds,
        "for_seconds": for_seconds,
    }
    given = {name: value for name, value in given.items() if value is not None}
    if given and (off or balancer is None):
        raise Usage("a load is set for a BALANCER, without --off")
    gym = Sandbox().gym
    gym.up()
    if off:
        told = gym.end_load(account, balancer)
    elif balancer is not None:
        told = gym.put_load(account, {"balancer": balancer, **given})
    else:
        told = gym.loads(account)
    if json:
        print_object(told)
    elif off:
        typer.echo(f"{told['ended']} loads ended")
    else:
        lines = [_line(one) for one in told.get("loads", [told])]
        typer.echo("\n".join(lines) or "no loads")


def _line(one: dict[str, Any]) -> str:
    name = one["balancer"].rpartition(":loadbalancer/app/")[2].partition("/")[0]
    course = "" if one["shape"] == "constant" else f" to {one['peak']:g}"
    return (
        f"{name}: {one['shape']}, {one['base']:g}{course}, seed {one['seed']}; "
        f"{one['requests_second']:g} requests a second now"
    )


def people(
    account: Annotated[str, typer.Option(help="Where they are.")] = DEFAULT_ACCOUNT,
    seed: Annotated[int | None, typer.Option(help="Decides when they do what; 0.")] = None,
    every: Annotated[
        str | None, typer.Option(help="How often, on the average: 90s, 10m, 1h30m; 10m.")
    ] = None,
    count: Annotated[int | None, typer.Option(help="How often in all; without end if not given.")] = None,
    kinds: Annotated[
        str | None, typer.Option(help="What they do, of: tag,rule,stop,resize,launch; all if not given.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Nobody changes anything any more.")] = False,
    json: Json = False,
) -> None:
    """Let other people change things by hand, or say what they did."""
    given: dict[str, Any] = {
        "seed": seed,
        "every_seconds": seconds_of(every) if every is not None else None,
        "count": count,
        "kinds": kinds.split(",") if kinds is not None else None,
    }
    given = {name: value for name, value in given.items() if value is not None}
    if given and off:
        raise Usage("give how people are to be, or --off, not both")
    gym = Sandbox().gym
    gym.up()
    if off:
        told = gym.end_people(account)
    else:
        told = gym.put_people(account, given) if given else gym.people(account)
    if json:
        print_object(told)
        return
    for one in told["log"]:
        typer.echo(_done(one))
    there = told["people"]
    if there is None:
        typer.echo("nobody changes anything by hand")
    else:
        typer.echo(
            f"somebody does one of {', '.join(there['kinds'])} every {there['every_seconds']:g} seconds"
        )


def _done(one: dict[str, Any]) -> str:
    who = one["principal"].rpartition("/")[2]
    change = f"{one['field']} {one['was']} -> {one['becomes']}"
    failed = f" (failed: {one['error']})" if one["error"] else ""
    return f"{one['at']} {who} {one['operation']} {one['resource']} in {one['region']}: {change}{failed}"


def quotas(
    account: Annotated[str, typer.Option(help="Whose quotas.")] = DEFAULT_ACCOUNT,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="CODE=NUMBER", help="As in L-F678F1CE=10.")
    ] = None,
    enforced: Annotated[
        bool | None, typer.Option("--on/--off", help="Refuse what exceeds a quota, or nothing.")
    ] = None,
    grant_seconds: Annotated[
        _Number, typer.Option(help="How long a request for more is pending, by the account's clock; 900.")
    ] = None,
    deny: Annotated[bool | None, typer.Option("--deny/--grant", help="What then becomes of it.")] = None,
    json: Json = False,
) -> None:
    """Say how much of what an account may have, or change that."""
    changes: dict[str, Any] = {"enforced": enforced, "grant_seconds": grant_seconds, "deny": deny}
    changes = {name: value for name, value in changes.items() if value is not None}
    if values:
        changes["values"] = dict(_code_and_number(text) for text in values)
    gym = Sandbox().gym
    gym.up()
    told = gym.set_quotas(account, changes) if changes else gym.quotas(account)
    if json:
        print_object(told)
        return
    for one in told["quotas"]:
        typer.echo(f"{one['code']}  {one['value']:>8g}  {one['service']}: {one['name']}")
    for one in told["requests"]:
        typer.echo(f"{one['code']}  {one['value']:>8g}  asked for in {one['region']}: {one['status']}")
    if not told["enforced"]:
        typer.echo("none of them is enforced")


def _code_and_number(text: str) -> tuple[str, float]:
    code, _, number = text.partition("=")
    try:
        return code, float(number)
    except ValueError:
        raise Usage(f"--set takes a quota's code and a number, such as L-F678F1CE=10, not '{text}'") from None
