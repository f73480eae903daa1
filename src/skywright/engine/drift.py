"""What of a target is otherwise than it is meant to be, and who made it so, as far as the journal knows.

Owns the look and the search for causes; what counts as a difference is `state.drift`'s.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from skywright.engine.account import named_by, writes
from skywright.engine.inventory import SESSION_SECONDS, holders, refresh
from skywright.engine.parts import Parts
from skywright.journal.calls import changes_since
from skywright.modalities.base import Workplace, adopted_by, held_by
from skywright.model.call import Call
from skywright.model.resource import Survey
from skywright.model.target import Target
from skywright.model.verdict import Principal
from skywright.state.drift import Difference, compare
from skywright.state.expectations import Ignored, spelt

ELSEWHERE = "not by way of the gate: nothing in the journal names it"


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
    expected = parts.expectations.of(target.name)
    there = Survey(parts.inventories.at(target.name), survey.covered, survey.unread)
    differences = compare(expected, there, parts.expectations.ignored(target.name), since)
    return Drift(differences, _causes(parts, target, differences), survey)


def adopt(parts: Parts, target: Target, differences: Iterable[Difference]) -> None:
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
                parts.gate.endpoint, credential, region, Path(folder), parts.progress.say, kept=kept
            )
            adopted_by(modality, ids, place)


def ignore(parts: Parts, target: Target, differences: Iterable[Difference], reason: str) -> None:
    """Say no more of these differences, as long as they are what they are."""
    parts.expectations.ignore(
        target.name, [Ignored(one.id, one.field, spelt(one.actual), reason) for one in differences]
    )


def _causes(parts: Parts, target: Target, differences: Sequence[Difference]) -> tuple[str, ...]:
    if not differences:
        return ()
    since = min(one.since for one in differences)
    last: dict[str, Call] = {}
    for call in writes(changes_since(parts.journal, since)):
        if call.principal.target == target.name:
            last |= dict.fromkeys(named_by(call), call)
    return tuple(_cause(one, last) for one in differences)


def _cause(one: Difference, last: Mapping[str, Call]) -> str:
    call = last.get(one.id)
    if call is None or call.at < one.since:
        return ELSEWHERE
    who = "a guest of the gate" if call.principal.kind == "guest" else call.principal.brain
    return f"{call.operation} by {who} in run {call.principal.run}"
