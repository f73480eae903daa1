"""Handing over to a person: what was tried, how things stand, and the exact commands to go on by hand."""

import shlex
from collections.abc import Sequence

from skywright.brains.model.case import Attempted, Case
from skywright.journal.redact import redact_text

_FILE = "handover.md"
_FILES = {
    "bash": ("last-attempt.sh", "skywright guard --target {target} -- bash"),
    "python": ("last-attempt.py", "skywright guard --target {target} -- python3"),
    "hcl": ("main.tf", ""),
    "yaml": ("last-attempt.yaml", "skywright apply --target {target}"),
}
"""What the last attempt is called, by its language, and what it is run with."""

_TOLD = 6
_SHOWN = 200


def sentence(case: Case, made: Sequence[Attempted], why: str, model: str) -> str:
    """One sentence, and everything else in a file of the run's folder."""
    why = why.rstrip(".")
    tries = f"{len(made)} attempt{'s' if len(made) != 1 else ''}"
    last = f"; the last error: {' '.join(made[-1].error.split())[:_SHOWN]}" if made and made[-1].error else ""
    path = case.workshop.keep(_FILE, redact_text(_page(case, made, why, model)))
    told = f"{model} gave up after {tries} in a copy: {why}{last}"
    return f"{redact_text(told)}; nothing was changed; how to go on: {path}"


def _page(case: Case, made: Sequence[Attempted], why: str, model: str) -> str:
    lines = [
        "# Going on by hand",
        "",
        f"Asked for: {case.request}",
        f"Brain: {model}",
        f"It ended because: {why}",
        "How things stand: nothing was changed in the account; all attempts were made in copies of it.",
        "",
        "## What was tried",
        "",
    ]
    for number, attempt in enumerate(made[-_TOLD:], start=max(1, len(made) - _TOLD + 1)):
        lines += [f"{number}. {attempt.error or 'it succeeded, but that was not all'}", ""]
    if not made:
        lines += ["Nothing: the model gave nothing that could be tried.", ""]
    lines += [
        "## Commands",
        "",
        "Let the brain that needs no model try:",
        "",
        f"    {_do(case, 'builtin')}",
        "",
    ]
    lines += ["Ask again, if what stood in the way is gone:", "", f"    {_do(case, model)}", ""]
    return "\n".join([*lines, *_last(case, made)]) + "\n"


def _do(case: Case, brain: str) -> str:
    where = ["--target", case.workshop.target, "--modality", case.workshop.modality]
    return shlex.join(["skywright", "do", case.request, *where, "--brain", brain])


def _last(case: Case, made: Sequence[Attempted]) -> list[str]:
    """The last attempt, to be mended and run under the gate."""
    if not made:
        return []
    name, run_by = _FILES[made[-1].language]
    path = case.workshop.keep(name, made[-1].code + "\n")
    if not run_by:
        return [f"The last attempt is in {path}."]
    command = shlex.join([*run_by.format(target=case.workshop.target).split(), str(path)])
    return [
        "Read the last attempt, for a model wrote it, and run so it stands behind no wall: it may do what",
        "you may. Mend it, and run it; of what it asks the cloud the gate lets through what the rules allow:",
        "",
        f"    {command}",
    ]
