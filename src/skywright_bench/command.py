"""The command line of a battle. Owns options, what is shown meanwhile, and where results are written."""

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from skywright.cli.shared import shown
from skywright.errors import NotFound, SkywrightError, Unavailable, Usage
from skywright.state.home import Home
from skywright_bench import arena, library, pictures
from skywright_bench.battle import MODALITIES, Plan, battle, produced_by
from skywright_bench.fighters import Limits
from skywright_bench.radar import shapes
from skywright_bench.report import markdown
from skywright_bench.statistics import by_stage
from skywright_bench.trial import Fought

_INTERRUPTED = 130
_USAGE = 2

commands = typer.Typer(
    name="skywright battle", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)


@commands.command()
def fight(
    tasks: Annotated[str, typer.Option(help="A set (paper), all, or names with commas between.")] = "paper",
    clouds: Annotated[str, typer.Option(help="aws.")] = "aws",
    modalities: Annotated[str, typer.Option(help="Names with commas between.")] = ",".join(MODALITIES),
    brain: Annotated[
        list[str] | None,
        typer.Option(
            help="builtin, PROVIDER:MODEL, bare:PROVIDER:MODEL, bare:MODEL (at OPENAI_BASE_URL), "
            'command:"./my-agent {prompt}", script:cheat, script:idle or script:careless; may be repeated.'
        ),
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option(help="Prompts of your own, one JSON object a line: task, cloud, prompt, params."),
    ] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Trials a cell; by default one a prompt.")] = None,
    seed: Annotated[int, typer.Option(help="Decides which prompts are drawn, and the order.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=256, help="How many fight side by side.")] = 3,
    deadline: Annotated[float, typer.Option(min=1, help="Seconds that one trial may take.")] = 600,
    database: Annotated[
        str,
        typer.Option(
            envvar="SKYWRIGHT_BATTLE_DATABASE",
            metavar="URL",
            help="postgresql://…: all that give the same command with the same database fight side by side.",
        ),
    ] = "",
    steps: Annotated[int, typer.Option(min=1, help="Actions that a bare agent may take in a trial.")] = 100,
    output: Annotated[
        Path | None,
        typer.Option("--json", metavar="OUT", help="Where results go; report and pictures beside it."),
    ] = None,
) -> None:
    """Let agents fight over tasks, each trial in an account of its own, judged by what became of the account.

    Interrupted or killed, the same command goes on where it was.
    """
    _check(clouds, modalities)
    plan = Plan(
        library.chosen(tasks),
        library.prompts(prompts),
        tuple(dict.fromkeys(name.strip() for name in modalities.split(","))),
        tuple(brain or ["builtin"]),
        trials,
        seed,
        workers,
        Limits(deadline, steps),
    )
    plan.all()
    plan.fighters()  # what is wrong with it is said before anything is started
    if output is not None:
        _try_to_write(output)
    folder = Home.locate(os.environ).prepare().path / "battle"
    url = database or f"sqlite:///{folder / 'queue.db'}"
    try:
        with arena.opened(folder) as ground, battle(plan, ground, url, _say) as fought:
            _tell(fought, produced_by(plan), output)
    except KeyboardInterrupt:
        _interrupted()
        os._exit(_INTERRUPTED)  # trials that were cut off stand still in threads, and must not end
    won = sum(one.success for one in fought)
    typer.echo(f"{won} of {len(fought)} trials succeeded", err=True)


def _tell(fought: Sequence[Fought], by: Mapping[str, Any], output: Path | None) -> None:
    """Write the results, or show the report."""
    report = markdown(fought, by)
    if output is None:
        typer.echo(report)
        return
    results = {
        "cells": [cell.row() for cell in by_stage(fought)],
        "trials": [one.row() for one in fought],
        **by,
    }
    _write(output, json.dumps(results, indent=1) + "\n")
    _write(output.with_suffix(".md"), report)
    _write(output.with_suffix(".table.svg"), pictures.table(by_stage(fought)))
    _write(output.with_suffix(".radar.svg"), pictures.radar(shapes(fought)))


def _check(clouds: str, modalities: str) -> None:
    for cloud in clouds.split(","):
        if cloud.strip() not in ("aws", "all"):
            raise NotFound(f"there is no cloud '{cloud}' to fight over; there is aws")
    for name in modalities.split(","):
        if name.strip() not in MODALITIES:
            raise NotFound(f"there is no modality '{name.strip()}'; there is {', '.join(MODALITIES)}")


def _try_to_write(file: Path) -> None:
    """Find out before the battle whether its results can be written after it."""
    beside = file.with_name(file.name + ".partial")
    try:
        beside.touch()
        beside.unlink()
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror}") from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror}") from error


def _say(fought: Fought, ended: int, total: int) -> None:
    how = "ok" if fought.success else f"FAILED, {fought.cause}: {shown(fought.why)[:200]}"
    typer.echo(f"[{ended}/{total}] {fought.trial} {fought.seconds:.1f} s {how}", err=True)


def _interrupted() -> None:
    sys.stderr.write("\nskywright: interrupted; the same command goes on with the trials that are left\n")
    sys.stderr.flush()


def main() -> NoReturn:
    """Run it; the world's failures are one sentence and an exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        commands(prog_name="skywright battle")
    except SkywrightError as error:
        sys.stderr.write(f"skywright: {shown(str(error))}\n")
        sys.exit(_USAGE if isinstance(error, Usage) else error.exit_status)
    except KeyboardInterrupt:
        _interrupted()
        sys.exit(_INTERRUPTED)
    sys.exit(0)
