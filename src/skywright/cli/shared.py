"""What all commands share: options, the stores in a frame of their own, JSON on standard output."""

import json
import sys
from contextlib import closing
from typing import Annotated, Any

import typer

from skywright.app.stores import Stores

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
RunId = Annotated[str, typer.Argument(metavar="RUN")]

INTERRUPTED, BROKEN_PIPE = 130, 141
"""What a shell gives for a process that these signals ended: 128 and the signal's number."""


def stores() -> closing[Stores]:
    """What is kept, for one command that only looks; closed at the end whatever happens."""
    return closing(Stores())


def print_object(value: Any) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value) + "\n")
