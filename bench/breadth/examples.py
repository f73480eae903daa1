"""The AWS CLI's own examples, read out of the installed package. Owns how its pages are understood; knows
nothing of what the commands mean.

A page is reStructuredText: prose, and indented blocks of which one is a command (it begins with `aws`), and
the first block after a line `Output` is what the documentation says that command prints.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import awscli

SERVICES = ("ec2", "elbv2", "autoscaling", "cloudwatch")
_FOLDER = Path(awscli.__file__).parent / "examples"
_OUTPUT = re.compile(r"^(Sample )?output\b.*:", re.IGNORECASE)


@dataclass(frozen=True)
class Example:
    """One command of the documentation.

    Args:
        page: The page's name, which is the command's.
        line: The command as it is written, on one line.
        words: The same as a shell takes it apart; None if a shell could not.
        output: The JSON that the documentation shows for it; None if it shows none that can be read.
    """

    service: str
    page: str
    line: str
    words: tuple[str, ...] | None
    output: Any


def read(services: Iterable[str] = SERVICES) -> list[Example]:
    """All examples of these services, in the order of the pages."""
    return [example for service in services for example in of_service(service)]


def of_service(service: str, pages: str = "*") -> Iterator[Example]:
    """The examples of a service's pages whose names fit the pattern."""
    for path in sorted((_FOLDER / service).glob(f"{pages}.rst")):
        yield from of_page(service, path.stem, path.read_text())


def of_page(service: str, page: str, text: str) -> Iterator[Example]:
    """The examples of one page."""
    command: str | None = None
    said = ""
    output: Any = None
    for is_block, lines in _parts(text.expandtabs(4).splitlines()):
        if not is_block:
            said = lines[-1].strip()
            continue
        if lines[0].strip().removeprefix("$ ").startswith("aws "):
            if command is not None:
                yield _example(service, page, command, output)
            *earlier, command = _commands(lines)
            yield from (_example(service, page, one, None) for one in earlier)
            output = None
        elif command is not None and output is None and _OUTPUT.match(said):
            output = _json("\n".join(lines))
    if command is not None:
        yield _example(service, page, command, output)


def _parts(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Runs of indented lines and of others; empty lines end neither."""
    run: list[str] = []
    indented = False
    for line in lines:
        if not line.strip():
            continue
        if run and line.startswith(" ") is not indented:
            yield indented, run
            run = []
        indented = line.startswith(" ")
        run.append(line)
    if run:
        yield indented, run


def _commands(lines: list[str]) -> list[str]:
    """A block's commands, each on one line: it goes on until the next line that begins with `aws`."""
    found: list[str] = []
    for line in (one.strip().removeprefix("$ ") for one in lines):
        if line.startswith("aws ") or not found:
            found.append(line)
        else:
            found[-1] = f"{found[-1].removesuffix(chr(92)).rstrip()} {line}"
    return found


def _example(service: str, page: str, line: str, output: Any) -> Example:
    try:
        words = tuple(shlex.split(line))
    except ValueError:
        words = None
    return Example(service, page, line, words, output)


def _json(text: str) -> Any:
    """The text as JSON, with what some pages have besides: `...` for more of the same, commas at an end."""
    text = re.sub(r",?\s*\.\.\.\s*(?=[\]}])", "", text)
    text = re.sub(r",(?=\s*[\]}])", "", text)
    try:
        return json.loads(text)
    except ValueError:
        return None
