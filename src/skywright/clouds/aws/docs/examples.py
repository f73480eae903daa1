"""What the documentation's examples say they show: the prose around the commands, never the commands.

Two sources, both on this machine: the AWS CLI's pages (`awscli/examples`, reStructuredText: a title in bold,
a paragraph that ends in `::`, the command) and botocore's `examples-1.json`. The CLI's command has the
operation's name in it, and its prose often has the command's: that is taken out, since nobody who asks
for something says it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import awscli
from botocore import xform_name

from skywright.model.operation import Operation

_FOLDER: Final = Path(awscli.__file__).parent / "examples"
_FOLDERS: Final[Mapping[str, str]] = {"s3api": "s3", "configservice": "config", "deploy": "codedeploy"}
"""Where the CLI calls a service otherwise than its model. Its own `s3` is no service."""
_NO_SERVICE: Final = frozenset({"s3", "configure"})
_TITLE: Final = re.compile(r"^\*\*(?:Example \d+:\s*)?(.+?)\*\*$")
_ENDS: Final = re.compile(r"^(?:Sample )?(?:output|command|input)\b.*:", re.IGNORECASE)
_MARKUP: Final = re.compile(r"`([^`<]*?)\s*<[^>]*>`__?|[`*]+")
_SPEAKS_OF_ITSELF: Final = re.compile(
    r"\b(?:the |this )?(?:following|above|previous|next)?\s*(?:example|command)s?\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Example:
    """What one example is said to show.

    Attributes:
        title: in a few words; empty if it has none.
        description: the paragraph before the command.
        command: the lines of the command as they are written; empty where there is none.
    """

    operation: Operation
    title: str
    description: str
    command: str = ""


def of_cli(service: str, names: Collection[str]) -> Iterator[Example]:
    """The examples of a service's operations in the AWS CLI's pages.

    Args:
        names: of all its operations.
    """
    folder = _folders().get(service)
    if folder is None:
        return
    commands = {xform_name(name, "-"): name for name in names}
    for path in sorted(folder.glob("*.rst")):
        name = commands.get(path.stem)
        if name is not None:
            yield from _of_page(Operation(service, name), path.stem, path.read_text("utf-8"))


def of_model(service: str, raw: Mapping[str, Any]) -> Iterator[Example]:
    """The examples that botocore has of a service's operations, out of its `examples-1.json`."""
    for name, rows in raw.get("examples", {}).items():
        for row in rows:
            yield Example(Operation(service, name), row.get("title", ""), plain(row.get("description", "")))


def plain(text: str, command: str = "") -> str:
    """Prose without markup, and without the command's name and what the prose says of itself."""
    text = _MARKUP.sub(r"\1", text)
    if command:
        text = re.sub(rf"\b{re.escape(command)}\b", " ", text)
    return " ".join(_SPEAKS_OF_ITSELF.sub(" ", text).split())


@cache
def _folders() -> Mapping[str, Path]:
    found = [path for path in sorted(_FOLDER.iterdir()) if path.is_dir() and path.name not in _NO_SERVICE]
    return {_FOLDERS.get(path.name, path.name): path for path in found}


def _of_page(operation: Operation, command: str, text: str) -> Iterator[Example]:
    """Each command of a page, with the title and the prose that stand before it."""
    title, prose, written = "", list[str](), list[str]()
    for line in [*text.expandtabs(4).splitlines(), "end"]:
        said = line.strip()
        if line.startswith(" ") and said:
            written += [said] if prose or title or written else []
            continue
        if written and said:
            if written[0].removeprefix("$ ").startswith("aws "):
                yield Example(
                    operation, plain(title, command), plain(" ".join(prose), command), "\n".join(written)
                )
                title, prose = "", []
            written = []
        if found := _TITLE.match(said):
            title, prose = found[1], []
        elif said and not _ENDS.match(said):
            prose.append(said.removesuffix("::"))
