"""What the commands share that act: Skywright whole in a frame of its own, a run driven, a report printed."""

import os
import signal
import sys
from contextlib import closing

import yaml
from rich.console import Console
from rich.text import Text

from skywright.app.whole import App
from skywright.cli.progress import Display, Plain, Silent
from skywright.cli.shared import INTERRUPTED, options_of, print_object, shown
from skywright.engine.report import to_json
from skywright.model.run import Report, Status


def application(progress: Plain | Display | Silent | None = None) -> closing[App]:
    """The application for one command, closed at the end whatever happens."""
    return closing(App(progress or Silent()))


def drive(app: App, run: str, *, only_prepare: bool = False) -> Report:
    """Drive a run with its progress shown.

    Ctrl-C and SIGTERM leave the run where it is, as if the process had been killed: the durable
    engine's threads must not get the chance to write down a failure that was none.
    """
    progress = app.progress
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if isinstance(progress, Display):
            with progress.shown():
                return app.engine.drive(run, only_prepare=only_prepare)
        return app.engine.drive(run, only_prepare=only_prepare)
    except KeyboardInterrupt:
        sys.stderr.write(f"\nskywright: interrupted; go on with: skywright runs resume {run}\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)


def finish(report: Report, as_json: bool) -> int:
    """Print a report and give the exit status."""
    if as_json:
        print_object(to_json(report))
        return report.status.exit_status
    out = Console(highlight=False)
    if report.answer:
        answer = yaml.safe_dump(report.answer, sort_keys=False, allow_unicode=True, width=float("inf"))
        out.print(Text(shown(answer.rstrip())))
    for made in report.resources:
        out.print(Text(shown(f"  {made.type:<28} {made.id}  {made.region}")), soft_wrap=True)
    for question in report.questions:
        for line in (f"? {question.id}: {question.text}", *options_of(question)):
            out.print(Text(shown(line)), soft_wrap=True)
    failed = report.status not in (Status.SUCCEEDED, Status.RUNNING)
    Console(stderr=failed, highlight=False).print(Text(shown(_closing(report))), soft_wrap=True)
    return report.status.exit_status


def _closing(report: Report) -> str:
    took = f"{report.seconds:.1f} s"
    match report.status:
        case Status.SUCCEEDED:
            calls = report.calls
            cost = f", {report.usd_month:+.2f} USD a month" if report.usd_month else ""
            return f"{report.run} succeeded in {took}: {calls.read} reads, {calls.write} writes{cost}"
        case Status.NEEDS_INPUT:
            before = f"{report.error}\n" if report.error else ""
            return f"{before}{report.run} needs input: skywright runs answer {report.run} NAME=VALUE …"
        case Status.NEEDS_APPROVAL:
            return f"{report.run} needs approval: skywright runs approve {report.run}"
        case Status.RUNNING:
            return f"{report.run} is ready to be performed"
        case _:
            return f"{report.run} {report.status.value.replace('_', ' ')}: {report.error}"
