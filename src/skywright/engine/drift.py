"""What of a target is otherwise than it is meant to be, and who made it so, as far as the journal knows.

Owns the look and the search for causes; what counts as a difference is `state.drift`'s.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from skywright.clouds.restoring import Deed
from skywright.engine.account import named_by, writes
from skywright.engine.inventory import SESSION_SECONDS, holders, refresh
from skywright.engine.parts import Parts
from skywright.errors import CloudFailed
from skywright.journal.calls import changes_since
from skywright.modalities.base import Workplace, adopted_by, held_by
from skywright.model.call import Call
from skywright.model.resource import Inventory, Survey
from skywright.model.target import Target
from skywright.model.values import Value, texts
from skywright.model.verdict import Principal
from skywright.state.drift import Difference, compare
from skywright.state.expectations import Ignored, spelt

ADOPTED, IGNORED = "state.adopted", "state.ignored"
"""Kinds of records: what somebody said of drift, which changes what is meant to be there."""
ELSEWHERE = "not by way of the gate: nothing in the journal names it"
_ASKED_AT_MOST, _NAMES_AT_MOST = 40, 3
"""So many things, by so many names, the cloud's own trail is asked about: it answers twice a second."""
_JOINT = re.compile(r"[a-z]*assoc-[0-9a-f]+|eni-attach-[0-9a-f]+")
"""Identifiers of what joins two things; a call may name it by that, and neither of them."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What a look found otherwise than it is meant to be.

    Attributes:
        causes: a sentence for each difference.
        survey: the look itself, with what could not be seen.
    """

    differences: tuple[Difference, ...]
    causes: tuple[str, ...]
    survey: Survey

    def counting(self) -> tuple[tuple[Difference, str], ...]:
        """The differences that nobody said to ignore, with their causes."""
        pairs = zip(self.differences, self.causes, strict=True)
        return tuple((one, cause) for one, cause in pairs if not one.ignored)


def find_drift(parts: Parts, target: Target, regions: Sequence[str] = ()) -> Drift:
    """Look at a target and compare it with what is meant to be there.

    Args:
        regions: where; none: in all that the account may use.

    Raises:
        Refused: The target is another account.
        Unavailable: It cannot be reached.
    """
    before = parts.inventories.look(target.name)
    survey = refresh(parts, target, regions).survey
    since = before.at if before is not None else parts.clock()
    # What was not looked at now is not judged by what was seen of it earlier.
    expected = {
        id: one for id, one in parts.expectations.of(target.name).items() if survey.covers(one.resource)
    }
    seen = {id: one for id, one in parts.inventories.at(target.name).items() if survey.covers(one)}
    there = Survey(seen, survey.covered, survey.unread)
    differences = compare(expected, there, parts.expectations.ignored(target.name), since)
    return Drift(differences, _causes(parts, target, differences, seen), survey)


def adopt(parts: Parts, target: Target, differences: Sequence[Difference]) -> None:
    """From now on it is meant to be as it is; a configuration that says otherwise is edited first.

    Raises:
        Refused: Of a configuration that would change something all the same; nothing is adopted.
        CloudFailed, Corrupt, Unavailable: A configuration cannot be edited.
    """
    ids = {one.id for one in differences}
    keepers: defaultdict[str, set[str]] = defaultdict(set)
    for id, keeper in holders(parts, target).items():
        if id in ids:
            keepers[keeper].add(id)
    for keeper, held in keepers.items():
        _edit(parts, target, keeper, held)
    _record(parts, ADOPTED, target, differences)
    parts.expectations.settle(target.name, ids, parts.inventories.at(target.name), "adopted")


def _edit(parts: Parts, target: Target, keeper: str, ids: Collection[str]) -> None:
    """Let who keeps these things, and says how they are, say how they are now."""
    upstream = parts.accounts.reach(target)
    region = keeper.partition(":")[2]
    for modality in parts.modalities.values():
        kept = parts.kept / target.name / modality.name
        if not held_by(modality, kept):
            continue
        who = Principal("state", "reader", "", modality.name, target.name)
        with (
            TemporaryDirectory() as folder,
            parts.gate.session(who, upstream, lifetime_seconds=SESSION_SECONDS) as credential,
        ):
            place = Workplace(
                parts.gate.endpoint,
                credential,
                region,
                Path(folder),
                parts.progress.say,
                kept=kept,
                shelf=parts.shelves,
            )
            adopted_by(modality, ids, place)


