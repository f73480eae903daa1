"""Two answers are the same up to what every account calls otherwise, and nothing else passes for the same."""

from typing import Any

import pytest

from skywright.clouds.calling import Catalogue
from skywright.model.operation import Operation
from skywright.recordings.comparing import Translation, differences

SHAPES = {"Vpcs": "ec2:DescribeVpcs", "Reservations": "ec2:DescribeInstances"}


@pytest.fixture
def differ(catalogue: Catalogue) -> Any:
    """`differ(expected, got)`: the paths at which two answers differ."""

    def paths(expected: Any, got: Any, translation: Translation | None = None) -> list[str]:
        operation = Operation(*SHAPES[next(iter(expected))].split(":"))
        shape = catalogue.signature(operation).output
        return [one.path for one in differences(expected, got, shape, translation or Translation())]

    return paths


def vpc(number: str, cidr: str = "10.0.0.0/16", **more: Any) -> dict[str, Any]:
    return {"VpcId": f"vpc-{number * 8}", "CidrBlock": cidr, "OwnerId": number * 12, **more}


def vpcs(*there: dict[str, Any]) -> dict[str, Any]:
    return {"Vpcs": list(there)}


def test_identifiers_and_account_numbers_are_the_accounts_own(differ: Any) -> None:
    assert differ(vpcs(vpc("1")), vpcs(vpc("2"))) == []


def test_values_are_not(differ: Any) -> None:
    assert differ(vpcs(vpc("1")), vpcs(vpc("2", "10.1.0.0/16"))) == ["Vpcs[0].CidrBlock"]
    assert differ(vpcs(vpc("1", IsDefault=True)), vpcs(vpc("2", IsDefault=False))) == ["Vpcs[0].IsDefault"]


def test_what_is_not_there_is_a_difference(differ: Any) -> None:
    assert differ(vpcs(vpc("1", State="available")), vpcs(vpc("2"))) == ["Vpcs[0].State"]
    assert differ(vpcs(vpc("1")), vpcs(vpc("2", State="available"))) == ["Vpcs[0].State"]
    assert differ(vpcs(vpc("1", Tags=[])), vpcs(vpc("2"))) == []


def test_an_identifier_stands_for_one_thing(differ: Any) -> None:
    known = Translation()
    assert known.learn("vpc-11111111", "vpc-22222222")
    assert differ(vpcs(vpc("1")), vpcs(vpc("3")), known) == ["Vpcs[0].VpcId"]
    assert differ(vpcs(vpc("4")), vpcs(vpc("2")), known) == ["Vpcs[0].VpcId"]


def test_lists_come_in_any_order(differ: Any) -> None:
    one, other = vpc("1", "10.0.0.0/16"), vpc("2", "10.1.0.0/16")
    mine, its = vpc("3", "10.1.0.0/16"), vpc("4", "10.0.0.0/16")
    assert differ(vpcs(one, other), vpcs(mine, its)) == []


def test_what_was_there_before_is_left_out_and_what_was_made_is_not(differ: Any) -> None:
    known = Translation()
    before, made = vpc("1"), vpc("2", "10.1.0.0/16")
    assert differ(vpcs(made, before), vpcs(vpc("3", "10.1.0.0/16")), known) == []
    known.note({"Vpc": before})
    assert differ(vpcs(made, before), vpcs(vpc("3", "10.1.0.0/16")), known) == ["Vpcs[1]"]


def machine(kind: str, launched: str, address: str) -> dict[str, Any]:
    found = {"InstanceType": kind, "LaunchTime": launched, "PrivateIpAddress": address}
    return {"Reservations": [{"Instances": [found]}]}


def test_moments_and_addresses_differ_and_types_do_not(differ: Any) -> None:
    theirs = machine("m5.large", "2020-01-01T00:00:00Z", "172.31.0.4")
    assert differ(theirs, machine("m5.large", "2026-11-28T01:00:00Z", "172.31.16.9")) == []
    other = machine("m6.large", "2026-11-28T01:00:00Z", "172.31.16.9")
    assert differ(theirs, other) == ["Reservations[0].Instances[0].InstanceType"]


def test_requests_are_translated_whole_and_within() -> None:
    known = Translation({"vpc-11111111": "vpc-22222222", "111111111111": "222222222222"})
    asked = {"VpcId": "vpc-11111111", "Policy": '{"Resource": "arn:aws:s3:::vpc-11111111/*"}', "Size": 3}
    assert known.there(asked) == {
        "VpcId": "vpc-22222222",
        "Policy": '{"Resource": "arn:aws:s3:::vpc-22222222/*"}',
        "Size": 3,
    }
    assert known.there("arn:aws:iam::111111111111:role/x") == "arn:aws:iam::222222222222:role/x"
    assert known.there("vpc-111111112") == "vpc-111111112"
