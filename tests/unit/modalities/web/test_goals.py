"""Programs as goals, and what pages showed as answers."""

from dataclasses import replace

import pytest

from skywright.clouds.aws.cloud import aws
from skywright.modalities.web.answers import answered, result
from skywright.modalities.web.goal import Change, Column, Reading, from_json, to_json
from skywright.modalities.web.goals import NoWay, changes, readings, table
from skywright.modalities.web.reader.cells import read
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.model.values import Value

EFFECTS = aws().effects


def op(name: str) -> Operation:
    return Operation(*name.split(":"))


def step(id: str, operation: str, repeat: int | None = None, **arguments: Value) -> Step:
    return Step(id, op(operation), arguments=arguments, repeat=repeat)


def program(*steps: Step, **parameters: Value) -> Program:
    told = tuple(Parameter(name, "list", value) for name, value in parameters.items())
    return Program("p", steps, region="us-east-1", parameters=told)


def machine(**more: Value) -> Step:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "${names[index]}"}]}]
    return step(
        "vm",
        "ec2:RunInstances",
        repeat=2,
        ImageId="ami-1",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=tags,
        **more,
    )


def said(goal: Change) -> dict[str, str | bool]:
    return {wish.called[0]: wish.value for wish in goal.wishes if wish.must}


def test_machines_in_a_new_network_are_one_goal() -> None:
    (goal,) = changes(
        program(
            step("vpc", "ec2:CreateVpc", CidrBlock="10.1.0.0/16"),
            step("subnet", "ec2:CreateSubnet", VpcId="${vpc.Vpc.VpcId}", CidrBlock="10.1.0.0/20"),
            machine(SubnetId="${subnet.Subnet.SubnetId}", Monitoring={"Enabled": True}),
            names=["a", "b"],
        ),
        EFFECTS,
    )
    assert said(goal) == {
        "machine name": "a, b",
        "number of machines": "2",
        "machine size": "t3.micro",
        "image": "ami-1",
        "create network": True,
        "network range": "10.1.0.0/16",
        "detailed monitoring": True,
    }
    assert goal.on == ()


def test_disks_for_several_machines_are_a_goal_each() -> None:
    made = step(
        "made", "ec2:CreateVolume", repeat=2, Size=64, VolumeType="gp3", AvailabilityZone="us-east-1a"
    )
    attach = step(
        "attach", "ec2:AttachVolume", repeat=2, InstanceId="${vms[index]}", VolumeId="${made[index].VolumeId}"
    )
    goals = changes(program(made, attach, vms=["i-1", "i-2"]), EFFECTS)
    assert [goal.on for goal in goals] == [("i-1",), ("i-2",)]
    assert [said(goal) for goal in goals] == [{"disk size": "64", "disk type": "gp3"}] * 2


def test_an_alarm_is_told_in_minutes_whatever_its_period() -> None:
    alarm: dict[str, Value] = {
        "AlarmName": "a",
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
        "Threshold": 70.0,
        "ComparisonOperator": "LessThanThreshold",
    }
    for period, periods, minutes in ((300, 2, "10"), (60, 3, "3")):
        asked = step("a", "cloudwatch:PutMetricAlarm", Period=period, EvaluationPeriods=periods, **alarm)
        (goal,) = changes(program(asked), EFFECTS)
        assert said(goal) == {
            "virtual machine": "i-1",
            "when the cpu is": "Below",
            "percent": "70",
            "for minutes": minutes,
            "alarm name": "a",
        }


def test_ports_are_closed_in_the_portal_one_at_a_time_or_not_at_all() -> None:
    def close(*ports: int) -> Program:
        rules: list[Value] = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port} for port in ports]
        return program(step("c", "ec2:RevokeSecurityGroupIngress", GroupId="sg-1", IpPermissions=rules))

    (goal,) = changes(close(22), EFFECTS)
    assert (goal.page, goal.on, said(goal)) == (("security groups",), ("sg-1",), {"port": "22"})
    with pytest.raises(NoWay):
        changes(close(22, 80), EFFECTS)


