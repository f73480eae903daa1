"""What the planner makes of the documentation's examples: operation and arguments, out of the prose alone.

`python -m bench plans` gives the planner what the AWS CLI says that an example shows, as an order, holds the
plan against the example's command, prints how often which came of it, and writes `docs/planner.md`.
"""

import tempfile
from pathlib import Path

from bench.plans import page
from bench.plans.planning import SERVICES, outcomes
from skywright.clouds.aws import models
from skywright.clouds.aws.docs import index, pages

__all__ = ["main"]


def main() -> None:
    """Print the table and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        index.make(Path(folder) / index.file_name(), pages.read(models.service_names(), SERVICES))
        found = outcomes(Path(folder))
    print("\n".join(page.table(found)))
    page.PAGE.write_text(page.text(found))
