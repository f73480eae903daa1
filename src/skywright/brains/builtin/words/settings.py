"""Settings such as `count=3` or `--instance-type t3.small`. Owns saying them as plain words would."""

import re
from collections.abc import Mapping

from skywright.brains.builtin.words.tokens import Token, tokenise
from skywright.brains.builtin.words.vocabulary import table

_TAGGING = frozenset({"tag", "tags", "tagged", "label", "labels", "labelled"})
_FLAG = re.compile(r"(?:(?:min|max)?count=\d+|instance[-_]?type=\S+|region=\S+)", re.I)
"""What no tag looks like, even where tags are spoken of later."""


def plain_settings(tokens: list[Token]) -> list[Token]:
    """`count=3 type=t3.small`: settings as they would be said, unless they are tags."""
    settings = table("settings")
    tagging = [at for at, token in enumerate(tokens) if token.word in _TAGGING]
    said: list[Token] = []
    for at, token in enumerate(tokens):
        key, _, value = token.text.partition("=")
        if key.strip().lower() == "tag" and value and said and said[-1].word == "name":
            said[-1:] = tokenise(f" named {value.strip()}")  # `Name tag = web-1`
            continue
        key = _known_key(key.strip().lower(), settings) if token.kind == "pair" and value else ""
        if not key or (tagging and (at > tagging[0] or not _FLAG.fullmatch(token.text))):
            said.append(token)
            continue
        plain = value.strip().strip("\"'")
        plain = f"{plain} GB" if key == "size" and plain.isdigit() else plain
        said += tokenise(" " + str(settings[key]).format(plain))
    return said


def _known_key(key: str, settings: Mapping[str, str]) -> str:
    """The setting that is meant, if its letters have only changed places (`nmae`); empty if it is none."""
    if key in settings:
        return "" if key == "name" else key
    return next((known for known in settings if len(key) > 3 and sorted(known) == sorted(key)), "")
