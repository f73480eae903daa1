"""What all commands share: options, and how text and JSON are printed. It imports nothing that takes long."""

import json
import sys
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from skywright.model.advice import Question

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
RunId = Annotated[str, typer.Argument(metavar="RUN")]

INTERRUPTED, BROKEN_PIPE = 130, 141
"""What a shell gives for a process that these signals ended: 128 and the signal's number."""


def print_object(value: Any) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value) + "\n")


def options_of(question: Question) -> list[str]:
    """The choices of a question, a line each, by their numbers."""
    width = max((len(choice) for choice in question.choices), default=0)
    return [
        f"  {number}  {choice:<{width}}  {detail}".rstrip()
        for number, (choice, detail) in enumerate(question.options(), 1)
    ]


def moment(at: float) -> str:
    """A moment, in seconds since the epoch, as people read it: UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def shown(text: str) -> str:
    """The text with what would steer a terminal, or turn the direction of writing, spelt out.

    Names, tags and errors come from clouds and strangers; an escape sequence in one could hide
    what was printed before it.
    """
    if text.isprintable():
        return text
    return "".join(letter if _harmless(letter) else ascii(letter)[1:-1] for letter in text)


def line(text: str) -> str:
    """As `shown`, on one line: a name with a line break in it must not pass for a sentence of ours."""
    return shown(text).replace("\n", "\\n")


def _harmless(letter: str) -> bool:
    return letter.isprintable() or letter in "\n\t" or unicodedata.category(letter) == "Zs"
