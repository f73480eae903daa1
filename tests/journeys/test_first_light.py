"""The main job, from words to a changed cloud and back, judged by reading the cloud with plain boto3."""

import sys
from typing import Any

import pytest
from tests.user import Cloud, User

pytestmark = pytest.mark.slow


def balancers(cloud: Cloud, region: str) -> list[dict[str, Any]]:
    return cloud.client("elbv2", region).describe_load_balancers()["LoadBalancers"]


@pytest.mark.parametrize("modality", ["cli", "sdk"])
def test_three_machines_behind_a_balancer_and_back(user: User, modality: str) -> None:
    cloud = user.account()
    region = "eu-west-1"
    ec2 = cloud.client("ec2", region)
    before = {group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]}
    words = "Create three VMs in the same network behind a load balancer in eu-west-1"
    options = ("--target", cloud.target, "--json", "--yes", "--modality", modality)
    said = user.run_afresh("do", words, *options)
    assert said.status == 0, said.err + said.out
    assert said.json["status"] == "succeeded"
    assert said.json["modality"] == modality
    assert said.json["steps"] == 1
    machines = cloud.instances(region)
    assert len(machines) == 3
    assert {machine["State"]["Name"] for machine in machines} == {"running"}
    assert len({machine["VpcId"] for machine in machines}) == 1
    assert len(balancers(cloud, region)) == 1
    elbv2 = cloud.client("elbv2", region)
    group = elbv2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    targets = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert {target["Target"]["Id"] for target in targets} == {machine["InstanceId"] for machine in machines}
    undone = user.run_afresh("undo", said.json["run"], "--json")
    assert undone.status == 0, undone.err + undone.out
    assert cloud.instances(region) == []
    assert balancers(cloud, region) == []
    assert {group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]} == before
    assert user.run("journal", "verify").status == 0


def test_a_policy_refuses_and_names_its_rule(user: User) -> None:
    cloud = user.account()
    said = user.do("Create a VM with SSH open to the whole internet", cloud, "--yes")
    assert said.status == 4, said.out
    assert said.json["status"] == "refused"
    assert "public-ssh" in said.json["error"]
    assert cloud.instances() == []


def test_public_things_are_asked_for_and_approval_goes_on(user: User) -> None:
    cloud = user.account()
    said = user.do("create two VMs behind a load balancer", cloud)
    assert said.status == 3 and said.json["status"] == "needs_approval", said.out
    assert cloud.instances() == []
    approved = user.run("runs", "approve", said.json["run"], "--json")
    assert approved.status == 0, approved.err + approved.out
    assert len(cloud.instances()) == 2


def changes_of(user: User, run: str) -> list[dict[str, Any]]:
    """What the journal says of each change of the run."""
    records = user.run("journal", "--run", run, "--json").json["records"]
    return [record["body"] for record in records if record["kind"] == "run.change"]


def test_a_disk_goes_on_and_comes_off(user: User) -> None:
    cloud = user.account()
    assert user.do("create a VM called web-1", cloud, "--yes").status == 0
    attached = user.do("attach a 100 GB disk to web-1", cloud)
    assert attached.status == 0, attached.err + attached.out
    volumes = cloud.client("ec2").describe_volumes()["Volumes"]
    assert sorted(volume["Size"] for volume in volumes)[-1] == 100
    asked = user.do("what are the public addresses?", cloud)
    machine = cloud.instances()[0]
    vms = asked.json["answer"]["vms"]
    assert [(vm["id"], vm["public_ip"]) for vm in vms] == [
        (machine["InstanceId"], machine.get("PublicIpAddress"))
    ]
    assert asked.json["calls"]["write"] == 0
    made, attachment = changes_of(user, attached.json["run"])
    assert made["before"] is None and made["after"]["Size"] == 100
    assert "ec2:DeleteVolume" in [step.get("do") for step in made["undo"]["steps"]]
    assert attachment["operation"] == "ec2:AttachVolume" and attachment["undo"]["class"] == "exact"
    assert attachment["before"]["Volumes"][0]["Attachments"] == []
    (held,) = attachment["after"]["Volumes"][0]["Attachments"]
    assert held["InstanceId"] == machine["InstanceId"]
    assert user.run("undo", attached.json["run"]).status == 0
    volumes = cloud.client("ec2").describe_volumes()["Volumes"]
    assert [volume["Size"] for volume in volumes if volume["Size"] == 100] == []


def test_a_plan_changes_nothing_and_applies_later(user: User, tmp_path: Any) -> None:
    cloud = user.account()
    file = tmp_path / "plan.yaml"
    said = user.run("plan", "create a VM named later", "--target", cloud.target, "-o", str(file))
    assert said.status == 0, said.err
    assert cloud.instances() == []
    assert user.run("prove", str(file)).status == 0
    applied = user.run("apply", str(file), "--target", cloud.target, "--yes", "--json")
    assert applied.status == 0, applied.err + applied.out
    assert len(cloud.instances()) == 1


def test_a_guest_is_recorded_and_refused(user: User, tmp_path: Any) -> None:
    cloud = user.account()
    file = tmp_path / "did.yaml"
    script = (
        "import boto3\n"
        "ec2 = boto3.client('ec2')\n"
        "group = ec2.create_security_group(GroupName='g', Description='d')['GroupId']\n"
        "ec2.authorize_security_group_ingress(GroupId=group, IpProtocol='tcp', FromPort=22, ToPort=22,"
        " CidrIp='0.0.0.0/0')\n"
    )
    said = user.run(
        "guard", "--target", cloud.target, "--record", str(file), "--", sys.executable, "-c", script
    )
    assert said.status == 1
    assert "network.public-ssh" in said.err
    groups = cloud.client("ec2").describe_security_groups(GroupNames=["g"])["SecurityGroups"]
    assert groups[0]["IpPermissions"] == []
    assert "CreateSecurityGroup" in file.read_text()
