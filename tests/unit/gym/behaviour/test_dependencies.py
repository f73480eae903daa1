from typing import Any


def network(cloud: Any) -> tuple[str, str, str]:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24", AvailabilityZone="eu-west-1a")
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    return vpc, subnet["Subnet"]["SubnetId"], group


def test_a_network_falls_from_the_top(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    vpc, subnet, group = network(cloud)
    (instance_id,) = cloud.run(SubnetId=subnet, SecurityGroupIds=[group])
    with refused("DependencyViolation", f"The subnet '{subnet}' has dependencies and cannot be deleted."):
        ec2.delete_subnet(SubnetId=subnet)
    with refused("DependencyViolation", f"resource {group} has a dependent object"):
        ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation", f"The vpc '{vpc}' has dependencies and cannot be deleted."):
        ec2.delete_vpc(VpcId=vpc)
    ec2.terminate_instances(InstanceIds=[instance_id])
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    cloud.wait(5)
    ec2.delete_subnet(SubnetId=subnet)
    with refused("DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_vpc(VpcId=vpc)


def test_groups_that_name_each_other(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    vpc, _, web = network(cloud)
    db = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "UserIdGroupPairs": [{"GroupId": web}]}
    ec2.authorize_security_group_ingress(GroupId=db, IpPermissions=[permission])
    with refused("DependencyViolation", "dependent object"):
        ec2.delete_security_group(GroupId=web)
    ec2.revoke_security_group_ingress(GroupId=db, IpPermissions=[permission])
    ec2.delete_security_group(GroupId=web)
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    default = next(g["GroupId"] for g in groups if g["GroupName"] == "default")
    with refused("CannotDelete", "cannot be deleted by a user"):
        ec2.delete_security_group(GroupId=default)


def test_gateway(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    vpc, subnet, _ = network(cloud)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    with refused("DependencyViolation", "has dependencies and cannot be deleted"):
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
    nic = {"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": True}
    (instance_id,) = cloud.run(NetworkInterfaces=[nic])
    with refused("DependencyViolation", "mapped public address(es)"):
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.terminate_instances(InstanceIds=[instance_id])
    cloud.wait(5)
    with refused("DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)


def test_interfaces_and_addresses(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    _, subnet, _ = network(cloud)
    nic = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    (instance_id,) = cloud.run(SubnetId=subnet)
    ec2.attach_network_interface(NetworkInterfaceId=nic, InstanceId=instance_id, DeviceIndex=1)
    with refused("InvalidParameterValue", "is currently in use"):
        ec2.delete_network_interface(NetworkInterfaceId=nic)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    association = ec2.associate_address(AllocationId=address, NetworkInterfaceId=nic)["AssociationId"]
    with refused("InvalidIPAddress.InUse"):
        ec2.release_address(AllocationId=address)
    ec2.disassociate_address(AssociationId=association)
    ec2.release_address(AllocationId=address)
