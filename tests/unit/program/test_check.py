"""What is found in programs before anything is called, and that nothing is found in sound ones."""

import time
from typing import Any

import pytest

from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.program.check import check
from skywright.program.text import load

SOUND = """
skywright: 1
name: sound
region: ${region}
parameters:
  region: {type: string, value: eu-west-1}
  count: {type: integer, minimum: 0, maximum: 20, value: 2}
  names: {type: list, value: [a, b]}
  image: {type: string}
  public: {type: boolean, value: true}
steps:
- id: vpc
  do: ec2:CreateVpc
  with: {CidrBlock: 10.0.0.0/16}
- id: subnet
  do: ec2:CreateSubnet
  with: {VpcId: '${vpc.Vpc.VpcId}', CidrBlock: 10.0.0.0/24}
- id: group
  do: ec2:CreateSecurityGroup
  when: ${public}
  with: {GroupName: web, Description: 'for ${image}', VpcId: '${vpc.Vpc.VpcId}'}
- id: open
  do: ec2:AuthorizeSecurityGroupIngress
  when: ${public}
  with:
    GroupId: ${group.GroupId}
    IpPermissions: [{IpProtocol: tcp, FromPort: 80, ToPort: '${count}', IpRanges: [{CidrIp: 0.0.0.0/0}]}]
- id: vm
  do: ec2:RunInstances
  repeat: ${count}
  with:
    ImageId: ${image}
    MinCount: 1
    MaxCount: 1
    SubnetId: ${subnet.Subnet.SubnetId}
    TagSpecifications: [{ResourceType: instance, Tags: [{Key: Name, Value: '${names[index]}-${number}'}]}]
  undo:
  - do: ec2:TerminateInstances
    with: {InstanceIds: '${result.Instances[].InstanceId}'}
- id: up
  wait: ec2:instance_running
  with: {InstanceIds: '${vm[].Instances[].InstanceId}'}
- id: disk
  do: ec2:CreateVolume
  repeat: ${count}
  with: {AvailabilityZone: '${vm[index].Instances[0].Placement.AvailabilityZone}', Size: 8}
- id: there
  do: ec2:DescribeVolumes
  with: {VolumeIds: '${disk[].VolumeId}'}
  until: length(Volumes[?State=='available']) == ${count}
- id: balancer
  do: elbv2:CreateLoadBalancer
  with: {Name: lb, Subnets: ['${subnet.Subnet.SubnetId}']}
- id: group2
  do: elbv2:CreateTargetGroup
  with: {Name: tg, Protocol: HTTP, Port: 80, VpcId: '${vpc.Vpc.VpcId}'}
- id: targets
  do: elbv2:RegisterTargets
  with:
    TargetGroupArn: ${group2.TargetGroups[0].TargetGroupArn}
    Targets: '${vm[].Instances[].{Id: InstanceId}}'
expect:
- says: they run
  read: ec2:DescribeInstances
  with: {InstanceIds: '${vm[].Instances[].InstanceId}'}
  that: length(Reservations[].Instances[?State.Name=='running'][]) == ${count}
answer:
  vms: '${there.Volumes[].{id: VolumeId, size_gb: Size, on: Attachments[0].InstanceId}}'
  dns: ${balancer.LoadBalancers[0].DNSName}
  group: ${group.GroupId}
"""


def test_a_sound_program_has_no_findings(catalogue: Any) -> None:
    assert check(load(SOUND), catalogue) == ()


