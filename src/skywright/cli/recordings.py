"""`skywright gym record`, `replay` and `conform`: sessions with an account as files."""

import json as json_text
import re
import secrets
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from skywright.app.whole import App
from skywright.cli.driving import application
from skywright.cli.progress import choose
from skywright.cli.shared import Json, print_object, shown
from skywright.clouds.aws.wire.wire import Wire
from skywright.errors import NotFound, Unavailable, Usage
from skywright.model.run import Request
from skywright.recordings import conformance, form
from skywright.recordings.conformance import Judged, Place, Verdict
from skywright.recordings.replay import Replay, Script

RecordingFile = Annotated[Path, typer.Argument(metavar="RECORDING.jsonl")]
_SHOWN = 40
"""So many different differences are shown; --json has them all."""

commands = typer.Typer(rich_markup_mode=None)


@commands.command(context_settings={"allow_interspersed_args": False})
def record(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND…")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the recording is written.")],
    target: Annotated[str, typer.Option(help="The account that is asked.")] = "gym",
    yes: Annotated[bool, typer.Option("--yes", help="Approve beforehand what would be asked.")] = False,
) -> None:
    """Run any program under the gate, and record what it asks of the account and what it is told."""
    if not output.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {output.absolute().parent} to write the recording in")
    with application(choose(False)) as app:
        words = " ".join(command)
        request = Request(words, target, modality="guest", brain="guest", approved=yes)
        guarded = app.engine.invite(command, request, app.environment)
        source = "gym" if guarded.target.kind == "gym" else "aws"
        number = app.accounts.who(guarded.target).account
        recording = form.record(guarded.trace, source, number, guarded.region)
        try:
            output.write_text(form.dump(recording), encoding="utf-8")
        except OSError as error:
            raise Unavailable(f"{output} cannot be written: {error.strerror}") from error
    counted = f"{len(recording.exchanges)} requests recorded, {guarded.refused} refused"
    typer.echo(f"run {guarded.run}: {counted}", err=True)
    sys.exit(guarded.exit_status)


@commands.command()
def replay(
    file: RecordingFile,
    port: Annotated[int, typer.Option(help="On this machine; 0 is any free one.")] = 0,
    json: Json = False,
) -> None:
    """Serve a recorded session as a cloud until interrupted: the same answers to the same requests."""
    recording = _read(file)
    with application() as app, Replay(Script(recording, app.clouds["aws"].catalogue, Wire()), port) as served:
        count = len(recording.exchanges)
        if json:
            print_object({"endpoint": served.endpoint, "region": recording.region, "requests": count})
        else:
            typer.echo(f"export AWS_ENDPOINT_URL={served.endpoint} AWS_REGION={recording.region}")
            typer.echo("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=any")
        sys.stdout.flush()
        served.wait()


@commands.command()
def conform(
    file: RecordingFile,
    known: Annotated[
        list[str] | None,
        typer.Option("--same", metavar="THEIRS=OURS", help="What was there before, as the gym calls it."),
    ] = None,
    json: Json = False,
) -> None:
    """Ask a fresh account of the gym what was asked in a recording, and tell where the answers differ."""
    recording = _read(file)
    names = dict(_pair(one) for one in known or [])
    with application() as app:
        judged = _judged(app, recording, names)
    report = conformance.told(recording, judged)
    if json:
        print_object(report)
    else:
        _show(report)
    sys.exit(0 if all(one.verdict in (Verdict.SAME, Verdict.LEFT_OUT) for one in judged) else 1)


def _judged(app: App, recording: form.Recording, names: dict[str, str]) -> list[Judged]:
    gym, name = app.gym, f"conform-{secrets.token_hex(4)}"
    gym.up()
    account = gym.create(name)

    def advance(seconds: float) -> None:
        gym.set_clock(name, {"advance_seconds": seconds})

    try:
        gym.set_clock(name, {"durations": "cloud"})
        upstream = account.upstream(recording.region)
        place = Place(upstream, account.number, advance, lambda: float(gym.clock(name)["epoch_seconds"]))
        return list(conformance.conform(recording, place, app.clouds["aws"].catalogue, Wire(), names))
    finally:
        gym.remove(name)


def _show(report: dict[str, Any]) -> None:
    for row in report["operations"]:
        typer.echo(f"{row['operation']:<44} {_counts(row)}")
    lines = Counter(_line(one) for one in report["differences"])
    for line, count in list(lines.items())[:_SHOWN]:
        typer.echo(shown(line + (f" ({count} times)" if count > 1 else "")))
    left = len(lines) - _SHOWN
    if left > 0:
        typer.echo(f"and {left} more differences; --json tells all")
    typer.echo(_counts(report) or "nothing was asked")


def _line(one: dict[str, Any]) -> str:
    """A difference, the same for all things of a list."""
    where = re.sub(r"\[\d+\]", "[]", one["path"])
    expected, got = (json_text.dumps(one[side])[:200] for side in ("expected", "got"))
    return f"{one['operation']} {where or 'error'}: {expected}, gym {got}"


def _counts(row: dict[str, Any]) -> str:
    counted = ((verdict.value, row[verdict.value.replace(" ", "_")]) for verdict in Verdict)
    return ", ".join(f"{count} {name}" for name, count in counted if count)


def _pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = text.partition("=")
    if not (theirs and equals and ours):
        raise Usage(f"--same takes THEIRS=OURS, as in ami-0123=ami-4567, not {text!r}")
    return theirs, ours


def _read(file: Path) -> form.Recording:
    try:
        return form.load(file.read_text(encoding="utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise Usage(f"{file} is not a text file") from error
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from error
