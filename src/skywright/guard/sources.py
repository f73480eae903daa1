"""Policy files: reading them, and the place in them where a statement stands. Knows no rule's meaning."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from skywright.errors import Malformed


@dataclass(frozen=True, slots=True)
class Source:
    """A file of policies: what to call it, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a Cedar file, with the line on which it begins (from 1)."""

    line: int
    text: str


def read_sources(folder: Path | None, pattern: str) -> list[Source]:
    """The folder's files of that pattern, by name; none if there is no such folder.

    Raises:
        Malformed: A file cannot be read, or is not UTF-8.
    """
    if folder is None or not folder.is_dir():
        return []
    sources: list[Source] = []
    for path in sorted(folder.glob(pattern)):
        try:
            sources.append(Source(path.name, path.read_text("utf-8")))
        except UnicodeDecodeError as error:
            raise Malformed(str(path), ("line 1: it is not UTF-8 text",)) from error
        except OSError as error:
            raise Malformed(str(path), (f"line 1: it cannot be read: {error.strerror}",)) from error
    return sources


def fingerprint(folder: Path | None) -> str:
    """Of all rules and settings that decide, the shipped and the folder's own: another for any change.

    Raises:
        Malformed: A file cannot be read.
    """
    digest = hashlib.sha256()
    shipped = Path(str(resources.files("skywright.guard") / "policies"))
    for place in (shipped, folder):
        for pattern in ("*.rego", "*.cedar", "*.cedarschema", "config.yaml"):
            for source in read_sources(place, pattern):
                digest.update(f"{len(source.text)} {source.name}\n{source.text}".encode())
    return digest.hexdigest()[:16]


def statements(text: str) -> Iterator[Statement]:
    """Split Cedar text at its semicolons, leaving those in strings and comments alone.

    Cedar's parser does not say where an error is; given one statement at a time, it need not.
    """
    start, position, begun = 0, 0, False
    while position < len(text):
        character = text[position]
        if text.startswith("//", position):
            position = _end_of_line(text, position)
            continue
        if character == '"':
            begun, position = True, _end_of_string(text, position)
            continue
        if not begun and not character.isspace():
            begun, start = True, position
        position += 1
        if character == ";":
            yield Statement(text.count("\n", 0, start) + 1, text[start:position])
            begun, start = False, position
    if begun:
        yield Statement(text.count("\n", 0, start) + 1, text[start:])


def _end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _end_of_string(text: str, position: int) -> int:
    position += 1
    while position < len(text) and text[position] != '"':
        position += 2 if text[position] == "\\" else 1
    return position + 1