def test_ports_are_opened_in_the_portal_to_addresses_and_to_the_same_ones_only() -> None:
    def rule(port: int, **to: Value) -> Value:
        return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **to}

    def opened(*rules: Value) -> Program:
        asked = step("o", "ec2:AuthorizeSecurityGroupIngress", GroupId="sg-1", IpPermissions=list(rules))
        return program(asked)

    ours: list[Value] = [{"CidrIp": "10.0.0.0/8"}]
    (goal,) = changes(opened(rule(22, IpRanges=ours), rule(80, IpRanges=ours)), EFFECTS)
    assert said(goal) == {"ports": "22-22, 80-80", "open to": "10.0.0.0/8", "protocol": "tcp"}
    for other in ({"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, {"UserIdGroupPairs": [{"GroupId": "sg-2"}]}, {}):
        with pytest.raises(NoWay):
            changes(opened(rule(22, IpRanges=ours), rule(80, **other)), EFFECTS)


def test_tags_of_what_is_no_machine_are_not_the_portals() -> None:
    tags: list[Value] = [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "web"}]
    (goal,) = changes(program(step("t", "ec2:CreateTags", Resources=["i-1", "i-2"], Tags=tags)), EFFECTS)
    assert (goal.on, said(goal)) == (("i-1", "i-2"), {"tags": "env=prod, team=web"})
    with pytest.raises(NoWay):
        changes(program(step("t", "ec2:CreateTags", Resources=["i-1", "vol-1"], Tags=tags)), EFFECTS)


def test_disks_of_machines_are_looked_for_on_their_own_pages() -> None:
    held: list[Value] = [{"Name": "attachment.instance-id", "Values": ["i-1", "i-2"]}]
    (told,) = readings(program(step("d", "ec2:DescribeVolumes", Filters=held)))
    assert (told.reading.within, told.reading.part) == (("i-1", "i-2"), ("storage", "disks"))
    (told,) = readings(program(step("d", "ec2:DescribeVolumes")))
    assert (told.reading.within, told.reading.page) == ((), ("disks",))


def test_what_the_portal_cannot_do_is_said_with_who_can() -> None:
    with pytest.raises(NoWay, match=r"cannot do this \(s3:CreateBucket\); --modality sdk can"):
        changes(program(step("b", "s3:CreateBucket", Bucket="x")), EFFECTS)
    with pytest.raises(NoWay, match=r"does not show this \(ec2:GetConsoleOutput\)"):
        readings(program(step("c", "ec2:GetConsoleOutput", InstanceId="i-1")))


def test_a_change_beside_those_of_a_goal_is_never_left_out() -> None:
    stop = step("stop", "ec2:StopInstances", InstanceIds=["i-1"])
    bucket = step("b", "s3:CreateBucket", Bucket="x")
    with pytest.raises(NoWay):
        changes(program(stop, bucket), EFFECTS)


def test_every_row_names_operations_that_there_are() -> None:
    catalogue = aws().catalogue
    rows = [*table("goals.yaml"), *table("readings.yaml")]
    named = [name for row in rows for key in ("does", "with", "reads") for name in row.get(key, ())]
    assert len(named) > 40
    for name in named:
        assert catalogue.signature(op(name)) is not None


def test_goals_survive_the_way_to_the_process() -> None:
    goals = [
        *changes(program(machine(), names=["a", "b"]), EFFECTS),
        *(
            told.reading
            for told in readings(program(step("look", "ec2:DescribeInstances", InstanceIds=["i-1"])))
        ),
    ]
    assert [from_json(to_json(goal)) for goal in goals] == goals


def test_rows_become_the_result_that_the_operation_would_give() -> None:
    rows: list[dict[str, Value]] = [
        {"InstanceId": "i-1", "State.Name": "running", "Tags[Name]": "a", "KeyName": None}
    ]
    instance = {"InstanceId": "i-1", "State": {"Name": "running"}, "Tags": [{"Key": "Name", "Value": "a"}]}
    assert result("Reservations[].Instances[]", rows) == {"Reservations": [{"Instances": [instance]}]}
    assert result("Volumes[]", [{"VolumeId": "v", "Attachments[0].Device": "/dev/sdf"}]) == {
        "Volumes": [{"VolumeId": "v", "Attachments": [{"Device": "/dev/sdf"}]}]
    }


def test_each_of_a_list_goes_into_a_thing_of_its_own() -> None:
    rows = [{"Disks[].Ebs.VolumeId": ["vol-1", "vol-2"], "Groups[].GroupId": []}]
    disks = [{"Ebs": {"VolumeId": "vol-1"}}, {"Ebs": {"VolumeId": "vol-2"}}]
    assert result("Instances[]", rows) == {"Instances": [{"Disks": disks, "Groups": []}]}


def test_a_time_is_told_as_the_cloud_tells_it_and_nothing_less_is() -> None:
    column = Column("LaunchTime", ("launched",), "time")
    assert read("2026-11-27 17:37:31 UTC", column) == "2026-11-27T17:37:31Z"
    assert read("27 Nov 2026, 17:37", column) is None


def test_the_answer_is_the_programs_own_and_of_what_it_asked_for() -> None:
    look = step("look", "ec2:DescribeInstances", InstanceIds=["i-1"])
    asks = replace(
        program(look),
        answer={"vms": "${look.Reservations[].Instances[].{id: InstanceId, state: State.Name}}"},
    )
    (told,) = readings(asks)
    assert isinstance(told.reading, Reading) and told.reading.only == ("i-1",)
    rows = [{"InstanceId": "i-1", "State.Name": "running"}, {"InstanceId": "i-2", "State.Name": "stopped"}]
    assert answered(asks, [(told, rows)]) == {"vms": [{"id": "i-1", "state": "running"}]}
