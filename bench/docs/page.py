"""docs/docs-search.md, out of the recalls. Owns the page's form."""

from collections.abc import Sequence
from pathlib import Path

import awscli
import botocore

from bench.docs.asking import EVERY, FIRST, SERVICES, Recall

PAGE = Path(__file__).parents[2] / "docs" / "docs-search.md"


def table(found: Sequence[Recall]) -> list[str]:
    """A row for each way of asking."""
    columns = ("asked with", "among services", "their examples in the index", "questions")
    firsts = " | ".join(f"in the first {number}" for number in FIRST)
    lines = [f"| {' | '.join(columns)} | {firsts} |", "|---|---:|---|---:|" + "---:|" * len(FIRST)]
    for one in found:
        cells = [one.form, str(one.among), "no" if one.left_out else "yes", str(one.questions)]
        cells += [f"{share:.1%}" for share in one.shares]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def text(found: Sequence[Recall]) -> str:
    """The page."""
    return _FORM.format(
        botocore=botocore.__version__,
        awscli=awscli.__version__,
        every=EVERY,
        services=f"{', '.join(SERVICES[:-1])} and {SERVICES[-1]}",
        table="\n".join(table(found)),
    )


_FORM = """\
# How well the documentation is searched

<!-- Written by `make pages`, which asks: `python -m bench docs`. -->

`skywright docs search "TEXT"` finds the operations that do what a text says, among all that the models of
botocore {botocore} have, without a network. How it does that is told in `src/skywright/clouds/aws/docs/`.

{table}

The questions are what the AWS CLI {awscli} says of one in {every} of its own examples of {services}:
*To create a VPC*. The command's name, which stands in many descriptions, is taken out of them. The right
operation is the one of the example's command.

Where *their examples in the index* says no, no example of these services, from the CLI or from botocore,
is in the index that is asked. These are the honest rows; the others tell what the index that ships does
with words that it has seen, since it has the examples of all services. The weights, and what verbs stand
for, were learnt from the examples of the other services alone (`python -m bench.docs.learning`). How much
a service is used was taken from the number of its operations of which the CLI has examples, for these
services, too.

*Among services* is how many are looked at: these alone, or all of botocore's, of which many have
operations of the same name. """
