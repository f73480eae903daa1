"""What there is enough of is refused, and one can ask for more."""

from typing import Any

import pytest

from skywright_gym.physics import quotas


def value(cloud: Any, service: str, code: str) -> float:
    client = cloud.client("service-quotas")
    return client.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"]


def test_networks_and_addresses(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    for number in range(4):  # beside the default one
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    with refused("VpcLimitExceeded", "The maximum number of VPCs has been reached."):
        ec2.create_vpc(CidrBlock="10.9.0.0/16")
    for _ in range(5):
        ec2.allocate_address(Domain="vpc")
    with refused("AddressLimitExceeded", "The maximum number of addresses has been reached."):
        ec2.allocate_address(Domain="vpc")
    for _ in range(5):
        ec2.create_internet_gateway()
    with refused("InternetGatewayLimitExceeded"):
        ec2.create_internet_gateway()
    quotas.change(cloud.world, {"enforced": False})
    ec2.create_vpc(CidrBlock="10.9.0.0/16")


def test_the_same_quota_is_told_and_enforced(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    given = {"L-407747CB": 3, "L-589F43AA": 1, "L-E79EC296": 2, "L-0EA8095F": 2, "L-7A658B76": 1}
    quotas.change(cloud.world, {"values": given})
    assert [value(cloud, "vpc", code) for code in ("L-407747CB", "L-0EA8095F")] == [3, 2]
    vpc = cloud.subnets()[0]["VpcId"]
    with refused("SubnetLimitExceeded"):
        ec2.create_subnet(VpcId=vpc, CidrBlock="172.31.250.0/24")
    with refused("RouteTableLimitExceeded"):
        ec2.create_route_table(VpcId=vpc)
    group = ec2.create_security_group(GroupName="a", Description="a", VpcId=vpc)["GroupId"]
    with refused("SecurityGroupLimitExceeded", f"'{vpc}'"):
        ec2.create_security_group(GroupName="b", Description="b", VpcId=vpc)
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    three = [{"CidrIp": f"10.0.{number}.0/24"} for number in range(3)]
    with refused("RulesPerSecurityGroupLimitExceeded"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**rule, "IpRanges": three}])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**rule, "IpRanges": three[:2]}])
    disk = {"AvailabilityZone": "eu-west-1a", "VolumeType": "gp3"}
    ec2.create_volume(Size=1000, **disk)
    with refused("VolumeLimitExceeded", "your maximum gp3 storage limit of 1 TiB"):
        ec2.create_volume(Size=100, **disk)


def test_load_balancers_of_each_kind_by_themselves(cloud: Any, refused: Any) -> None:
    elb, subnets = cloud.client("elbv2"), [subnet["SubnetId"] for subnet in cloud.subnets()[:2]]
    quotas.change(cloud.world, {"values": {"L-53DA6B97": 1}})
    elb.create_load_balancer(Name="one", Subnets=subnets)
    elb.create_load_balancer(Name="one", Subnets=subnets)
    with refused("TooManyLoadBalancers", "The maximum number of load balancers has been reached"):
        elb.create_load_balancer(Name="two", Subnets=subnets)
    elb.create_load_balancer(Name="net", Subnets=subnets, Type="network")


def test_processors_are_asked_for_and_granted(cloud: Any, refused: Any) -> None:
    client = cloud.client("service-quotas")
    quotas.change(cloud.world, {"values": {"L-1216C47A": 4}, "grant_seconds": 600})
    with refused("VcpuLimitExceeded", "your current vCPU limit of 4 allows"):
        cloud.run(3)
    asked = {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}
    with refused("IllegalArgumentException"):
        client.request_service_quota_increase(**asked, DesiredValue=4)
    made = client.request_service_quota_increase(**asked, DesiredValue=6)["RequestedQuota"]
    assert made["Status"] == "PENDING" and made["DesiredValue"] == 6
    with refused("ResourceAlreadyExistsException"):
        client.request_service_quota_increase(**asked, DesiredValue=8)
    assert value(cloud, "ec2", "L-1216C47A") == 4
    cloud.wait(600)
    (told,) = client.list_requested_service_quota_change_history(ServiceCode="ec2")["RequestedQuotas"]
    assert told["Status"] == "APPROVED" and told["Id"] == made["Id"]
    assert (told["LastUpdated"] - told["Created"]).total_seconds() == 600
    assert value(cloud, "ec2", "L-1216C47A") == 6 and len(cloud.run(3)) == 3
    # Elsewhere nothing was asked for.
    assert quotas.value(cloud.world, "us-east-1", quotas.ON_DEMAND["standard"]) == 4


def test_denied(cloud: Any) -> None:
    client = cloud.client("service-quotas")
    quotas.change(cloud.world, {"deny": True, "grant_seconds": 0})
    asked = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
    made = client.request_service_quota_increase(**asked, DesiredValue=20)["RequestedQuota"]
    found = client.get_requested_service_quota_change(RequestId=made["Id"])["RequestedQuota"]
    assert found["Status"] == "DENIED" and value(cloud, "vpc", "L-F678F1CE") == 5


def test_what_is_told(cloud: Any, refused: Any) -> None:
    client = cloud.client("service-quotas")
    listed = client.list_service_quotas(ServiceCode="vpc")["Quotas"]
    assert {"L-F678F1CE", "L-DF5E4CA3"} <= {quota["QuotaCode"] for quota in listed}
    assert all(
        quota["QuotaArn"].startswith("arn:aws:servicequotas:eu-west-1:123456789012:vpc/") for quota in listed
    )
    first = client.list_service_quotas(ServiceCode="vpc", MaxResults=3)
    rest = client.list_service_quotas(ServiceCode="vpc", NextToken=first["NextToken"])
    assert [*first["Quotas"], *rest["Quotas"]] == listed
    usual = client.get_aws_default_service_quota(ServiceCode="ec2", QuotaCode="L-1216C47A")["Quota"]
    assert usual["Value"] == 5 and value(cloud, "ec2", "L-1216C47A") == 640
    with refused("NoSuchResourceException", "does not exist"):
        client.get_service_quota(ServiceCode="ec2", QuotaCode="L-00000000")
    with refused("NoSuchResourceException", "not available"):
        client.list_service_quotas(ServiceCode="lambda")


@pytest.mark.parametrize("wrong", [{"values": {"L-0": 1}}, {"deny": 1}, {"grant_seconds": -1}, {"x": 1}, {}])
def test_what_cannot_be_set(cloud: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(quotas.Unfit):
        quotas.change(cloud.world, wrong)
    assert quotas.EXTRAS not in cloud.world.extras
