"""`skywright state leases`: who holds what, since when and what for, and the breaking of leases by a
person.
"""

from contextlib import closing
from typing import Annotated

import typer

from skywright.app.stores import Stores
from skywright.cli.shared import Json, moment, print_object, shown
from skywright.errors import NotFound
from skywright.model.lease import Lease, Mode, Waiting

BROKEN = "lease.broken"

commands = typer.Typer()


@commands.command()
def leases(
    target: Annotated[str, typer.Option("--target", help="Whose resources.")] = "gym",
    break_: Annotated[
        str,
        typer.Option("--break", metavar="ID", help="End the leases on that resource, or all of that run."),
    ] = "",
    json: Json = False,
) -> None:
    """Say who holds what and who waits, or break leases; who lost one can change that resource no more."""
    with closing(Stores()) as kept:
        realm = kept.targets.get(target).realm
        broken = _broken(kept, realm, break_) if break_ else ()
        held, waiting = kept.leases.held(realm)
    if json:
        ended = {"broken": [_row(one) for one in broken]} if break_ else {}
        print_object(
            {"leases": [_row(one) for one in held], "waiting": [_waits(one) for one in waiting]} | ended
        )
        return
    for one in broken:
        typer.echo(shown(f"broken: {_told(one)}"))
    if break_:
        return
    for one in held:
        typer.echo(shown(_told(one)))
    for one in waiting:
        what = ", ".join(sorted(one.wanted))
        typer.echo(shown(f"run {one.holder} waits since {moment(one.since)} for {what}{_for(one)}"))
    typer.echo(f"{target}: {len(held)} {'lease' if len(held) == 1 else 'leases'}")


def _broken(kept: Stores, realm: str, named: str) -> tuple[Lease, ...]:
    held = [one for one in kept.leases.held(realm)[0] if named in (one.resource, one.holder)]
    if not held:
        raise NotFound(f"nobody holds '{named}', and no run of that name holds anything")
    # Before it is done, as every effect.
    for holder in sorted({one.holder for one in held}):
        resources = [_row(one) for one in held if one.holder == holder]
        kept.journal.append(BROKEN, {"realm": realm, "asked": named, "leases": resources}, holder)
    return kept.leases.break_(realm, named)


def _told(one: Lease) -> str:
    does = "changes" if one.mode is Mode.WRITE else "relies on"
    return (
        f"{one.resource}: run {one.holder} {does} it since {moment(one.since)}, number {one.fence}{_for(one)}"
    )


def _for(one: Lease | Waiting) -> str:
    return f" ({one.purpose})" if one.purpose else ""


def _row(one: Lease) -> dict[str, str | int | float]:
    return {
        "id": one.resource,
        "mode": one.mode.value,
        "run": one.holder,
        "fence": one.fence,
        "since": one.since,
        "until": one.until,
        "for": one.purpose,
    }


def _waits(one: Waiting) -> dict[str, object]:
    wanted = {id: mode.value for id, mode in one.wanted.items()}
    return {"run": one.holder, "wanted": wanted, "since": one.since, "for": one.purpose}
