"""Ways to spend more than the budget: costs that hide, and endings that end nothing."""

import pytest

from skywright.clouds.aws.prices import Prices
from skywright.model.program import Program
from skywright.program.text import load

RUN = """
  - id: run
    do: ec2:RunInstances
    with: {ImageId: ami-1, InstanceType: m5.4xlarge, MinCount: 3, MaxCount: 3}
"""


def program(steps: str) -> Program:
    return load(f"skywright: 1\nname: dear\nregion: eu-west-1\nsteps:\n{steps}")


def most(steps: str) -> float:
    return Prices().usd_month_most(program(steps))


def doubts(steps: str) -> dict[str, str]:
    return dict(Prices().uncounted(program(steps)))


@pytest.mark.parametrize(
    "ending",
    [
        '{do: "ec2:DeleteTags", with: {Resources: "${run.Instances[].InstanceId}"}}',
        '{do: "ec2:TerminateInstances", with: {InstanceIds: ["${run.Instances[0].InstanceId}"]}}',
        '{do: "ec2:TerminateInstances", with: {InstanceIds: "${run.Instances[?x].InstanceId}"}}',
        '{do: "ec2:DeleteVolume", with: {VolumeId: "${run.Instances[0].RootVolume}"}}',
        '{do: "ec2:CancelSpotInstanceRequests", with: {SpotInstanceRequestIds: ["${run.Id}"]}}',
        '{do: "ec2:TerminateInstances", when: "${look.Vpcs}", with: {InstanceIds: "${run.Instances[].Id}"}}',
    ],
)
def test_an_ending_that_ends_not_all_takes_nothing_off(ending: str) -> None:
    look = "  - {id: look, do: ec2:DescribeVpcs, with: {}}\n"
    assert most(look + RUN + f"  - {{id: end, {ending[1:]}\n") == pytest.approx(most(RUN))


def test_an_ending_of_all_does() -> None:
    end = '  - {id: end, do: ec2:TerminateInstances, with: {InstanceIds: "${run.Instances[].InstanceId}"}}\n'
    assert most(RUN + end) == pytest.approx(0.0)


def test_a_condition_that_nobody_knows_yet_counts_as_true() -> None:
    look = "  - {id: look, do: ec2:DescribeVpcs, with: {}}\n"
    for when in ("${look.Vpcs}", "!${look.Vpcs}"):
        assert most(look + RUN.rstrip() + f'\n    when: "{when}"\n') == pytest.approx(most(RUN))


def test_the_old_form_of_resizing_costs_the_same() -> None:
    old = "{InstanceId: i-1, Attribute: instanceType, Value: m5.24xlarge}"
    new = "{InstanceId: i-1, InstanceType: {Value: m5.24xlarge}}"
    step = "  - {id: size, do: ec2:ModifyInstanceAttribute, with: "
    assert most(f"{step}{old}}}\n") == pytest.approx(most(f"{step}{new}}}\n"))
    assert most(f"{step}{new}}}\n") > 1000


@pytest.mark.parametrize(
    "step",
    [
        'do: "ec2:AllocateHosts", with: {InstanceType: u-24tb1.112xlarge, Quantity: 4}',
        'do: "ec2:CreateCapacityReservation", with: {InstanceType: p5.48xlarge, InstanceCount: 9}',
        'do: "elasticache:CreateServerlessCache", with: {ServerlessCacheName: c}',
        'do: "ec2:StartInstances", with: {InstanceIds: [i-1]}',
        'do: "autoscaling:SetDesiredCapacity", with: {AutoScalingGroupName: g, DesiredCapacity: 50}',
        'do: "efs:CreateFileSystem", with: {ProvisionedThroughputInMibps: 3000}',
        'do: "elb:CreateLoadBalancer", with: {LoadBalancerName: x}',
        'do: "ec2:RunInstances", with: {LaunchTemplate: {LaunchTemplateId: lt-1}, MaxCount: 1}',
        'do: "ec2:RunInstances", with: {InstanceType: "${look.Kinds[0]}", MaxCount: 1}',
        'do: "ec2:RunInstances", with: {InstanceType: t3.micro, MaxCount: "${look.Count}"}',
        'do: "ec2:CreateVolume", with: {Size: "${look.Size}", VolumeType: gp3}',
        'do: "ec2:CreateVolume", repeat: "${look.Vpcs}", with: {Size: 1, VolumeType: gp3}',
        'do: "ec2:CreateFleet", with: {Overrides: [{InstanceType: t3.nano}, {InstanceType: p5.48xlarge}]}',
    ],
)
def test_what_nobody_can_price_is_said(step: str) -> None:
    assert "dear" in doubts(f"  - {{id: dear, {step}}}\n")


@pytest.mark.parametrize(
    "step",
    [
        'do: "ec2:RunInstances", with: {InstanceType: t3.micro, MaxCount: 2, SubnetId: "${net.Id}"}',
        'do: "ec2:CreateVolume", with: {Size: 8, VolumeType: gp3, AvailabilityZone: "${net.Zone}"}',
        'do: "ec2:CreateSecurityGroup", with: {GroupName: g, Description: d}',
        'do: "ec2:CreateTags", with: {Resources: [i-1], Tags: [{Key: a, Value: b}]}',
        'do: "ec2:StopInstances", with: {InstanceIds: [i-1]}',
        'do: "s3:CreateBucket", with: {Bucket: b}',
        'do: "elbv2:CreateTargetGroup", with: {Name: t}',
    ],
)
def test_what_is_known_to_be_free_or_priced_is_no_question(step: str) -> None:
    assert not doubts(f"  - {{id: cheap, {step}}}\n")


def test_what_was_stopped_is_started_again() -> None:
    stop = '  - {id: stop, do: "ec2:StopInstances", with: {InstanceIds: [i-1]}}\n'
    start = '  - {id: start, do: "ec2:StartInstances", with: {InstanceIds: [i-1]}}\n'
    other = '  - {id: other, do: "ec2:StartInstances", with: {InstanceIds: [i-2]}}\n'
    assert not doubts(stop + start)
    assert list(doubts(stop + start + other)) == ["other"]


def test_a_group_that_may_be_made_smaller_costs_what_it_was_made_for() -> None:
    """Only what is certain to be done takes the place of what was done before."""
    look = "  - {id: look, do: ec2:DescribeVpcs, with: {}}\n"
    group = "AutoScalingGroupName: g, InstanceType: m5.4xlarge, MinSize: 0"
    make = f'  - {{id: make, do: "autoscaling:CreateAutoScalingGroup", with: {{{group}, MaxSize: 40}}}}\n'
    less = 'do: "autoscaling:UpdateAutoScalingGroup", with: {AutoScalingGroupName: g, MaxSize: 0}}\n'
    assert most(f"{look}{make}  - {{id: less, {less}") == pytest.approx(0.0)
    assert most(f'{look}{make}  - {{id: less, when: "${{look.Vpcs}}", {less}') >= most(make) > 10_000
