"""The lives of things that only their names tell: of kinds that `data/resources.yaml` does not list.

A queue, a table or a database is known by the argument that names it, such as `TableName`; a name that an
earlier step answers is known by the reference to it. Owns those lives; judges nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple

from skywright.clouds.aws import kinds
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.nouns import noun_of, nouns_of
from skywright.clouds.future import Breach, Planned
from skywright.model.operation import Effect, Operation

_NAMES: Final = ("name", "identifier", "url", "arn", "id")
_SETTINGS: Final = re.compile(r"\w*(Subnet|Parameter|Option|Security)Group")
"""What is only there to be used, so that it cannot go first. Source: `InvalidDBSubnetGroupStateFault`."""
_KEPT: Final = ("DeletionProtection", "DeletionProtectionEnabled")
_END: Final = re.compile(r"\w+_(deleted|not_exists)")


class _Name(NamedTuple):
    """A service, the argument that names something there, in small letters, and the name."""

    service: str
    member: str
    name: str


@dataclass(frozen=True, slots=True)
class _Made:
    step: str
    uses: frozenset[_Name]
    kept: bool


class Names:
    """What was made and ended by name."""

    def __init__(self) -> None:
        self._there: dict[_Name, _Made] = {}
        self._gone: dict[_Name, str] = {}

    def breaches(self, step: Planned) -> Iterator[Breach]:
        """What a step needs and is not there any more, or ends although it is needed; then it is done."""
        does = effect(step.operation)
        given = frozenset(_given(step))
        if does is Effect.CREATE:
            self._make(step, given)
        if does is not Effect.DETACH:
            for one in sorted(given & self._gone.keys()):
                says = f"it needs {one.name}, which step {self._gone[one]} ended"
                yield Breach("lifetimes", step.key, says)
        keeps = _keeps(step)
        if does is Effect.CHANGE and keeps is not None:
            for one in given & self._there.keys():
                self._there[one] = replace(self._there[one], kept=keeps)
        if does is Effect.DESTROY:
            for one in sorted(each for each in given if each.member in _members(step.operation)):
                yield from self._in_use(step, one)
                self._there.pop(one, None)
                self._gone[one] = step.key

    def waits(self, step: Planned) -> Iterator[Breach]:
        """Why a wait would never end."""
        for one in sorted(_given(step)):
            if _END.fullmatch(step.operation.name):
                why = "nothing ends it" if one in self._there else ""
            else:
                why = f"step {self._gone[one]} ended it" if one in self._gone else ""
            if why:
                says = f"it waits for {one.name}, which never comes to that: {why}"
                yield Breach("lifetimes", step.key, says)

    def _make(self, step: Planned, given: frozenset[_Name]) -> None:
        members = _members(step.operation)
        for one in given:
            # What is restored is named by an argument such as `TargetTableName`.
            own = next((member for member in members if one.member.endswith(member)), None)
            if own is not None:
                made = one._replace(member=own)
                self._gone.pop(made, None)
                self._there[made] = _Made(step.key, given - {one}, _keeps(step) is True)

    def _in_use(self, step: Planned, one: _Name) -> Iterator[Breach]:
        if one in self._there and self._there[one].kept:
            yield Breach("lifetimes", step.key, f"{one.name} is protected from being ended ({_KEPT[0]})")
        if _SETTINGS.fullmatch(noun_of(step.operation)):
            for made in self._there.values():
                if one in made.uses:
                    says = f"{one.name} is still needed by what step {made.step} makes"
                    yield Breach("lifetimes", step.key, says)
                    return


def _keeps(step: Planned) -> bool | None:
    """Whether the step protects what it names from being ended, or takes that away; None: neither."""
    said = [step.arguments[name] for name in _KEPT if isinstance(step.arguments.get(name), bool)]
    return said[0] is True if said else None


def _given(step: Planned) -> Iterator[_Name]:
    for member, value in step.arguments.items():
        if isinstance(value, str) and (named := _naming(member)):
            yield _Name(step.operation.service, _whole(step.operation, named), value)


@cache
def _whole(operation: Operation, named: str) -> str:
    """`hostedzoneid` of the mere `Id` by which a hosted zone is ended."""
    if named in _NAMES and effect(operation) is Effect.DESTROY:
        return f"{noun_of(operation).lower()}{named}"
    return named


@cache
def _naming(member: str) -> str:
    """The argument in small letters if it names something; else nothing."""
    return member.lower() if member.lower().endswith(_NAMES) else ""


@cache
def _members(operation: Operation) -> tuple[str, ...]:
    """The arguments, in small letters, that name what it makes or ends; none if its kind is listed."""
    nouns = [*nouns_of(operation)]
    if any(kinds.of_noun(operation.service, noun) is not None for noun in nouns):
        return ()
    return tuple(f"{noun.lower()}{name}" for noun in nouns for name in _NAMES)
