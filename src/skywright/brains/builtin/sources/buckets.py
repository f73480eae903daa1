"""Values for closing buckets that exist to the public. Knows no bucket that is to be made."""

from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.model.values import Value

Options = Mapping[str, Any]

_MOST_CHOICES = 12
_USUAL_PLACE = "us-east-1"
"""Where a bucket is whose location the cloud tells as none."""


def closings(filling: Filling, options: Options) -> Value:
    """Each bucket that is meant, with the region that it is in.

    Raises:
        Ask: It could be several.
        Cannot: There is none.
    """
    return [
        {"key": f"{number}", "name": name, "region": _place(filling, name)}
        for number, name in enumerate(_meant(filling), start=1)
    ]


def labels(filling: Filling, options: Options) -> Value:
    return _meant(filling)


def _meant(filling: Filling) -> list[str]:
    """The buckets that are named; else all of them, if that is said, or the only one."""
    there = filling.world.buckets()
    if not there:
        raise Cannot("there are no buckets in this account")
    spared = {token.text.lower() for token in filling.excluded}
    there = [name for name in there if name.lower() not in spared]
    said = {_plain(token.text) for token in filling.facts.tokens}
    named = [name for name in there if name.lower() in said]
    held = {at for mark in filling.facts.marks for at in range(mark.first, mark.last)}
    missing = [
        token.text
        for at, token in enumerate(filling.facts.tokens)
        if (token.kind in ("name", "quoted") or token.text in filling.facts.names)
        and at not in held
        and _plain(token.text) not in {name.lower() for name in there}
    ]
    if missing:
        raise Ask("bucket", f"There is no bucket '{missing[0]}'. Which one?", tuple(there[:_MOST_CHOICES]))
    if named:
        return named
    every = filling.concepts & {"all", "everything"} or pattern("any_bucket").search(filling.facts.words)
    if every or len(there) == 1:
        return there
    raise Ask("bucket", "Which bucket?", tuple(there[:_MOST_CHOICES]))


def _plain(text: str) -> str:
    """A bucket's name without what its address adds to it: `s3://logs/` is `logs`."""
    return text.lower().removeprefix("s3://").removeprefix("arn:aws:s3:::").rstrip("/").removesuffix("'s")


def _place(filling: Filling, name: str) -> str:
    told = filling.world.read("s3:GetBucketLocation", filling.region, {"Bucket": name})
    place = str(told.get("LocationConstraint") or _USUAL_PLACE)
    return "eu-west-1" if place == "EU" else place  # what the oldest buckets there are told to be in
