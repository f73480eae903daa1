"""Programs as HCL: the table, the edits to a configuration, and the text."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
import yaml

from skywright.clouds.aws.catalogue import Catalogue
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.model.values import Value
from skywright.program.emit import EMITTERS, Inexpressible
from skywright.program.emit.hcl import reads
from skywright.program.emit.hcl.configuration import Configuration
from skywright.program.emit.hcl.edits import edit
from skywright.program.emit.hcl.render import files
from skywright.program.emit.hcl.table import table
from skywright.program.emit.hcl.text import Block, Body, Raw, document, quoted
from skywright.program.emit.hcl.wanted import Present, Wanted

CATALOGUE = Catalogue()
REGION = "us-east-1"
TERRAFORM = shutil.which("terraform") or shutil.which("tofu")


def step(id: str, do: str, repeat: int | str | None = None, **arguments: Value) -> Step:
    return Step(id, Operation.parse(do), arguments=arguments, repeat=repeat)


def program(*steps: Step, **more: object) -> Program:
    return replace(Program("p", steps, region=REGION), **more)  # pyright: ignore


def emitted(*steps: Step, **more: object) -> str:
    return EMITTERS["iac"](program(*steps, **more), CATALOGUE)


def nothing(type_: str, where: Mapping[str, Value]) -> Present | None:
    return None


def performed(before: Configuration, *steps: Step, look: object = nothing) -> tuple[Configuration, Wanted]:
    return edit(program(*steps), CATALOGUE, before, look)  # pyright: ignore


def applied(configuration: Configuration, **ids: str) -> Configuration:
    """As if it had been applied: addresses as written, ids as given by key's name."""
    written = files(configuration, REGION)
    for key, one in configuration.resources.items():
        id_ = ids.get(one.name if one.index is None else f"{one.name}_{one.index}", "")
        configuration.put(replace(one, address=written.addresses[key], id=id_, imported=""))
    return configuration


TAGS: Value = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "${names[index]}"}]}]
VMS = step(
    "vm", "ec2:RunInstances", "${count}", ImageId="ami-1", InstanceType="${type}", MinCount=1, MaxCount=1,
    TagSpecifications=TAGS,
)  # fmt: skip
PARAMETERS = (
    Parameter("count", "integer", 3),
    Parameter("names", "list", ["web-1", "web-2", "web-3"]),
    Parameter("type", "string", "t3.micro"),
)


def three() -> Configuration:
    made, _ = edit(program(VMS, parameters=PARAMETERS), CATALOGUE, Configuration(), nothing)
    return applied(made, vm_0="i-0", vm_1="i-1", vm_2="i-2")


def test_like_resources_are_one_block_and_parameters_are_variables() -> None:
    text = emitted(VMS, parameters=PARAMETERS)
    assert 'resource "aws_instance" "vm" {\n  count         = 3\n' in text
    assert "instance_type = var.type" in text
    assert "Name = var.names[count.index]" in text
    assert 'default = ["web-1", "web-2", "web-3"]' in text


def test_results_become_references() -> None:
    text = emitted(
        step("net", "ec2:CreateVpc", CidrBlock="10.0.0.0/16"),
        step("part", "ec2:CreateSubnet", VpcId="${net.Vpc.VpcId}", CidrBlock="10.0.0.0/24"),
        answer={"network": "${net.Vpc.VpcId}"},
    )
    assert "vpc_id     = aws_vpc.net.id" in text
    assert 'output "network" {\n  value = aws_vpc.net.id\n}' in text


def test_a_reference_to_all_repetitions_and_to_each() -> None:
    group = step("group", "elbv2:CreateTargetGroup", Name="g", Port=80, Protocol="HTTP", VpcId="vpc-1")
    register = step(
        "register", "elbv2:RegisterTargets",
        TargetGroupArn="${group.TargetGroups[0].TargetGroupArn}",
        Targets="${vm[].Instances[].{Id: InstanceId}}",
    )  # fmt: skip
    text = emitted(VMS, group, register, parameters=PARAMETERS)
    assert "target_id        = aws_instance.vm[count.index].id" in text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ("$" * 3 + "{x}", '"$$$${x}"'),
        ('a "b" \\ c', '"a \\"b\\" \\\\ c"'),
        ("${evil} %{ if } $", '"$${evil} %%{ if } $"'),
        ("line\nnext\t\x07", '"line\\nnext\\t\\u0007"'),
        ("Grüße 🎈", '"Grüße 🎈"'),
    ],
)
def test_texts_are_never_templates(text: str, written: str) -> None:
    assert quoted(text) == written


def test_what_terraform_cannot_say_names_what_can() -> None:
    for one in (
        step("restart", "ec2:RebootInstances", InstanceIds=["i-1"]),
        step("vm", "ec2:RunInstances", ImageId="ami-1", MinCount=1, MaxCount=4),
        step("vm", "ec2:RunInstances", ImageId="ami-1", LicenseSpecifications=[{"a": "b"}]),
        step("stop", "ec2:MonitorInstances", InstanceIds=["i-1"]),
    ):  # fmt: skip
        with pytest.raises(Inexpressible, match=r"^step '\w+': Terraform .*; use --modality cli$"):
            emitted(one)