def ignore(parts: Parts, target: Target, differences: Sequence[Difference], reason: str) -> None:
    """Say no more of these differences, as long as they are what they are."""
    _record(parts, IGNORED, target, differences, reason)
    parts.expectations.ignore(
        target.name, [Ignored(one.id, one.field, spelt(one.actual), reason) for one in differences]
    )


def _record(
    parts: Parts, kind: str, target: Target, differences: Sequence[Difference], reason: str = ""
) -> None:
    rows: list[Value] = [{"id": one.id, "kind": one.kind, "field": one.field} for one in differences]
    parts.journal.append(kind, {"target": target.name, "differences": rows, "reason": reason})


def _causes(
    parts: Parts, target: Target, differences: Sequence[Difference], there: Inventory
) -> tuple[str, ...]:
    if not differences:
        return ()
    since = min(one.since for one in differences)
    last: dict[str, Call] = {}
    for call in writes(changes_since(parts.journal, since)):
        if call.principal.target == target.name:
            last |= dict.fromkeys(named_by(call), call)
    names = _names(differences, there)
    known: dict[str, str] = {}
    for one in differences:
        calls = [last[name] for name in names[one.id] if name in last and last[name].at >= one.since]
        if calls:
            known[one.id] = _by_the_gate(max(calls, key=lambda call: call.at))
    others = {one.id: one for one in differences if one.id not in known and not one.ignored}
    known |= _by_the_trail(parts, target, list(others.values())[:_ASKED_AT_MOST], names)
    return tuple(known.get(one.id, ELSEWHERE) for one in differences)


def _names(differences: Sequence[Difference], there: Inventory) -> Mapping[str, Sequence[str]]:
    """What a call may have named a thing by: its id, or what joins it to another."""
    names: dict[str, list[str]] = {}
    for one in differences:
        said = (*texts(one.expected), *texts(one.actual))
        joints = (text for text in said if _JOINT.fullmatch(text) and text not in there)
        names.setdefault(one.id, [one.id]).extend(joints)
    return {id: tuple(dict.fromkeys(found)) for id, found in names.items()}


def _by_the_gate(call: Call) -> str:
    who = "a guest of the gate" if call.principal.kind == "guest" else call.principal.brain
    return f"{call.operation} by {who} in run {call.principal.run}"


def _by_the_trail(
    parts: Parts, target: Target, differences: Sequence[Difference], names: Mapping[str, Sequence[str]]
) -> Mapping[str, str]:
    """What the cloud's own trail knows of changes that did not pass the gate; or that it does not answer."""
    trail = parts.clouds["aws"].trail
    if trail is None or not differences:
        return {}
    found: dict[str, str] = {}
    who = Principal("state", "reader", "", "sdk", target.name)
    upstream = parts.accounts.reach(target)
    with parts.gate.session(who, upstream, lifetime_seconds=SESSION_SECONDS) as credential:
        look = parts.caller(parts.gate.endpoint, credential)
        for one in differences:
            try:
                told = (
                    trail.last(look, name, one.resource.region, one.since)
                    for name in names[one.id][:_NAMES_AT_MOST]
                )
                deed = next((each for each in told if each is not None), None)
            except CloudFailed as error:
                silent = f"{ELSEWHERE}, and the cloud's own trail does not answer ({error.code})"
                return found | {each.id: silent for each in differences if each.id not in found}
            found[one.id] = (
                f"{ELSEWHERE}, nor does the cloud's own trail (yet)" if deed is None else _told(deed)
            )
    return found


def _told(deed: Deed) -> str:
    at = datetime.fromtimestamp(deed.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    using = f" with {deed.with_what}" if deed.with_what else ""
    return f"{deed.operation} by {deed.by}{using} at {at} UTC, not by way of the gate (the cloud's own trail)"
