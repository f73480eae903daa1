"""An account's description becomes the same account again, under the same ids."""

import json

import pytest
from tests.conftest import Refused

OPERATIONS = {
    "DescribeVpcs": "describe_vpcs",
    "DescribeSubnets": "describe_subnets",
    "DescribeSecurityGroups": "describe_security_groups",
    "DescribeInternetGateways": "describe_internet_gateways",
    "DescribeRouteTables": "describe_route_tables",
    "DescribeInstances": "describe_instances",
    "DescribeVolumes": "describe_volumes",
    "DescribeAddresses": "describe_addresses",
}


def describe(account) -> dict:
    ec2 = account.client("ec2")
    told = {f"ec2:{name}": getattr(ec2, method)() for name, method in OPERATIONS.items()}
    for answer in told.values():
        answer.pop("ResponseMetadata")
    return {"eu-west-1": json.loads(json.dumps(told, default=str))}


def furnish(account) -> None:
    ec2 = account.client("ec2")
    image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023*x86*"]}])
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24", AvailabilityZone="eu-west-1b")["Subnet"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    group = ec2.create_security_group(GroupName="web", Description="d", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]},
        ],
    )
    ec2.run_instances(
        ImageId=image["Images"][0]["ImageId"], InstanceType="t3.micro", MinCount=2, MaxCount=2,
        SubnetId=subnet["SubnetId"], SecurityGroupIds=[group],
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}],
    )  # fmt: skip
    ec2.create_volume(AvailabilityZone="eu-west-1b", Size=7, VolumeType="gp3")
    ec2.allocate_address(Domain="vpc")


def essence(account) -> dict:
    ec2 = account.client("ec2")
    machines = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    return {
        "vpcs": sorted((v["VpcId"], v["CidrBlock"], v["IsDefault"]) for v in ec2.describe_vpcs()["Vpcs"]),
        "subnets": sorted((s["SubnetId"], s["AvailabilityZone"]) for s in ec2.describe_subnets()["Subnets"]),
        "groups": sorted(
            (g["GroupId"], g["GroupName"], len(g["IpPermissions"]), len(g["IpPermissionsEgress"]))
            for g in ec2.describe_security_groups()["SecurityGroups"]
        ),
        "gateways": [g["InternetGatewayId"] for g in ec2.describe_internet_gateways()["InternetGateways"]],
        "tables": sorted(
            (t["RouteTableId"], len(t["Routes"]), len([a for a in t["Associations"] if "SubnetId" in a]))
            for t in ec2.describe_route_tables()["RouteTables"]
        ),
        "machines": sorted(
            (i["InstanceId"], i["PrivateIpAddress"], i["InstanceType"], i["ImageId"],
             i["NetworkInterfaces"][0]["NetworkInterfaceId"], str(i.get("Tags")))
            for i in machines
        ),
        "disks": sorted((v["VolumeId"], v["Size"]) for v in ec2.describe_volumes()["Volumes"]),
        "addresses": [(a["AllocationId"], a["PublicIp"]) for a in ec2.describe_addresses()["Addresses"]],
    }  # fmt: skip


def test_an_account_is_made_again_with_its_own_ids(gym):
    real, twin = gym.fresh_account(), gym.fresh_account()
    furnish(real)
    told = gym.ask("POST", f"/accounts/{twin.name}/import", {"resources": describe(real)})
    assert told["left_out"] == []
    assert told["imported"]["instance"] == 2
    assert essence(twin) == essence(real)


def test_what_cannot_be_imported_is_said(gym):
    twin = gym.fresh_account()
    described = {
        "eu-west-1": {"rds:DescribeDBInstances": {"DBInstances": []}, "ec2:DescribeVpcs": {"Vpcs": [{}]}}
    }
    told = gym.ask("POST", f"/accounts/{twin.name}/import", {"resources": described})
    assert len(told["left_out"]) == 2
    with pytest.raises(Refused, match="resources"):
        gym.ask("POST", f"/accounts/{twin.name}/import", {"resources": [1]})