def test_a_change_edits_the_block_that_made_the_thing() -> None:
    after, wanted = performed(three(), step("on", "ec2:MonitorInstances", InstanceIds=["i-1"]))
    assert wanted.changed == {"aws_instance.vm[1]": {"monitoring"}}
    written = files(after, REGION)
    # It is no longer like the others, so each has a block of its own, at an address of its own.
    assert written.addresses["aws_instance.vm[1]"] == "aws_instance.vm_2"
    assert 'resource "aws_instance" "vm_2" {' in written.texts["main.tf"]
    assert (
        "moved {\n  from = aws_instance.vm[1]\n  to   = aws_instance.vm_2\n}" in written.texts["changes.tf"]
    )


def test_what_was_made_elsewhere_is_brought_in_as_it_is() -> None:
    def look(type_: str, where: Mapping[str, Value]) -> Present | None:
        assert (type_, where) == ("aws_instance", {"id": "i-9"})
        return Present({"ami": "ami-9", "instance_type": "t3.micro", "tags": {"Name": "db 1"}}, "i-9")

    rename = step("name", "ec2:CreateTags", Resources=["i-9"], Tags=[{"Key": "Name", "Value": "db-2"}])
    after, wanted = performed(Configuration(), rename, look=look)
    written = files(after, REGION)
    assert wanted.changed == {"aws_instance.db_1": {"tags.Name"}}
    assert 'import {\n  to = aws_instance.db_1\n  id = "i-9"\n}' in written.texts["changes.tf"]
    assert 'Name = "db-2"' in written.texts["main.tf"]


def test_ids_of_what_the_workspace_has_become_references() -> None:
    after, _ = performed(
        three(), step("on", "ec2:AttachVolume", InstanceId="i-2", VolumeId="vol-1", Device="/dev/sdf")
    )
    assert "instance_id = aws_instance.vm[2].id" in files(after, REGION).whole


def test_a_type_is_changed_by_the_machine_alone() -> None:
    steps = (
        step("stop", "ec2:StopInstances", InstanceIds=["i-0"]),
        step("type", "ec2:ModifyInstanceAttribute", InstanceId="i-0", InstanceType={"Value": "t3.large"}),
        step("start", "ec2:StartInstances", InstanceIds=["i-0"]),
    )
    after, wanted = performed(three(), *steps)
    assert wanted.touched == {"aws_instance.vm[0]"}
    assert "aws_ec2_instance_state" not in files(after, REGION).whole
    with pytest.raises(Inexpressible, match="stopped"):
        performed(three(), steps[1])


def test_a_machine_that_is_replaced_keeps_its_block_and_what_is_bound_to_it() -> None:
    held, _ = performed(
        three(), step("disk", "ec2:AttachVolume", InstanceId="i-0", VolumeId="vol-1", Device="/dev/sdf")
    )
    held = applied(held, vm_0="i-0", vm_1="i-1", vm_2="i-2")
    after, wanted = performed(
        held,
        step("stop", "ec2:StopInstances", InstanceIds=["i-0"]),
        step("image", "ec2:CreateImage", InstanceId="i-0", Name="kept", NoReboot=True),
        step("off", "ec2:DetachVolume", InstanceId="i-0", VolumeId="vol-1"),
        step("destroy", "ec2:TerminateInstances", InstanceIds=["i-0"]),
        step(
            "spot", "ec2:RunInstances", ImageId="${image.ImageId}", InstanceType="t3.micro", MinCount=1,
            MaxCount=1, InstanceMarketOptions={"MarketType": "spot"},
        ),
        step(
            "again", "ec2:AttachVolume", InstanceId="${spot.Instances[0].InstanceId}", VolumeId="vol-1",
            Device="/dev/sdf",
        ),
    )  # fmt: skip
    assert wanted.replaced == {"aws_instance.vm[0]", "aws_volume_attachment.disk"}
    assert not wanted.removed
    text = files(after, REGION).whole
    assert 'market_type = "spot"' in text
    assert "create_before_destroy = true" in text
    # The image is taken of the old machine, after that is at rest.
    assert 'source_instance_id      = "i-0"' in text
    assert "depends_on              = [aws_ec2_instance_state.stop]" in text
    assert [one.key for one in after.managed() if one.passing] == ["aws_ec2_instance_state.stop"]


