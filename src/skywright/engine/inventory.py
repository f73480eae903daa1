"""Reading a target's resources into what is known of it. Owns the look; what is kept of it is `state`'s."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skywright.clouds.base import Cloud
from skywright.clouds.calling import Caller
from skywright.engine.parts import Parts
from skywright.engine.patient import Patient
from skywright.errors import CloudFailed, Corrupt
from skywright.modalities.base import held_by
from skywright.model.resource import Survey
from skywright.model.target import Target
from skywright.model.verdict import Principal
from skywright.state.inventories import Changes

SESSION_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a look at a target found, and what of it is otherwise than was known."""

    survey: Survey
    changes: Changes
    regions: tuple[str, ...]


def refresh(parts: Parts, target: Target, regions: Sequence[str] = ()) -> Renewal:
    """Read a target whole, in a session that may only look.

    Args:
        regions: where; none: in all that the account may use.

    Raises:
        NotFound: There is no such region.
        Refused: The target is another account.
        Unavailable: It cannot be reached.
    """
    upstream = parts.accounts.reach(target)
    cloud = parts.clouds["aws"]
    who = Principal("state", "reader", "", "sdk", target.name)
    with parts.gate.session(who, upstream, lifetime_seconds=SESSION_SECONDS) as credential:
        look = Patient(parts.caller(parts.gate.endpoint, credential), parts.pause)
        wanted = tuple(regions) or _regions(cloud, look, upstream.region)
        survey = cloud.surveying.survey(look, wanted)
    return Renewal(survey, take_in(parts, target, survey), wanted)


def take_in(parts: Parts, target: Target, survey: Survey) -> Changes:
    """Keep what was seen, with who manages each thing as the modalities know it."""
    held = holders(parts, target)
    resources = {
        id: replace(one, managed_by=held.get(id, one.managed_by)) for id, one in survey.resources.items()
    }
    known = replace(survey, resources=resources)
    parts.expectations.welcome(target.name, known)
    return parts.inventories.renew(target.name, known)


def _regions(cloud: Cloud, look: Caller, region: str) -> tuple[str, ...]:
    try:
        return tuple(cloud.surveying.regions(look, region))
    except CloudFailed:
        return (region,)


def holders(parts: Parts, target: Target) -> Mapping[str, str]:
    """Who manages things, as far as a modality keeps them itself from run to run, by ids."""
    held: dict[str, str] = {}
    parts.shelves.fetch(parts.kept / target.name)
    for modality in parts.modalities.values():
        try:
            held |= held_by(modality, parts.kept / target.name / modality.name)
        except Corrupt as error:
            parts.progress.say(f"who manages what is not known whole: {error}")
    return held
