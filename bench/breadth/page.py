"""docs/gym-breadth.md, out of what became of the examples. Owns the page's form."""

import inspect
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import awscli

from bench.breadth import prior, shapes
from bench.breadth.examples import SERVICES
from bench.breadth.running import Kind, Outcome

PAGE = Path(__file__).parents[2] / "docs" / "gym-breadth.md"
_RUN: tuple[Kind, ...] = ("succeeds", "other shape", "not implemented", "refused", "failure")
_LEFT_OUT: tuple[Kind, ...] = ("needs a resource", "unfit")


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """The totals: a row for each service, and one for all."""
    columns = ("run", *_RUN, "share", *_LEFT_OUT)
    lines = [f"| service | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    for service in (*SERVICES, "all"):
        kinds = Counter(one.kind for one in outcomes if service in (one.example.service, "all"))
        run = sum(kinds[kind] for kind in _RUN)
        share = f"{kinds['succeeds'] / run:.1%}" if run else ""
        cells = (run, *(kinds[kind] for kind in _RUN), share, *(kinds[kind] for kind in _LEFT_OUT))
        lines.append(f"| {service} | {' | '.join(str(cell) for cell in cells)} |")
    return lines


def text(outcomes: Sequence[Outcome]) -> str:
    """The page."""
    lines = [
        "# How much of the documented API the gym carries out",
        "",
        "<!-- Written by `make pages`, which runs the commands: `python -m bench breadth`. -->",
        "",
        f"The examples of the AWS CLI {awscli.__version__}'s own documentation, run against the gym: those",
        "that need nothing that must be there before them, each in a new account.",
        "",
        *table(outcomes),
        "",
        "*Succeeds*: answered in the documented shape. *Not implemented*: a 4xx of code",
        "`UnsupportedOperation` that says so. *Refused*: another error. *Failure*: a 5xx, or an error of the",
        "gym's own. Not run are those that *need a resource*, and the *unfit*, which are no commands that",
        "this version of the CLI takes as they stand, or take from a file.",
        "",
        "## Which need a resource",
        "",
        *_body(prior.__doc__),
        "",
        "## What the documented shape is",
        "",
        *_body(shapes.__doc__),
        "",
        *_list("Not implemented", (one for one in outcomes if one.kind == "not implemented")),
        *_list("Other shape", (one for one in outcomes if one.kind == "other shape")),
        *_list("Refused", (one for one in outcomes if one.kind == "refused")),
        *_list("Failures", (one for one in outcomes if one.kind == "failure")),
        "## Unfit",
        "",
        *(f"- {count} {why}" for why, count in sorted(_reasons(outcomes).items())),
    ]
    return "\n".join(lines) + "\n"


def _body(docstring: str | None) -> list[str]:
    """A docstring without its first paragraph, which says whose it is."""
    return inspect.cleandoc(docstring or "").partition("\n\n")[2].splitlines()


def _list(title: str, outcomes: Iterable[Outcome]) -> list[str]:
    rows = {
        f"- `{one.example.service} {one.example.page}`" + (f": {one.why}" if one.why else "")
        for one in outcomes
    }
    return [f"## {title}", "", *(sorted(rows) or ["None."]), ""]


def _reasons(outcomes: Iterable[Outcome]) -> Counter[str]:
    return Counter(one.why for one in outcomes if one.kind == "unfit")
