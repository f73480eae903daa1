"""Lists of EC2 come in pages, and a page leads to the next."""

from typing import Any

import pytest
from tests.unit.gym.behaviour.conftest import Cloud


def made(cloud: Cloud, count: int) -> list[str]:
    ec2 = cloud.client("ec2")
    zone = "eu-west-1a"
    return [ec2.create_volume(AvailabilityZone=zone, Size=1)["VolumeId"] for _ in range(count)]


def test_a_list_is_cut_and_its_pages_are_the_whole(cloud: Cloud) -> None:
    volumes, ec2 = made(cloud, 13), cloud.client("ec2")
    first = ec2.describe_volumes(MaxResults=5)
    assert len(first["Volumes"]) == 5 and first["NextToken"]
    pages = list(ec2.get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": 5}))
    assert [len(page["Volumes"]) for page in pages] == [5, 5, 3]
    assert sorted(row["VolumeId"] for page in pages for row in page["Volumes"]) == sorted(volumes)
    assert "NextToken" not in pages[-1]


def test_a_page_that_holds_all_leads_to_no_other(cloud: Cloud) -> None:
    made(cloud, 5)
    assert "NextToken" not in cloud.client("ec2").describe_volumes(MaxResults=5)


def test_what_asks_for_no_page_gets_everything(cloud: Cloud) -> None:
    made(cloud, 7)
    assert len(cloud.client("ec2").describe_volumes()["Volumes"]) == 7


@pytest.mark.slow
@pytest.mark.parametrize(
    ("operation", "key", "arguments"),
    [
        ("describe_instance_types", "InstanceTypes", {}),
        ("describe_images", "Images", {"Owners": ["amazon"]}),
        ("describe_subnets", "Subnets", {}),
    ],
)
def test_pages_of_what_every_account_has(
    cloud: Cloud, operation: str, key: str, arguments: dict[str, Any]
) -> None:
    ec2 = cloud.client("ec2")
    whole = getattr(ec2, operation)(**arguments)[key]
    cut = ec2.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": 100})
    assert [row for page in cut for row in page[key]] == whole


def test_a_page_is_refused_that_is_too_small_or_too_large(cloud: Cloud, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    with refused("InvalidParameterValue"):
        ec2.describe_volumes(MaxResults=4)
    with refused("InvalidParameterValue"):
        ec2.describe_volumes(MaxResults=1001)
    with refused("InvalidParameterValue"):
        ec2.describe_instance_types(MaxResults=101)


def test_a_token_of_nobody_or_of_another_list_is_refused(cloud: Cloud, refused: Any) -> None:
    made(cloud, 6)
    ec2 = cloud.client("ec2")
    token = ec2.describe_volumes(MaxResults=5)["NextToken"]
    with refused("InvalidNextToken"):
        ec2.describe_subnets(NextToken=token)
    with refused("InvalidNextToken"):
        ec2.describe_volumes(NextToken="rubbish")
