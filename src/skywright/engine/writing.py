"""What is in a target, written down in the language of a modality that keeps what it makes; only looks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from skywright.engine.inventory import SESSION_SECONDS, refresh
from skywright.engine.parts import Parts
from skywright.errors import Unavailable
from skywright.modalities.base import Omitted, Workplace, Written, written_by
from skywright.model.resource import Resource
from skywright.model.target import Target
from skywright.model.verdict import Principal


@dataclass(frozen=True, slots=True)
class Copy:
    """What was written, and what of the region is not in it."""

    written: Written
    left_out: tuple[Omitted, ...]


def write_down(parts: Parts, target: Target, region: str, ids: Collection[str]) -> Copy:
    """Write down a region, or these things in it.

    Raises:
        NotFound: There is nothing to write.
        Refused: It cannot be said so that it would change nothing.
        CloudFailed, Unavailable: It cannot be told.
    """
    survey = refresh(parts, target, (region,)).survey
    done = _written(parts, target, region, ids)
    left = () if ids else _left(survey.resources.values(), region, done, parts.clouds["aws"].surveying.parts)
    return Copy(done, tuple(sorted({*left, *done.omitted}, key=attrgetter("type", "why", "id"))))


def _left(
    there: Collection[Resource], region: str, done: Written, parts: Collection[str]
) -> Iterator[Omitted]:
    """What is not written: neither by itself nor as a part of what is."""
    within = {id_ for one in there if one.id in done.ids for id_ in one.depends_on}
    for one in there:
        if one.region == region and one.id not in done.ids and not (one.type in parts and one.id in within):
            yield Omitted(one.type, one.id, done.reasons.get(one.type, "there are no words for it yet"))


def _written(parts: Parts, target: Target, region: str, ids: Collection[str]) -> Written:
    upstream = parts.accounts.reach(target)
    for modality in parts.modalities.values():
        who = Principal("state", "reader", "", modality.name, target.name)
        with (
            TemporaryDirectory() as folder,
            parts.gate.session(who, upstream, lifetime_seconds=SESSION_SECONDS) as credential,
        ):
            kept = Path(folder) / "kept"
            place = Workplace(
                parts.gate.endpoint, credential, region, Path(folder), parts.progress.say, kept=kept
            )
            found = written_by(modality, ids, place)
        if found is not None:
            return found
    raise Unavailable("no modality here can write down what is in an account")
