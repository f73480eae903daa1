"""Closing what is open to the public: buckets, and ports that more may reach than should; and new names."""

from typing import Any

import pytest

from skywright.model.advice import Beyond, Plan, Unclear

WORLD = "0.0.0.0/0"
OFFICE = "203.0.113.0/24"
BUCKETS = ("press-kit", "heron-logs", "reports")


@pytest.fixture
def buckets(target):
    s3 = target.client("s3")
    for name in BUCKETS:
        s3.create_bucket(Bucket=name)
    yield target
    for name in BUCKETS:  # no two accounts can have buckets of one name
        s3.delete_bucket(Bucket=name)


@pytest.fixture
def peopled(target):
    """Three machines, in which something is done."""
    target.launch("web-1", "web-2", "mailer")
    return target


@pytest.fixture
def group(peopled):
    """The id of mailer's own security group, which lets the world in at 22 and 443."""
    ec2 = peopled.client("ec2")
    made = ec2.create_security_group(GroupName="mail", Description="for the test")["GroupId"]
    for port in (22, 443):
        ec2.authorize_security_group_ingress(
            GroupId=made, IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp=WORLD
        )
    ec2.modify_instance_attribute(InstanceId=peopled.machines()["mailer"]["InstanceId"], Groups=[made])
    return made


def closed(target: Any) -> list[str]:
    s3 = target.client("s3")
    found: list[str] = []
    for name in BUCKETS:
        try:
            switches = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        except s3.exceptions.ClientError:
            continue
        found += [name] if len(switches) == 4 and all(switches.values()) else []
    return found


def sources(target: Any, group: str, port: int) -> set[str]:
    rows = target.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    return {
        row["CidrIp"]
        for rule in rows["IpPermissions"]
        if rule["FromPort"] == port
        for row in rule["IpRanges"]
    }


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("make the bucket press-kit private", ["press-kit"]),
        ("heron-logs, that bucket of ours, shouldn't be public any more", ["heron-logs"]),
        ("The bucket reports is open to the world. Close it.", ["reports"]),
        ("all buckets private, please", list(BUCKETS)),
        ("every bucket must be private except press-kit", ["heron-logs", "reports"]),
    ],
)
def test_buckets_are_closed_to_the_public(buckets, words: str, names: list[str]) -> None:
    buckets.do(words)
    assert closed(buckets) == names


@pytest.mark.parametrize(
    "words",
    [
        "make the bucket press-kit public",
        "turn off the public access block of bucket press-kit",
        "unblock public access on the bucket press-kit",
        "how do I make a bucket private?",
        "the bucket press-kit was made private yesterday",
        "don't make the bucket press-kit private",
        "is the bucket press-kit private?",
        "make bucket magpie-7 private",
    ],
)
def test_no_bucket_is_closed_that_is_not_meant_to_be(buckets, words: str) -> None:
    assert not isinstance(buckets.understand(words), Plan)


def test_a_private_bucket_that_is_new_is_made_and_which_of_several_is_asked_for(buckets) -> None:
    assert buckets.plan("create a private bucket named wren-nest-4").program.name == "create a bucket"
    assert isinstance(buckets.understand("make the bucket private"), Unclear)


@pytest.mark.parametrize(
    "words",
    [
        f"restrict port 22 on mailer to {OFFICE}",
        f"replace {WORLD} on port 22 of mailer by {OFFICE}",
        f"ssh on mailer only from {OFFICE}, please",
        f"close port 22 of mailer for everyone except {OFFICE}",
        f"nobody but {OFFICE} should get to port 22 of the machine named mailer",
    ],
)
def test_fewer_addresses_than_before_reach_a_port(peopled, group: str, words: str) -> None:
    peopled.do(words)
    assert sources(peopled, group, 22) == {OFFICE}
    assert sources(peopled, group, 443) == {WORLD}


def test_only_the_range_that_is_to_be_replaced_goes(peopled, group: str) -> None:
    peopled.client("ec2").authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="10.0.0.0/8"
    )
    peopled.do(f"on port 22 of mailer swap {WORLD} for {OFFICE}")
    assert sources(peopled, group, 22) == {OFFICE, "10.0.0.0/8"}
    peopled.do("replace 10.0.0.0/8 by 10.1.0.0/16 on port 22 of mailer")
    assert sources(peopled, group, 22) == {OFFICE, "10.1.0.0/16"}


def test_nothing_is_narrowed_that_is_not_open_or_that_others_share(peopled, group: str) -> None:
    shut = peopled.understand(f"restrict port 8080 on mailer to {OFFICE}")
    assert isinstance(shut, Beyond)
    assert "not open" in shut.reason
    peopled.client("ec2").modify_instance_attribute(
        InstanceId=peopled.machines()["web-1"]["InstanceId"], Groups=[group]
    )
    shared = peopled.understand(f"restrict port 22 on mailer to {OFFICE}")
    assert isinstance(shared, Beyond)
    assert "web-1" in shared.reason


@pytest.mark.parametrize(
    "words",
    [
        "rename web-1 to web-9",
        "rename the machine named web-1 to web-9",
        "change the name of the server called web-1 to web-9",
        "the instance with the name web-1 should be called web-9 from now on",
        "call web-1 web-9",
    ],
)
def test_a_machine_gets_another_name(peopled, words: str) -> None:
    peopled.do(words)
    assert set(peopled.machines()) == {"web-9", "web-2", "mailer"}


def test_several_machines_get_a_name_each_and_none_that_is_taken(peopled) -> None:
    peopled.do("rename web-1 and web-2 to shop-1 and shop-2")
    assert set(peopled.machines()) == {"shop-1", "shop-2", "mailer"}
    assert isinstance(peopled.understand("rename shop-1 to mailer"), Beyond)
