"""Tags that a text gives, and the keys of those that it only names. Owns how they are said."""

import re
from collections.abc import Sequence

from skywright.brains.builtin.words.listing import after_links, name_list
from skywright.brains.builtin.words.tokens import Token
from skywright.brains.builtin.words.vocabulary import patterns, words


def tags_of(tokens: Sequence[Token]) -> dict[str, str]:
    """`env=prod`, `tag it with key owner and value bob`, `tag owner as bob`."""
    tags: dict[str, str] = {}
    for key, value in _pairs(tokens):
        tags[key] = value
    if tags or not any(
        token.word in {"tag", "label", "tags", "tagged", "tagging", "labels", "labelled"} for token in tokens
    ):
        return tags
    text = " ".join(token.text if token.kind != "quoted" else f'"{token.text}"' for token in tokens)
    for pattern in patterns("tags"):
        match = pattern.search(text)
        if match and match[1].strip('"').lower() not in words("no_name") | {"on", "with"}:
            tags[match[1].strip('"')] = match[2].strip('"')
            break
    return tags


def _pairs(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """`env=prod`, and `Key=env,Value=prod` as the cloud's own tools have it; a key alone is no pair."""
    found: list[tuple[str, str]] = []
    waiting = ""
    for token in tokens:
        if token.kind != "pair":
            continue
        key, value = (part.strip("\"'") for part in re.split(r"\s*[=:]\s*", token.text, maxsplit=1))
        if key.lower() == "key":
            waiting = value
        elif waiting and key.lower() == "value":
            found.append((waiting, value))
            waiting = ""
        else:
            found.append((key, value.rstrip(".,;")))
    return found


def lone_keys(tokens: Sequence[Token]) -> list[str]:
    """The tags of which only the key is told, as they were written: `Key=Owner`."""
    said = [token.text.split("=", 1)[1] for token in tokens if token.text.lower().startswith("key=")]
    return [key for key in said if key not in dict(_pairs(tokens))]


def tag_keys(tokens: Sequence[Token]) -> list[str]:
    """What is named as a tag without a value, in lower case: `the tag owner`, `tags a and b`."""
    keys: list[str] = []
    for at, token in enumerate(tokens):
        if token.word not in {"tag", "tags", "label", "labels"} or token.fixed:
            continue
        row, _ = name_list(tokens, after_links(tokens, at + 1), False)
        before = tokens[at - 1] if at else token
        keys += row or ([before.text] if before.word not in words("no_name") and at > 1 else [])
    return [key.lower() for key in (*keys, *lone_keys(tokens))]