FLAWS = [
    ("do: ec2:CreateVpc\n", "do: ec2:CreateVpcs\n", "nearest: CreateVpc"),
    ("do: ec2:CreateVpc\n", "do: ec:CreateVpc\n", "no service 'ec'"),
    ("wait: ec2:instance_running", "wait: ec2:instance_runing", "nearest: instance_running"),
    ("CidrBlock: 10.0.0.0/16", "Cidr: 10.0.0.0/16", "did you mean 'CidrBlock'"),
    ("CidrBlock: 10.0.0.0/16", "CidrBlock: [10.0.0.0/16]", "must be text, not a list"),
    ("CidrBlock: 10.0.0.0/16", "CidrBlock: ", "is empty (null)"),
    ("MinCount: 1", "MinCount: one", "must be a whole number, not 'one'"),
    ("    MinCount: 1\n", "", "MinCount: is required"),
    ("Size: 8", "Size: 8.5", "must be a whole number"),
    ("ResourceType: instance", "ResourceType: instanc", "did you mean 'instance'"),
    ("Protocol: HTTP", "Protocol: HTP", "must be one of HTTP"),
    ("Port: 80, VpcId", "Port: 70000, VpcId", "at most 65535, not 70000"),
    ("id: subnet\n", "id: vpc\n", "is taken already"),
    ("id: subnet\n", "id: count\n", "is taken already"),
    ("id: subnet\n", "id: result\n", "a meaning of its own"),
    ("id: subnet\n", "id: sub-net\n", "cannot name a step"),
    (
        "VpcId: '${vpc.Vpc.VpcId}', CidrBlock",
        "VpcId: '${vcp.Vpc.VpcId}', CidrBlock",
        "did you mean 'vpc'",
    ),
    (
        "VpcId: '${vpc.Vpc.VpcId}', CidrBlock",
        "VpcId: '${vm[0].VpcId}', CidrBlock",
        "not been done by then",
    ),
    (
        "VpcId: '${vpc.Vpc.VpcId}', CidrBlock",
        "VpcId: '${subnet.Subnet.VpcId}', CidrBlock",
        "not been done",
    ),
    ("VpcId: '${vpc.Vpc.VpcId}', CidrBlock", "VpcId: '${vpc.VpcId}', CidrBlock", "no 'VpcId' in it"),
    ("VpcId: '${vpc.Vpc.VpcId}', CidrBlock", "VpcId: '${vpc.Vpc}', CidrBlock", "is an object"),
    ("VpcId: '${vpc.Vpc.VpcId}', CidrBlock", "VpcId: '${vpc.Vpc[0].VpcId}', CidrBlock", "not of a list"),
    ("VpcId: '${vpc.Vpc.VpcId}', CidrBlock", "VpcId: '${vpc.Vpc.VpcId', CidrBlock", "never closes"),
    ("VpcId: '${vpc.Vpc.VpcId}', CidrBlock", "VpcId: '${count}', CidrBlock", "must be text, not 2"),
    ("VpcId: '${vpc.Vpc.VpcId}', CidrBlock", "VpcId: '${index}', CidrBlock", "only in a repeated step"),
    ("VpcId: '${vpc.Vpc.VpcId}', CidrBlock", "VpcId: 'x ${vpc.Vpc}', CidrBlock", "inside a text"),
    ("VolumeIds: '${disk[].VolumeId}'", "VolumeIds: '${disk.VolumeId}'", "asked of a list"),
    ("VolumeIds: '${disk[].VolumeId}'", "VolumeIds: '${disk[0].VolumeId}'", "must be a list, and"),
    ("VolumeIds: '${disk[].VolumeId}'", "VolumeIds: '${disk[].Size}'", "each element must be text"),
    ("VolumeIds: '${disk[].VolumeId}'", "VolumeIds: '${disk[2:].VolumeID}'", "did you mean 'VolumeId'"),
    (
        "VolumeIds: '${disk[].VolumeId}'",
        "VolumeIds: ['${disk[2].VolumeId}']",
        "element 2, counted from 0, of 2",
    ),
    ("VolumeIds: '${disk[].VolumeId}'", "VolumeIds: ['${up.X}']", "refers to a wait"),
    ("'${names[index]}-${number}'", "'${names[7]}'", "element 7, counted from 0, of 2"),
    ("GroupId: ${group.GroupId}\n", "GroupId: ${group.GroupID}\n", "did you mean 'GroupId'"),
    ("  when: ${public}\n  with:\n", "  with:\n", "left out unless ${public}"),
    ("  when: ${public}\n  with:\n", "  when: ${vpc}\n  with:\n", "one reference to a parameter"),
    ("  repeat: ${count}\n  with:\n", "  repeat: ${names}\n  with:\n", "must be a whole number"),
    ("  repeat: ${count}\n  with:\n", "  repeat: -1\n  with:\n", "between 0 and 10000"),
    ("  repeat: ${count}\n  with:\n", "  repeat: ${vpc.N}\n  with:\n", "only a parameter will do"),
    ("region: ${region}\n", "region: ${vpc.Vpc.VpcId}\n", "region: ${vpc"),
    ("until: length(Volumes[?State", "until: length(Volume[?State", "did you mean 'Volumes'"),
    ("until: length(Volumes[?State", "timeout: 0\n  until: length(Volumes[?State", "more than 0 seconds"),
    ("do: ec2:DescribeVolumes", "do: ec2:DeleteVolume", "does not only read"),
    ("read: ec2:DescribeInstances", "read: ec2:StopInstances", "does not only read"),
    ("that: length(Reservations[]", "that: length(Reservation[]", "can never hold"),
    ("that: length(Reservations[]", "that: ((Reservations[]", "is not JMESPath"),
    ("== ${count}\nanswer", "== '${count}'\nanswer", "inside quotes"),
    ("on: Attachments[0]", "on: Attachment[0]", "did you mean 'Attachments'"),
    ("dns: ${balancer.Load", "dns: ${balance.Load", "did you mean 'balancer'"),
    (
        "'${result.Instances[].InstanceId}'",
        "'${result.Instance[].InstanceId}'",
        "did you mean 'Instances'",
    ),
    ("do: ec2:TerminateInstances", "do: ec2:TerminateInstance", "nearest: TerminateInstances"),
    ("maximum: 20, value: 2}", "maximum: 20, value: 21}", "at most 20, not 21"),
    ("maximum: 20, value: 2}", "maximum: -1, value: 2}", "more than the maximum"),
    ("image: {type: string}", "image: {type: string, pattern: '('}", "not a regular expression"),
]


