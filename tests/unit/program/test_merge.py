"""Programs merged into one: nothing of one is taken for something of another."""

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.program.check import check
from skywright.program.expand import instances
from skywright.program.merge import merge
from skywright.program.text import dump, load

CLOUD = aws()
FIRST = """
skywright: 1
name: machines
region: ${region}
parameters:
  region: {type: string, value: eu-west-1}
  count: {type: integer, value: 2}
  tagged: {type: boolean, value: true}
  name: {type: string, value: web}
steps:
- id: vm
  do: ec2:RunInstances
  repeat: ${count}
  with: {ImageId: ami-1, InstanceType: t3.micro, MinCount: 1, MaxCount: 1}
  undo:
  - do: ec2:TerminateInstances
    with: {InstanceIds: ["${result.Instances[0].InstanceId}"]}
  alternatives:
  - on: [InsufficientInstanceCapacity]
    with: {InstanceType: t3.small}
    set: {name: "other"}
- id: tag
  do: ec2:CreateTags
  when: "!tagged"
  repeat: ${count}
  with: {Resources: ["${vm[index].Instances[0].InstanceId}"], Tags: [{Key: Name, Value: "${name}-${number}"}]}
- id: look
  do: ec2:DescribeInstances
  when: ${tagged}
  with: {InstanceIds: ["${vm[0].Instances[0].InstanceId}"]}
  until: "Reservations[0].Instances[0].ImageId == ${name}"
expect:
- says: it is there
  read: ec2:DescribeInstances
  with: {InstanceIds: ["${vm[0].Instances[0].InstanceId}"]}
  that: "Reservations[0].Instances[0].InstanceId == ${vm[0].Instances[0].InstanceId}"
answer: {vms: "${vm[].Instances[0].InstanceId}"}
"""
SECOND = """
skywright: 1
name: a topic
region: us-east-1
parameters:
  name: {type: string, value: alerts}
steps:
- {id: vm, do: sns:CreateTopic, with: {Name: "${name}"}}
answer: {vms: "${vm.TopicArn}"}
"""


def test_names_that_both_have_stay_apart_wherever_they_are_referred_to() -> None:
    whole = merge([load(FIRST), load(SECOND)], "both")
    assert check(whole, CLOUD.catalogue) == ()
    assert [each.key for each in instances(whole)] == ["p1_vm[0]", "p1_vm[1]", "p1_look", "p2_vm"]
    assert [each.region for each in instances(whole)] == ["eu-west-1"] * 3 + ["us-east-1"]
    assert whole.answer == {"vms": "${p1_vm[].Instances[0].InstanceId}", "vms_2": "${p2_vm.TopicArn}"}
    assert whole.steps[0].undo[0].arguments == {"InstanceIds": ["${result.Instances[0].InstanceId}"]}
    assert whole.steps[0].alternatives[0].values == {"p1_name": "other"}
    assert check(load(dump(whole)), CLOUD.catalogue) == ()


def test_the_whole_of_one_is_itself_and_of_a_whole_another_whole() -> None:
    first, second = load(FIRST), load(SECOND)
    assert merge([first], "one") == first
    assert check(merge([merge([first, second], "two"), second], "three"), CLOUD.catalogue) == ()


@pytest.mark.parametrize("when", ["tagged", "!tagged", "${tagged}", "! ${tagged}"])
def test_a_condition_is_renamed_however_it_is_written(when: str) -> None:
    whole = merge([load(FIRST.replace('when: "!tagged"', f'when: "{when}"')), load(SECOND)], "both")
    assert check(whole, CLOUD.catalogue) == ()
    done = "p1_tag" in {each.step.id for each in instances(whole)}
    assert done is not when.startswith("!")
