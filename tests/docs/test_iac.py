"""What the page on Terraform says that it covers is what the tables hold."""

import re
from collections.abc import Iterator
from pathlib import Path

from skywright.program.emit.hcl import reads
from skywright.program.emit.hcl.table import table

PAGE = Path(__file__).parents[2] / "docs" / "iac.md"


def rows() -> Iterator[str]:
    for name, row in table()["operations"].items():
        if "makes" in row:
            beside = f", `{row['with']['makes']}`" if "with" in row else ""
            yield f"| {name} | `{row['makes']}`{beside} |"
        elif "changes" in row:
            arguments = [*row.get("set", {}), *row.get("merge", {}), *row.get("unset", {})]
            what = "any resource" if row["changes"] == "any" else f"`{row['changes']}`"
            yield f"| {name} | {', '.join(f'`{one}`' for one in arguments)} of {what} |"
        else:
            yield f"| {name} | the block `{row['removes']}` taken out |"
    for name, row in reads.table().items():
        yield f"| {name} | data `{row['all']['data']}`, `{row['each']['data']}` |"


def test_the_page_lists_what_the_tables_hold() -> None:
    covered = re.search(r"<!-- covers:.*?-->\n\n(.*?)\n\n<!-- /covers -->", PAGE.read_text("utf-8"), re.S)
    assert covered is not None
    assert covered[1].splitlines()[2:] == sorted(rows())
