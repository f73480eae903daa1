"""What a program may become when its steps fail in ways that it foresees."""

from dataclasses import replace
from typing import Any

import pytest

from skywright.errors import Malformed
from skywright.program.alternatives import MOST_VARIANTS, chosen, following, variants
from skywright.program.check import check
from skywright.program.text import dump, load

PROGRAM = """
skywright: 1
name: a machine
region: us-east-1
parameters:
  zone: {type: string, value: us-east-1a}
  count: {type: integer, value: 1}
steps:
- id: vm
  do: ec2:RunInstances
  repeat: ${count}
  with:
    ImageId: ami-12c6146b
    InstanceType: t3.large
    MinCount: 1
    MaxCount: 1
    Placement: {AvailabilityZone: '${zone}'}
    InstanceMarketOptions: {MarketType: spot}
  alternatives:
  - on: [InsufficientInstanceCapacity]
    set: {zone: us-east-1b}
  - note: what is on demand has no highest price
    on: [SpotMaxPriceTooLow, InsufficientInstanceCapacity]
    with: {InstanceMarketOptions: null}
- id: up
  wait: ec2:instance_running
  with: {InstanceIds: '${vm[].Instances[].InstanceId}'}
  alternatives:
  - on: [TimedOut]
    wait: 5
"""
FULL = "InsufficientInstanceCapacity"


def test_the_text_of_alternatives_is_read_and_written() -> None:
    assert load(dump(load(PROGRAM))) == load(PROGRAM)


def test_they_are_taken_in_order_by_their_codes() -> None:
    program = load(PROGRAM)
    first = following(program, {}, "vm", FULL)
    assert first == {"vm": 1} and following(program, first, "vm", FULL) == {"vm": 2}
    assert following(program, {}, "vm", "SpotMaxPriceTooLow") == {"vm": 2}
    assert following(program, {"vm": 2}, "vm", FULL) is None
    assert following(program, {}, "vm", "UnauthorizedOperation") is None
    assert following(program, {"vm": 1}, "up", "TimedOut") == {"vm": 1, "up": 1}


def test_each_changes_the_step_as_it_stands_in_the_program() -> None:
    program = load(PROGRAM)
    other_zone, on_demand = chosen(program, {"vm": 1}), chosen(program, {"vm": 2})
    assert other_zone.values()["zone"] == "us-east-1b"
    assert "InstanceMarketOptions" in other_zone.steps[0].arguments
    assert on_demand.values()["zone"] == "us-east-1a"
    assert "InstanceMarketOptions" not in on_demand.steps[0].arguments
    assert not any(step.alternatives for step in on_demand.steps)


def test_all_ways_through_it_are_known_beforehand() -> None:
    words = [words for words, _ in variants(load(PROGRAM))]
    assert len(words) == 5 and words[-1] == "alternative 2 of step 'vm' and alternative 1 of step 'up'"
    assert list(variants(replace(load(PROGRAM), steps=()))) == []


def test_a_sound_program_with_alternatives_is_sound(catalogue: Any) -> None:
    assert check(load(PROGRAM), catalogue) == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("set: {zone: us-east-1b}", "set: {place: us-east-1b}", "no parameter 'place'"),
        ("set: {zone: us-east-1b}", "set: {zone: 3}", "must be text, not 3 (by alternative 1 of step 'vm')"),
        ("set: {zone: us-east-1b}", "with: {InstanceSize: t3.small}", "InstanceSize"),
        ("set: {zone: us-east-1b}", "with: {MinCount: '${later.Vpc}'}", "alternative 1 of step 'vm'"),
        ("    set: {zone: us-east-1b}\n", "", "it changes nothing"),
        ("on: [TimedOut]", "on: []", "it must say on which error codes"),
        ("wait: 5", "wait: -5", "cannot wait -5 seconds"),
        ("region: us-east-1\n", "region: '${zone}'\n", "no alternative may move a step"),
    ],
)
def test_what_is_wrong_with_an_alternative_is_found(catalogue: Any, old: str, new: str, problem: str) -> None:
    text = PROGRAM.replace(old, new, 1)
    assert text != PROGRAM
    assert any(problem in str(finding) for finding in check(load(text), catalogue)), check(
        load(text), catalogue
    )


def test_too_many_ways_are_refused(catalogue: Any) -> None:
    program = load(PROGRAM)
    many = replace(program.steps[0], alternatives=program.steps[0].alternatives[:1] * MOST_VARIANTS)
    found = check(replace(program, steps=(many,)), catalogue)
    assert any(f"{MOST_VARIANTS + 1} ways" in str(finding) for finding in found)


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(Malformed, match="an alternative has no 'if'"):
        load(PROGRAM.replace("wait: 5", "if: 5"))
