"""A program is proven with all that it may become by its alternatives."""

from skywright.engine.proving import certify_with
from skywright.guard.evidence import Evidence
from skywright.guard.proof import Certificate
from skywright.model.program import Program
from skywright.program.text import load

PROGRAM = """
skywright: 1
name: a machine
region: us-east-1
steps:
- id: vm
  do: ec2:RunInstances
  with: {ImageId: ami-12c6146b, InstanceType: t3.micro, MinCount: 1, MaxCount: 1}
  alternatives:
  - on: [InsufficientInstanceCapacity]
    with: {InstanceType: t3.small}
  - on: [InsufficientInstanceCapacity]
    with: {InstanceType: p5.48xlarge}
"""


def proven(most_usd: float) -> Certificate:
    def look(program: Program) -> Evidence:
        dear = program.steps[0].arguments["InstanceType"] == "p5.48xlarge"
        return Evidence((), (), (), 40_000.0 if dear else 10.0, most_usd, "i", "p")

    return certify_with(load(PROGRAM), look, (), 0.0)[1]


def test_all_ways_through_it_are_within_the_budget() -> None:
    assert proven(50_000).ok


def test_one_way_that_is_not_is_told_with_the_alternative_that_leads_there() -> None:
    cost = next(each for each in proven(100).obligations if each.id == "invariants.cost")
    assert cost.verdict == "refuted" and cost.why.startswith("by alternative 2 of step 'vm': ")
