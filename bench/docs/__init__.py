"""How often the right operation is found for what the documentation's examples say they show.

`python -m bench docs` asks with the titles, and the descriptions, of the examples of some services, of which
no text is in the index then, nor was anything learnt from them; it prints the share of the questions of which
the right operation is among the first 1, 5 and 20, and writes `docs/docs-search.md`.
"""

import sqlite3
from contextlib import closing

from bench.docs import page
from bench.docs.asking import EVERY, FORMS, SERVICES, Recall, questions, recall
from skywright.clouds.aws import models
from skywright.clouds.aws.docs import index, pages

__all__ = ["main"]


def main() -> None:
    """Print the recalls and write the page."""
    found: list[Recall] = []
    for left_out, forms in ((SERVICES, FORMS), ((), FORMS[:1])):
        with closing(sqlite3.connect(":memory:")) as database:
            index.fill(database, pages.read(models.service_names(), left_out))
            found += [
                recall(database, questions(form, every=EVERY), form, among, bool(left_out))
                for form in forms
                for among in (SERVICES, ())
            ]
    print("\n".join(page.table(found)))
    page.PAGE.write_text(page.text(found))
