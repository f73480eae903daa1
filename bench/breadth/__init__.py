"""How many of the documented commands the gym carries out: the AWS CLI's own examples, each in a new account.

`python -m bench breadth` runs those that need nothing that must be there before them (`prior` has the rule),
holds each answer against the documentation's (`shapes` says how), prints the totals and writes
`docs/gym-breadth.md`.
"""

from bench.breadth import page
from bench.breadth.examples import read
from bench.breadth.running import in_a_gym

__all__ = ["main"]


def main() -> None:
    """Print the totals and write the page."""
    outcomes = in_a_gym(read())
    print("\n".join(page.table(outcomes)))
    for outcome in outcomes:
        if outcome.kind in ("failure", "other shape", "refused"):
            print(f"{outcome.kind}: {outcome.example.line[:100]}\n    {outcome.why[:200]}")
    page.PAGE.write_text(page.text(outcomes))
