"""Tools that nobody here wrote, under the gate: whether what they did distils, is proven, and does the same.

`python -m bench.foreign [TOOL…]` runs each in an account of its own that is new, performs the program in
another one, and compares by plain boto3 what is there in the two, up to ids and what the cloud chooses.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.foreign.tools import tools
from bench.foreign.trying import Row, machine, tried


def main(names: Sequence[str] = ()) -> None:
    """Try the tools of these names, or all of them."""
    print(
        f"{'tool':24} {'status':>6} {'changes':>8} {'steps':>6} {'proven':>7} {'same':>5}  why not",
        flush=True,
    )
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="foreign-") as folder:
        at = machine(Path(folder))
        for number, tool in enumerate(each for each in tools() if not names or each.name in names):
            rows.append(tried(tool, at, number))
            print(rows[-1], flush=True)
        at.run("gym", "down")
    proven, same = sum(row.is_proven is True for row in rows), sum(row.is_same is True for row in rows)
    print(f"{len(rows)} tools: {proven} programs proven, {same} that left the same inventory")
    for source in sorted({row.tool.source for row in rows}):
        print(f"  from {source}")
