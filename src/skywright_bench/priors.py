"""Battles' results that ship with Skywright, for its router: `python -m skywright_bench.priors OUT.json…`.

Each file is what `skywright battle --json` wrote, of a commit without changes. Owns the form of that file.
"""

import json
import sys
from pathlib import Path

from skywright.errors import SkywrightError, Usage
from skywright.orchestrator import battles

_FILE = Path(battles.__file__).with_name("priors.json")
_BY = ("version", "commit", "seed", "when", "machine", "workers")


def main(files: list[str]) -> None:
    """Write it.

    Raises:
        Usage: No file is named, or one is of a commit that nobody else has.
    """
    if not files:
        raise Usage("name the results of battles: python -m skywright_bench.priors OUT.json …")
    told = [json.loads(Path(file).read_text("utf-8")) for file in files]
    for file, one in zip(files, told, strict=True):
        if not one["commit"] or one["commit"].endswith("-dirty"):
            raise Usage(f"{file} comes from no commit that others have")
    results = [
        result for one, file in zip(told, files, strict=True) for result in battles.results_of(one, file)
    ]
    cells = [
        {name: getattr(cell, name) for name in cell.__dataclass_fields__ if name != "source"}
        for cell in battles.cells_of(results)
    ]
    made_by = [{**{name: one[name] for name in _BY}, "trials": len(one["trials"])} for one in told]
    _FILE.write_text(json.dumps({"made_by": made_by, "cells": cells}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SkywrightError as error:
        sys.exit(f"priors: {error}")
