"""A run in a talk with the person at the terminal: what it asks is asked, until it goes on or they stop."""

import shlex
import sys
from pathlib import Path

import click
import typer

from skywright.app.whole import App
from skywright.cli.driving import drive, finish
from skywright.cli.shared import line, options_of, shown
from skywright.engine.answering import choice
from skywright.errors import Unavailable, Usage
from skywright.model.advice import Question
from skywright.model.run import Report, Status
from skywright.preferences.reading import read


def talk(app: App, run: str, interactive: bool) -> Report:
    """Drive a run; in a terminal, ask what it asks until it goes on or the user has had enough.

    Whoever breaks off leaves the run waiting, with all that was answered before.
    """
    planned_to = app.runs.get(run).papers.get("planned_to")
    report = drive(app, run, only_prepare=bool(planned_to))
    while interactive:
        try:
            if report.status is Status.NEEDS_INPUT:
                if report.error:
                    typer.echo(shown(report.error), err=True)
                app.engine.answer(run, {each.id: ask(each) for each in report.questions})
            elif report.status is Status.NEEDS_APPROVAL and not planned_to:
                for reason in app.runs.get(run).papers["approvals"]:
                    typer.echo(f"  {line(reason)}", err=True)
                if not typer.confirm("Go on?", err=True):
                    break
                app.engine.approve(run)
            else:
                break
        except click.Abort:
            typer.echo("", err=True)
            break
        report = drive(app, run, only_prepare=bool(planned_to))
    if planned_to:
        _write(app, run, Path(planned_to))
    return report


def close(app: App, report: Report, as_json: bool) -> int:
    """Print the report and give the exit status: of a plan, it is a success that it could be performed."""
    status = finish(report, as_json)
    run = app.runs.get(report.run)
    if not as_json and report.status is not Status.NEEDS_INPUT:
        _propose(app, report, run.request.target)
    planned = run.papers.get("planned_to")
    return 0 if planned and report.status in (Status.RUNNING, Status.NEEDS_APPROVAL) else status


def _propose(app: App, report: Report, target: str) -> None:
    """What was said to be always so is kept if the person says so, and not otherwise."""
    kept = {each.words for each in app.preferences.all(target)}
    for words, says in report.proposed:
        if words in kept:
            continue
        if not sys.stdin.isatty():
            command = f"skywright preferences add {shlex.quote(words)} --target {target}"
            typer.echo(shown(f"said to be always so; to keep it: {command}"), err=True)
        elif typer.confirm(shown(f"Keep for target '{target}': {'; '.join(says)}?"), err=True):
            for wish in read(words, app.clouds["aws"].regions):
                app.preferences.add(target, wish, words)


def _write(app: App, run: str, output: Path) -> None:
    """What was planned, where it was wanted."""
    program = app.runs.get(run).papers.get("program")
    if program is None:
        return
    try:
        output.write_text(str(program))
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from error


def ask(question: Question) -> str:
    """The answer to one question; what is none is said, and asked for again."""
    typer.echo(shown(f"{question.id}: {question.text}"), err=True)
    for option in options_of(question):
        typer.echo(shown(option), err=True)
    while True:
        try:
            return choice(question, typer.prompt(shown(question.id), err=True))
        except Usage as wrong:
            typer.echo(shown(str(wrong)), err=True)
