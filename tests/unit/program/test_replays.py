"""Whatever is done in an account distils to a program that does the same in an empty one."""

from typing import Any

import pytest
from tests.unit.program.accounts import accounts
from tests.unit.program.actions import act
from tests.unit.program.test_lift import perform

from skywright.program.check import check
from skywright.program.lift import lift
from skywright.program.text import dump, load

__all__ = ["accounts"]


def replayed(seed: int, accounts: Any, catalogue: Any) -> None:
    """Act, distil, act again in an empty account, and compare."""
    aws = accounts()
    act(aws, seed)
    program = lift(tuple(aws.trace), catalogue, None, {})
    assert check(program, catalogue) == (), dump(program)
    assert load(dump(program)) == program
    services = {call.operation.service for call in aws.trace}
    there = aws.inventory(services)
    again = accounts()
    perform(program, again, catalogue)
    found = again.inventory(services)
    assert found == there, f"seed {seed}\n{dump(program)}\nlost {there - found}\nnew {found - there}"


@pytest.mark.parametrize("seed", range(6))
def test_a_replay_leads_to_the_same(seed: int, accounts: Any, catalogue: Any) -> None:
    replayed(seed, accounts, catalogue)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(start, start + 25) for start in range(6, 206, 25)], ids=str)
def test_hundreds_of_replays_do(seeds: range, accounts: Any, catalogue: Any) -> None:
    for seed in seeds:
        replayed(seed, accounts, catalogue)
