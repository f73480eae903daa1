"""Reads that show the one thing which an operation is about, found by its noun and by what names it.

Must not know any operation; where its own read is another one, `data/resources.yaml` says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from botocore.model import OperationModel, Shape

from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import input_shape, members, operation_model, required_members
from skywright.clouds.aws.nouns import noun_of, plurals
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments

_READERS = ("Get", "Describe")


@dataclass(frozen=True, slots=True)
class Reading:
    """A read of the thing that an operation is about: its arguments, by the operation's own members."""

    read: Operation
    takes: Mapping[str, tuple[str, bool]]

    def arguments(self, given: Arguments) -> Arguments | None:
        """What to ask with; None if the call names too little."""
        if not all(
            isinstance(given.get(member), str) or (member in given and not many)
            for member, many in self.takes.values()
        ):
            return None
        return {
            name: [given[member]] if many else given[member] for name, (member, many) in self.takes.items()
        }


@cache
def readings(operation: Operation) -> tuple[Reading, ...]:
    """Reads of the operation's own noun, the surest first."""
    model = operation_model(operation)
    return (
        tuple(_candidates(operation, members(input_shape(model)), required_members(input_shape(model))))
        if model
        else ()
    )


def _candidates(
    operation: Operation, own: Mapping[str, Shape], required: frozenset[str]
) -> Iterator[Reading]:
    noun = noun_of(operation)
    for name in (reader + noun for reader in _READERS):
        read, takes = Operation(operation.service, name), required_of(Operation(operation.service, name))
        if takes and takes <= own.keys() and effect(read) is Effect.READ:
            yield Reading(read, {name: (name, False) for name in sorted(takes)})
    named = [name for name in required if own[name].type_name == "string"]
    for name in (f"{reader}{nouns}" for reader in _READERS for nouns in plurals(noun)):
        read = Operation(operation.service, name)
        if not named or effect(read) is not Effect.READ:
            continue
        takes = _matching(members(input_shape(cast("OperationModel", operation_model(read)))), named)
        if takes and required_of(read) <= takes.keys():
            yield Reading(read, takes)


def _matching(taken: Mapping[str, Shape], named: list[str]) -> dict[str, tuple[str, bool]] | None:
    """Each name under which the read takes one of the ids, or a list of them; None if one is not taken."""
    found: dict[str, tuple[str, bool]] = {}
    for member in named:
        lists = [name for name in plurals(member) if name in taken and taken[name].type_name == "list"]
        if member in taken and taken[member].type_name == "string":
            found[member] = (member, False)
        elif lists:
            found[lists[0]] = (member, True)
        else:
            return None
    return found


def required_of(operation: Operation) -> frozenset[str]:
    """What an operation has to be given; nothing of one that does not exist."""
    model = operation_model(operation)
    return frozenset() if model is None else required_members(input_shape(model))
