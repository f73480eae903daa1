"""What all commands share: the stores in a frame of their own, and JSON on standard output."""

import json
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

from skywright.app.stores import Stores


@contextmanager
def stores() -> Generator[Stores]:
    """What is kept, for one command that only looks; closed at the end whatever happens."""
    with closing(Stores()) as kept:
        yield kept


def print_object(value: Any) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value) + "\n")