def line_of(text: str, at: int) -> int:
    """The line of the step, expectation or parameter that the place is in; 0 for the program's own."""
    before = text[: at + 1]
    if "\nanswer:" in before or "\nparameters:" not in before:
        return 0
    if "\nsteps:" not in before:
        return before.count("\n") + 1
    return text[: max(before.rfind("\n- id"), before.rfind("\n- says"))].count("\n") + 2


@pytest.mark.parametrize(("good", "bad", "says"), FLAWS)
def test_a_flaw_is_found_with_its_line(good: str, bad: str, says: str, catalogue: Any) -> None:
    assert good in SOUND
    flawed = SOUND.replace(good, bad, 1)
    found = check(load(flawed), catalogue)
    line = line_of(flawed, SOUND.index(good) + max(0, min(len(good), len(bad)) - 2))
    assert any(says in str(finding) and finding.line in (line, line + 1) for finding in found), (
        line,
        found,
    )


def test_all_findings_come_at_once_in_order(catalogue: Any) -> None:
    flawed = SOUND
    for good, bad, _ in FLAWS[4:5] + FLAWS[6:7] + FLAWS[10:11]:
        flawed = flawed.replace(good, bad, 1)
    found = check(load(flawed), catalogue)
    assert len(found) == 3
    assert [finding.line for finding in found] == sorted(finding.line for finding in found)


def test_unknown_constructs_are_no_finding(catalogue: Any) -> None:
    lax = "${there.Volumes[?contains(values(@), `x`)] | sort_by(@, &Size)[]"
    program = load(SOUND.replace("${there.Volumes[]", lax, 1))
    assert check(program, catalogue) == ()


def test_a_program_without_a_region_is_found(catalogue: Any) -> None:
    found = check(load(SOUND.replace("region: ${region}\n", "", 1)), catalogue)
    assert len(found) == len(load(SOUND).steps) + 1
    assert all("names a region" in finding.problem for finding in found)


def test_every_parameter_value_is_looked_at_where_it_is_used(catalogue: Any) -> None:
    step = Step(
        "vm", Operation("ec2", "CreateVolume"), arguments={"AvailabilityZone": "a", "VolumeType": "${kind}"}
    )
    program = Program("p", (step,), region="r", parameters=(Parameter("kind", "string", "gp7"),))
    assert "must be one of" in check(program, catalogue)[0].problem


def many(count: int) -> Program:
    steps = [Step("vpc", Operation("ec2", "CreateVpc"), arguments={"CidrBlock": "10.0.0.0/16"})]
    arguments = {"VpcId": "${vpc.Vpc.VpcId}", "CidrBlock": "10.0.0.0/24"}
    steps += [Step(f"s{n}", Operation("ec2", "CreateSubnet"), arguments=arguments) for n in range(count)]
    return Program("many", tuple(steps), region="eu-west-1")


def test_time_grows_with_the_number_of_steps(catalogue: Any) -> None:
    def seconds(count: int) -> float:
        program = many(count)
        start = time.perf_counter()
        assert check(program, catalogue) == ()
        return time.perf_counter() - start

    seconds(10)
    small = min(seconds(1_000) for _ in range(3))
    assert min(seconds(10_000) for _ in range(3)) < small * 40
