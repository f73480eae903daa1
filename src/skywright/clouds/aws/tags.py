"""The tags that a call sets, whatever its service calls their members, and what they say. Judges nothing."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from skywright.model.values import Arguments, Value, is_object

_RESIDENCY = frozenset({"dataresidency", "residency"})
"""What the tag is called, its letters alone: writers differ in case and in what parts the words."""
_NOT_LETTERS = re.compile(r"[^a-z]")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}")
_SECRET = re.compile(r"A[KS]IA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----")
_TAGS = ("Tags", "tags", "TagList", "tagList", "TagsList", "TagsToAdd", "AddTags", "resourceTags")
"""What services call the tags that they are given: a mapping, a list, or a list under `Items`."""
_AROUND_TAGS = ("Tagging", "DistributionConfigWithTags", "StreamingDistributionConfigWithTags")
_KEYS_OF_TAGS, _VALUES_OF_TAGS = ("Key", "key", "TagKey"), ("Value", "value", "TagValue")


def given(arguments: Arguments) -> Value:
    """The tags that a call sets, as an object; None if there are none."""
    held = [arguments[name] for name in _TAGS if name in arguments]
    around = [arguments[name] for name in _AROUND_TAGS if name in arguments]
    around += [*_list(arguments.get("TagSpecifications")), *held]
    inside = [each for each in around if is_object(each)]
    held += [each.get(name) for each in inside for name in ("Tags", "TagSet", "Items")]
    tags: dict[str, Value] = {}
    for value in held:
        if is_object(value):
            tags |= {name: text for name, text in value.items() if not isinstance(text, list | Mapping)}
        for tag in _list(value):
            key, text = (_first(tag, names) for names in (_KEYS_OF_TAGS, _VALUES_OF_TAGS))
            if isinstance(key, str):
                tags[key] = "" if text is None else text
    return tags or None


def _first(tag: Value, names: Sequence[str]) -> Value:
    return next((tag[name] for name in names if name in tag), None) if is_object(tag) else None


def said(tags: Value) -> Mapping[str, Value]:
    """What tags say of what carries them."""
    if not isinstance(tags, Mapping):
        return {}
    found: dict[str, Value] = {"tagged": True}
    for key, value in tags.items():
        name, text = key.lower(), str(value)
        if _NOT_LETTERS.sub("", name) in _RESIDENCY:
            found["residency"] = value
        if _ADDRESS.search(text):
            found["address_in_tags"] = True
        if _SECRET.search(text) or _SECRET.search(key):
            found["secret_in_tags"] = True
        # A key that is known only later may be the one that protects.
        if (name == "protected" or "${" in key) and text.lower() != "true":
            found["unprotects"] = True
    return found


def protects(tag: Mapping[str, Any]) -> bool:
    """Whether a tag, as the cloud describes it, keeps what carries it from being ended."""
    return str(tag.get("Key", "")).lower() == "protected" and str(tag.get("Value", "")).lower() == "true"


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
