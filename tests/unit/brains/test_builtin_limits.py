"""What would change something else than was meant is declined; what is met in full is done."""

import pytest

from skywright.model.advice import Beyond, Plan

CHANGING = (
    "Create",
    "Run",
    "Start",
    "Stop",
    "Modify",
    "Authorize",
    "Revoke",
    "Terminate",
    "Attach",
    "Delete",
)


def furnish(target) -> None:
    """Two machines in one group that lets ssh in from everywhere, and a named subnet in another zone."""
    ec2 = target.client("ec2")
    network = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = sorted(ec2.describe_subnets()["Subnets"], key=lambda row: row["AvailabilityZone"])
    tag = [{"Key": "Name", "Value": "lake-b"}]
    ec2.create_tags(Resources=[subnets[1]["SubnetId"]], Tags=tag)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    for name in ("otter-1", "heron-2"):
        group = ec2.create_security_group(GroupName=f"{name}-door", Description="door", VpcId=network)
        everywhere = [
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        ]
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=everywhere)
        ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            SubnetId=subnets[0]["SubnetId"],
            SecurityGroupIds=[group["GroupId"]],
            TagSpecifications=[
                {
                    "ResourceType": "instance",
                    "Tags": [{"Key": "Name", "Value": name}, {"Key": "team", "Value": "river"}],
                }
            ],
        )


def test_what_can_only_be_met_in_part_changes_nothing(accounts) -> None:
    target = accounts.still(furnish)
    changing: list[str] = []
    for words in (
        "which subnets of the lake network have no way out? look at the routes please, not at the tags",
        "allow ssh on otter-1 from 192.0.2.0/24",
        "subnet lake-b should belong to the network river",
        "tag all machines without an owner owner=otters",
        "stop all machines in us-east-1 and eu-west-1",
        "make otter-1 an image and have it moved to us-east-1b",
        "create a network named pond, 10.9.0.0/16, with a subnet in us-east-1a and one in us-east-1b",
        "heron-2 (termination protection active) is to be terminated",
        "please snap up the orphaned snapshots, all of them",
        "untagged boxes please",
    ):
        understood = target.understand(words)
        if isinstance(understood, Plan):
            done = [step.operation.name for step in understood.program.steps if step.operation]
            changing += [words] if any(name.startswith(CHANGING) for name in done) else []
    assert changing == []


def test_an_order_is_not_met_by_telling_how_things_are_and_narrowing_names_what_is_open(accounts) -> None:
    target = accounts.still(furnish)
    for words in ("otter-1 has the wrong security group, correct it", "gp2 has to go everywhere"):
        assert not isinstance(target.understand(words), Plan), words
    narrowed = target.understand("open port 22 on otter-1 for 192.0.2.0/24")
    assert isinstance(narrowed, Beyond)
    assert "0.0.0.0/0" in narrowed.reason


def test_machines_picked_by_a_tag_in_a_sentence_of_its_own_are_not_tagged_anew(target) -> None:
    furnish(target)
    plan = target.plan("Please delete all the machines of the test; they are tagged team=river.")
    assert "ec2:CreateTags" not in {str(step.operation) for step in plan.program.steps}
    target.do("Please delete all the machines of the test; they are tagged team=river.")
    assert not target.machines()


def test_a_machine_is_stopped_before_it_is_started_anew(target) -> None:
    furnish(target)
    plan = target.plan("stop and start otter-1")
    done = [step.operation.name for step in plan.program.steps if step.operation]
    assert done.index("StopInstances") < done.index("StartInstances")
    assert "StopInstances" not in {
        step.operation.name
        for step in target.plan("start heron-2").program.steps
        if step.operation and not step.when
    }


def test_protection_that_is_spoken_of_is_taken_off_before_deleting(target) -> None:
    furnish(target)
    protected = target.machines()["otter-1"]["InstanceId"]
    target.client("ec2").modify_instance_attribute(
        InstanceId=protected, DisableApiTermination={"Value": True}
    )
    target.do("terminate otter-1, it's protected")
    assert list(target.machines()) == ["heron-2"]


@pytest.mark.parametrize("words", ["create a vpc reed 10.9.0.0/16", "new network please: reed, 10.9.0.0/16"])
def test_a_network_keeps_its_name(target, words: str) -> None:
    target.do(words)
    names = [
        tag["Value"] for row in target.client("ec2").describe_vpcs()["Vpcs"] for tag in row.get("Tags", [])
    ]
    assert names == ["reed"]
