"""After any number of steps there is a way back to what was there before them, or it is said what is lost."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.program.accounts import Account, accounts
from tests.unit.program.actions import act
from tests.unit.program.conftest import EXPLORER
from tests.unit.program.test_lift import perform

from skywright.clouds.aws.cloud import aws
from skywright.engine.undo import way_back_of
from skywright.errors import CloudFailed
from skywright.model.call import Call
from skywright.model.operation import Operation, Undoability
from skywright.model.values import Arguments, Value
from skywright.program.text import dump

__all__ = ["accounts"]

CLOUD = aws()
_KEPT = (Undoability.EXACT, Undoability.EQUIVALENT)


class Watched:
    """An account in which what a change is about to change is read first, as the gate does.

    Attributes:
        changes: what was done since something was done that does not come back.
        states: what was there before the change of that number, for some of them.
    """

    def __init__(self, account: Account, chance: random.Random) -> None:
        self.account = account
        self.chance = chance
        self.changes: list[Call] = []
        self.states: dict[int, Counter[str]] = {}

    def __call__(self, operation: str, region: str = "eu-west-1", **arguments: Any) -> Any:
        return self.call(Operation.parse(operation), arguments, region)

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        if not CLOUD.effects.effect(operation).mutates:
            return self.account.call(operation, arguments, region)
        if not self.changes or self.chance.random() < 0.2:
            self.states[len(self.changes)] = self.account.present()
        before = self._before(operation, arguments, region)
        result = self.account.call(operation, arguments, region)
        who = replace(EXPLORER, kind="perform")
        self.changes.append(replace(self.account.trace[-1], principal=who, before=before))
        if CLOUD.effects.way_back(self.changes[-1]).undoability not in _KEPT:
            self.changes, self.states = [], {}
        return result

    def _before(self, operation: Operation, arguments: Arguments, region: str) -> Value:
        image = CLOUD.effects.before_image(operation, arguments)
        try:
            return None if image is None else self.account.call(*image, region)
        except CloudFailed:
            return {}


def undone(seed: int, accounts: Any, catalogue: Any) -> None:
    """Act, and go back to some of the places in between, the last of them first."""
    watched = Watched(accounts(), random.Random(seed))
    act(watched, seed)
    for number in sorted(watched.states, reverse=True):
        way_back = way_back_of(tuple(watched.changes[number:]), CLOUD, "back")
        assert way_back.left() == ()
        perform(way_back.program, watched.account, catalogue)
        del watched.changes[number:]
        there, wanted = watched.account.present(), watched.states[number]
        assert there == wanted, f"{dump(way_back.program)}\nleft {there - wanted}\nlost {wanted - there}"


@pytest.mark.parametrize("seed", range(4))
def test_after_any_steps_there_is_a_way_back(seed: int, accounts: Any, catalogue: Any) -> None:
    undone(seed, accounts, catalogue)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(start, start + 15) for start in range(4, 64, 15)], ids=str)
def test_after_any_steps_of_dozens_there_is(seeds: range, accounts: Any, catalogue: Any) -> None:
    for seed in seeds:
        undone(seed, accounts, catalogue)
