"""docs/planner.md, out of what came of the examples. Owns the page's form."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import awscli

from bench.plans.planning import EVERY, SERVICES, Kind, Outcome

PAGE = Path(__file__).parents[2] / "docs" / "planner.md"
_KINDS: tuple[Kind, ...] = get_args(Kind)
_SHOWN = 12


def table(found: Sequence[Outcome]) -> list[str]:
    """A row for each service, and one for all."""
    lines = [f"| service | examples | {' | '.join(_KINDS)} |", "|---|" + "---:|" * (1 + len(_KINDS))]
    for service in (*SERVICES, "all"):
        kinds = Counter(one.kind for one in found if service in (one.example.operation.service, "all"))
        cells = [str(kinds.total()), *(str(kinds[kind]) for kind in _KINDS)]
        lines.append(f"| {service} | {' | '.join(cells)} |")
    return lines


def text(found: Sequence[Outcome]) -> str:
    """The page."""
    return _FORM.format(
        awscli=awscli.__version__,
        every=EVERY,
        table="\n".join(table(found)),
        wrong="\n".join(_wrong(found)) or "None.",
    )


def _wrong(found: Sequence[Outcome]) -> list[str]:
    wrong = [one for one in found if one.kind in ("other operation", "other arguments")]
    shown = [f"- {one.kind}: “{one.order}” is `{one.example.operation}`" for one in wrong[:_SHOWN]]
    return [*shown, f"- and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else shown


_FORM = """\
# What is planned though nobody wrote a program for it

<!-- Written by `make pages`, which plans: `python -m bench plans`. -->

Where no program of the library fits, the planner (`src/skywright/brains/planner/`) makes one out of the
API's models: the goal's operation is found in the documentation, what it requires is taken from the
words, looked up in the target, made by the operation that makes it, or asked for. It is strict: an order
in which one word has no place is declined. It knows what is written there and does not reason.

Given to it is what the AWS CLI {awscli} says that an example shows, as an order (*creates an IAM user
named Bob*: `create an IAM user named Bob`; else the title), and the plan is held against the example's
command. No example of these services is in the index. The account tells nothing, so that what has to be
looked up there cannot be.

{table}

*Right*: the operation, and exactly the command's arguments. *Right, less said*: the operation, and those
of its arguments that the plan has; the command has more, of which the prose says nothing that was
understood. *Asked*: the right operation, and a question. *Declined*: nothing is planned; most
descriptions name neither the things nor the values, or say more than has a place. *Other arguments* and
*other operation* are the mistakes.

## The mistakes

{wrong}
"""
