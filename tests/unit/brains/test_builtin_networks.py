"""Networks with their subnets, and security groups, asked for by themselves."""

import pytest

from skywright.model.advice import Beyond, Plan, Unclear


@pytest.mark.parametrize(
    ("said", "subnets"),
    [
        ("Create a network named qa-net with the range 10.9.0.0/20", [("10.9.0.0/22", None)]),
        ("VPC 10.50.0.0/16, two subnets", [("10.50.0.0/18", None), ("10.50.64.0/18", None)]),
        (
            "make a vpc qa-net, 10.9.0.0/20, with subnets 10.9.0.0/24 and 10.9.1.0/24",
            [("10.9.0.0/24", None), ("10.9.1.0/24", None)],
        ),
        (
            "Create a network named s with the range 192.168.40.0/24 and 3 subnets of /26",
            [("192.168.40.0/26", None), ("192.168.40.64/26", None), ("192.168.40.128/26", None)],
        ),
        (
            "Create a network named s with 2 subnets, each in a different availability zone",
            [("10.0.0.0/18", "us-east-1a"), ("10.0.64.0/18", "us-east-1b")],
        ),
    ],
)
def test_a_network_has_the_subnets_that_were_asked_for(
    target, said: str, subnets: list[tuple[str, str]]
) -> None:
    made = target.do(said)
    assert [row["cidr"] for row in made["subnets"]] == [cidr for cidr, _ in subnets]
    rows = target.client("ec2").describe_subnets(SubnetIds=[row["id"] for row in made["subnets"]])["Subnets"]
    zones = {row["CidrBlock"]: row["AvailabilityZone"] for row in rows}
    assert all(zones[cidr] == zone for cidr, zone in subnets if zone)
    assert {row["VpcId"] for row in rows} == {made["network"]["id"]}


@pytest.mark.parametrize(
    "said",
    [
        "Create a network named n with the range 10.9.0.0/26 and 30 subnets",
        "Create a network named n with the range 10.9.0.0/20 and the subnets 10.8.0.0/24 and 10.9.1.0/24",
        "Create a network named n with 5 subnets: 10.0.0.0/24 and 10.0.1.0/24 within 10.0.0.0/16",
        "Create a network named n with 9 subnets, each in a different availability zone",
    ],
)
def test_subnets_that_do_not_fit_are_not_made(target, said: str) -> None:
    assert not isinstance(target.understand(said), Plan)


@pytest.fixture
def groups(target):
    yield target
    assert len(target.client("ec2").describe_instances()["Reservations"]) == 0


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ('Create a security group named "webfront" that opens ports 80 and 443.', {(80, 80), (443, 443)}),
        ('Create a security group named "ops" that opens port 22 from 10.0.0.0/8.', {(22, 22)}),
        ('Create a security group named "empty".', set()),
    ],
)
def test_a_security_group_by_itself(groups, said: str, rules: set[tuple[int, int]]) -> None:
    made = groups.do(said)["security_group"]
    [row] = groups.client("ec2").describe_security_groups(GroupIds=[made["id"]])["SecurityGroups"]
    assert row["GroupName"] == made["name"]
    assert {(rule["FromPort"], rule["ToPort"]) for rule in row["IpPermissions"]} == rules


def test_a_group_that_is_there_is_not_made_again(groups) -> None:
    said = 'Create a security group named "webfront" that opens port 80.'
    groups.do(said)
    assert isinstance(groups.understand(said), Beyond)
    assert isinstance(groups.understand("Create a security group that opens port 80."), Unclear)
