"""What is named and is not there is refused, in the cloud's own words."""

from typing import Any

import pytest

MISSING = [
    ("ec2", "delete_transit_gateway", {"TransitGatewayId": "tgw-1"}, "InvalidTransitGatewayID.NotFound"),
    ("ec2", "delete_nat_gateway", {"NatGatewayId": "nat-1"}, "NatGatewayNotFound"),
    ("ec2", "release_hosts", {"HostIds": ["h-1"]}, "InvalidHostID.NotFound"),
    (
        "ec2",
        "describe_image_attribute",
        {"ImageId": "ami-1", "Attribute": "description"},
        "InvalidAMIID.NotFound",
    ),
    ("autoscaling", "describe_load_balancers", {"AutoScalingGroupName": "a"}, "ValidationError"),
    ("autoscaling", "describe_auto_scaling_groups", {"NextToken": "a"}, "ValidationError"),
    (
        "ec2",
        "replace_network_acl_association",
        {"AssociationId": "aclassoc-1", "NetworkAclId": "acl-1"},
        "InvalidAssociationID.NotFound",
    ),
    (
        "autoscaling",
        "terminate_instance_in_auto_scaling_group",
        {"InstanceId": "i-1", "ShouldDecrementDesiredCapacity": True},
        "ValidationError",
    ),
    ("autoscaling", "execute_policy", {"PolicyName": "a"}, "ValidationError"),
    (
        "autoscaling",
        "create_or_update_tags",
        {"Tags": [{"ResourceId": "a", "ResourceType": "auto-scaling-group", "Key": "k"}]},
        "ValidationError",
    ),
]


@pytest.mark.parametrize(("service", "operation", "arguments", "code"), MISSING, ids=[m[1] for m in MISSING])
def test_what_is_not_there_is_refused(
    cloud: Any, refused: Any, service: str, operation: str, arguments: dict[str, Any], code: str
) -> None:
    with refused(code):
        getattr(cloud.client(service), operation)(**arguments)


def test_what_is_there_is_not(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    made = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    ec2.delete_transit_gateway(TransitGatewayId=made)
    attribute = ec2.describe_image_attribute(ImageId=cloud.image(), Attribute="description")
    assert attribute["ImageId"] == cloud.image()


def test_a_security_group_is_deleted_by_its_name(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    made = ec2.create_security_group(GroupName="mine", Description="mine")["GroupId"]
    ec2.delete_security_group(GroupName="mine")
    with refused("InvalidGroup.NotFound"):
        ec2.describe_security_groups(GroupIds=[made])
