"""`skywright gym`: the sandbox clouds."""

import json as json_text
import textwrap
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, cast

import typer

from skywright.app.sandbox import Sandbox
from skywright.cli.gym_goings_on import load, people, quotas
from skywright.cli.gym_physics import bill, clock, spot
from skywright.cli.lazy import Elsewhere, Lazy
from skywright.cli.shared import Json, print_object
from skywright.errors import Usage
from skywright.state.gym import DEFAULT_ACCOUNT


class _Commands(Lazy):
    elsewhere: ClassVar[Mapping[str, Elsewhere]] = {
        "fork": Elsewhere("twins", "Copy an account, or make a target's twin."),
        "record": Elsewhere("recordings", "Record a session of any program with an account."),
        "replay": Elsewhere("recordings", "Serve a recorded session as a cloud."),
        "conform": Elsewhere("recordings", "Hold the gym's answers against a recording."),
    }


commands = typer.Typer(cls=_Commands, help="The sandbox clouds.", no_args_is_help=True, rich_markup_mode=None)
for _command in (clock, bill, spot, load, people, quotas):
    commands.command()(_command)

AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT")]


@commands.command()
def up(
    host: Annotated[str, typer.Option(help="Where to listen; only this machine unless asked.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The control port; 0 is any free one.")] = 0,
    json: Json = False,
) -> None:
    """Start the gym."""
    gym = Sandbox().gym
    gym.up(host, port)
    print_status(gym.status(), json)


@commands.command()
def down(json: Json = False) -> None:
    """Stop the gym; its accounts are kept."""
    ran = Sandbox().gym.down()
    if json:
        print_object({"stopped": ran})
    else:
        typer.echo("the gym is down" if ran else "the gym was not running")


@commands.command()
def status(json: Json = False) -> None:
    """Say where the gym's clouds are and who may come in."""
    print_status(Sandbox().gym.status(), json)


@commands.command()
def create(account: AccountName, json: Json = False) -> None:
    """Make an empty account."""
    gym = Sandbox().gym
    gym.up()
    gym.create(account)
    print_status(gym.status(), json)


@commands.command()
def remove(account: AccountName, json: Json = False) -> None:
    """Remove an account and all that is in it."""
    Sandbox().gym.remove(account)
    _say({"removed": account}, f"{account} removed", json)


@commands.command()
def reset(account: AccountName = DEFAULT_ACCOUNT, json: Json = False) -> None:
    """Empty an account."""
    Sandbox().gym.reset(account)
    _say({"reset": account}, f"{account} is empty", json)


@commands.command()
def snapshot(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The snapshot's name.")],
    account: Annotated[str, typer.Option(help="The account to keep.")] = DEFAULT_ACCOUNT,
    json: Json = False,
) -> None:
    """Keep what an account is now under a name, to come back to it with restore."""
    made = Sandbox().gym.snapshot(account, name)
    _say(made, f"{account} kept as {name}: {made['bytes']} bytes", json)


@commands.command()
def restore(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The snapshot's name.")],
    account: Annotated[str, typer.Option(help="The account to put back.")] = DEFAULT_ACCOUNT,
    json: Json = False,
) -> None:
    """Make an account what it was at a snapshot."""
    Sandbox().gym.restore(account, name)
    _say({"restored": account, "snapshot": name}, f"{account} is what it was at {name}", json)


@commands.command()
def fault(
    body: Annotated[
        str | None, typer.Argument(metavar="JSON", help='As in {"kind": "health-event", …}.')
    ] = None,
    account: Annotated[str, typer.Option(help="Where it happens.")] = DEFAULT_ACCOUNT,
    listed: Annotated[bool, typer.Option("--list", help="Say what is wrong now.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Make everything right again.")] = False,
    kinds: Annotated[bool, typer.Option("--kinds", help="Say what can go wrong, with its fields.")] = False,
    json: Json = False,
) -> None:
    """Make something go wrong, or say what does or what can, or mend it."""
    if (body is not None) + listed + clear + kinds != 1:
        raise Usage("give a fault as JSON, or --list, or --clear, or --kinds")
    gym = Sandbox().gym
    if kinds:
        gym.up()
        known = gym.fault_kinds()
        _say({"kinds": known}, "\n\n".join(_kind(each) for each in known), json)
        return
    if body is not None:
        described = _fault(body)
        id = gym.fault(account, described)
        _say({"id": id}, id, json)
        return
    there = gym.faults(account)
    for each in there if clear else ():
        gym.mend(account, str(each["id"]))
    if clear:
        _say({"cleared": len(there)}, f"{len(there)} faults mended", json)
    else:
        _say({"faults": there}, "\n".join(json_text.dumps(each) for each in there) or "no faults", json)


def _kind(kind: dict[str, Any]) -> str:
    lines = [kind["kind"], *_indented(kind["statement"], 2)]
    if kind["once"]:
        lines.append("  Once, unless it is said how often, how likely or how long.")
    for field in kind["fields"]:
        default = "required" if field["required"] else f"default {json_text.dumps(field['default'])}"
        bare = field["required"] is False and field["default"] is None
        told = field["type"] if bare else f"{field['type']}, {default}"
        choices = f"; one of {', '.join(field['choices'])}" if field["choices"] else ""
        lines += _indented(f"{field['name']} ({told}): {field['says']}{choices}", 4)
    return "\n".join(lines)


def _indented(text: str, columns: int) -> list[str]:
    indent = " " * columns
    return textwrap.wrap(text, 100, initial_indent=indent, subsequent_indent=indent + "  ")


def _fault(body: str) -> dict[str, Any]:
    try:
        described: Any = json_text.loads(body)
    except ValueError as error:
        raise Usage(f"the fault is not JSON: {error}") from error
    if not isinstance(described, dict):
        raise Usage('the fault must be a JSON object, such as {"kind": "health-event", "service": "EC2"}')
    return cast("dict[str, Any]", described)


def _say(value: dict[str, Any], line: str, as_json: bool) -> None:
    if as_json:
        print_object(value)
    else:
        typer.echo(line)


def print_status(status: Mapping[str, Any], as_json: bool) -> None:
    """Where the gym's accounts are, and its portal."""
    if as_json:
        print_object(status)
        return
    for account in status["accounts"]:
        aws = account["aws"]
        typer.echo(f"{account['name']:<20} {aws['endpoint']}  key {aws['access_key_id']}")
    typer.echo(f"{'web portal':<20} {status['portal']}")