def test_what_only_refers_to_a_machine_outlives_it() -> None:
    alarm = step(
        "alarm", "cloudwatch:PutMetricAlarm",
        AlarmName="hot", Namespace="AWS/EC2", MetricName="CPUUtilization",
        Dimensions=[{"Name": "InstanceId", "Value": "i-0"}], EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    held, _ = performed(three(), alarm)
    held = applied(held, vm_0="i-0", vm_1="i-1", vm_2="i-2")
    after, wanted = performed(held, step("away", "ec2:TerminateInstances", InstanceIds=["i-0"]))
    assert set(wanted.removed) == {"aws_instance.vm[0]"}
    assert 'InstanceId = "i-0"' in files(after, REGION).whole


def test_a_configuration_is_kept_as_it_is() -> None:
    configuration = three()
    again = Configuration.from_json(yaml.safe_load(yaml.safe_dump(configuration.to_json())))
    assert files(again, REGION) == files(configuration, REGION)


def test_readings_are_data_sources_and_come_back_as_answers() -> None:
    look = program(step("look", "ec2:DescribeInstances", InstanceIds=["i-1"]))
    written = reads.reading(look)
    assert 'data "aws_instance" "look" {\n  for_each    = toset(["i-1"])' in written.text
    told: dict[str, Value] = {
        "id": "i-1", "state": "running", "public_ip": "", "tags": {"Name": "a"}, "spot": True,
        "monitoring": False,
        "root": [{"device_name": "/dev/xvda", "volume_id": "vol-1"}], "disks": [], "groups": ["sg-1"],
    }  # fmt: skip
    found = reads.results(look, written, {"look": [told]})["look"]
    assert isinstance(found, dict)
    (machine,) = found["Reservations"][0]["Instances"]  # pyright: ignore
    assert machine["State"] == {"Name": "running"}
    assert machine["PublicIpAddress"] is None
    assert machine["InstanceLifecycle"] == "spot"
    assert machine["Monitoring"] == {"State": "disabled"}
    assert machine["BlockDeviceMappings"] == [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}]


@pytest.mark.parametrize(
    "do", ["health:DescribeEvents", "cloudwatch:GetMetricStatistics", "ec2:GetConsoleOutput"]
)
def test_what_no_data_source_tells_is_said_in_one_sentence(do: str) -> None:
    with pytest.raises(
        Inexpressible, match=f"^Terraform has no data source for what {do} tells; use --modal"
    ):
        reads.reading(program(step("look", do)))


BEYOND = {
    "ec2:RebootInstances",
    "ec2:GetConsoleOutput",
    "ec2:DescribeInstanceStatus",
    "health:DescribeEvents",
    "cloudwatch:GetMetricStatistics",
    "cloudwatch:DescribeAlarms",
    "elbv2:DescribeTargetHealth",
}
"""What the builtin brain does and Terraform has no words for."""


def test_every_operation_of_the_builtin_brain_is_in_the_table_or_known_to_be_beyond_it() -> None:
    used: set[str] = set()
    for recipe in resources.files("skywright.brains.builtin").joinpath("library").iterdir():
        used |= set(re.findall(r"do: (\w+:\w+)", recipe.read_text(encoding="utf-8")))
    changing = {one for one in used if CATALOGUE.signature(Operation.parse(one)).effect.mutates}
    assert changing - set(table()["operations"]) == {"ec2:RebootInstances", "s3:PutPublicAccessBlock"}
    # Of what only looks: what stands beside changes is asked by the engine, not by Terraform.
    beside = {
        "ec2:DescribeTags",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSnapshots",
        "ec2:DescribeRouteTables",
    }
    assert used - changing - set(reads.table()) - beside == BEYOND - changing


def test_the_table_names_only_what_the_api_has() -> None:
    for name, row in table()["operations"].items():
        members = CATALOGUE.signature(Operation.parse(name)).input.members
        given = {*row.get("only", {}), *row.get("aside", ())}
        assert given <= set(members), name
        for text in [row.get("each", ""), row.get("ids", ""), *row.get("arguments", {}).values()]:
            first = re.findall(r"(?<![.\w'])([A-Z]\w+)", text)[:1]
            assert set(first) <= set(members), (name, text)


@pytest.mark.skipif(TERRAFORM is None, reason="neither terraform nor tofu is on the path")
def test_what_is_written_is_formatted(tmp_path: Path) -> None:
    body = Body(
        {
            "a": 1,
            "longer": {"b": "x", "a key": [1, 2], "c": {"d": Raw("var.d")}},
            "list": [{"a": f"value {number}", "longer": number} for number in range(9)],
            "none": {},
            "e": Raw("var.e"),
        },
        (
            Block("inner", (), Body({"x": True}, (Block("deep"),))),
            Block("inner", (), Body({"yy": 1, "z": 2})),
        ),
    )
    look = program(
        step("look", "ec2:DescribeInstances"),
        replace(step("far", "ec2:DescribeVolumes", VolumeIds=["vol-1"]), region="eu-west-1"),
        step("lbs", "elbv2:DescribeLoadBalancers"),
    )
    texts = {
        "synthetic": document([Block("thing", ("a", "b"), body, "a comment")]),
        "machines": emitted(VMS, parameters=PARAMETERS, answer={"vms": "${vm[].Instances[].InstanceId}"}),
        "readings": reads.reading(look).text,
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.tf").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [str(TERRAFORM), "fmt", "-check", "-diff", str(tmp_path)],
        capture_output=True, text=True, check=False, env={"HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
