"""What the page on the builtin brain says that it covers is what the library holds."""

import re
from pathlib import Path

from skywright.brains.builtin import library

PAGE = Path(__file__).parents[2] / "docs" / "builtin-brain.md"


def test_the_page_lists_every_recipe_and_no_other():
    covered = re.search(r"<!-- covers:.*?-->\n(.*?)\n<!-- /covers -->", PAGE.read_text("utf-8"), re.S)
    assert covered is not None
    assert covered[1].splitlines() == [f"- {means}" for means in sorted(r.means for r in library.load())]
