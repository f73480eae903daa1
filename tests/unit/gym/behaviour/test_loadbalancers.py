from typing import Any

import pytest

from skywright_gym.physics import faults


@pytest.fixture
def web(cloud: Any) -> dict[str, Any]:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"eu-west-1{z}")["Subnet"]
        for n, z in enumerate("aab")
    ]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    return {"vpc": vpc, "subnets": [s["SubnetId"] for s in subnets], "group": group}


def balancer(cloud: Any, web: dict[str, Any], **arguments: Any) -> str:
    first, _, third = web["subnets"]
    arguments = {"Name": "front", "Subnets": [first, third], "SecurityGroups": [web["group"]], **arguments}
    return cloud.client("elbv2").create_load_balancer(**arguments)["LoadBalancers"][0]["LoadBalancerArn"]


def test_what_one_needs(cloud: Any, web: dict[str, Any], refused: Any) -> None:
    first, second, third = web["subnets"]
    with refused("ValidationError", "At least two subnets in two different Availability Zones"):
        balancer(cloud, web, Subnets=[first])
    with refused("InvalidConfigurationRequest", "multiple subnets in the same Availability Zone"):
        balancer(cloud, web, Subnets=[first, second, third])
    with refused("ValidationError", "cannot be longer than '32'"):
        balancer(cloud, web, Name="x" * 33)
    with refused("ValidationError", "can only contain characters"):
        balancer(cloud, web, Name="a b")
    with refused("SubnetNotFound"):
        balancer(cloud, web, Subnets=[first, "subnet-0123456789abcdef0"])
    foreign = cloud.client("ec2").create_security_group(GroupName="x", Description="x")["GroupId"]
    with refused("InvalidConfigurationRequest", "One or more security groups are invalid"):
        balancer(cloud, web, SecurityGroups=[foreign])


def test_names_are_unique_and_repeats_harmless(cloud: Any, web: dict[str, Any], refused: Any) -> None:
    arn = balancer(cloud, web)
    assert balancer(cloud, web) == arn
    with refused("DuplicateLoadBalancerName", "with different settings"):
        balancer(cloud, web, Scheme="internal")


def test_states_and_interfaces(cloud: Any, web: dict[str, Any], refused: Any) -> None:
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    arn = balancer(cloud, web)

    def state() -> str:
        return elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]["State"]["Code"]

    assert state() == "provisioning"
    cloud.wait(5)
    assert state() == "active"
    nics = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [web["group"]]}])
    assert {n["SubnetId"] for n in nics["NetworkInterfaces"]} == {web["subnets"][0], web["subnets"][2]}
    attributes = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)
    with refused("OperationNotPermitted", "deletion protection is enabled"):
        elb.delete_load_balancer(LoadBalancerArn=arn)
    attributes[0]["Value"] = "false"
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)
    elb.delete_load_balancer(LoadBalancerArn=arn)
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=web["group"])
    cloud.wait(5)
    ec2.delete_security_group(GroupId=web["group"])


def test_targets(cloud: Any, web: dict[str, Any], refused: Any) -> None:
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    made = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=web["vpc"])
    group = made["TargetGroups"][0]["TargetGroupArn"]
    (inside,) = cloud.run(SubnetId=web["subnets"][0], SecurityGroupIds=[web["group"]])
    (outside,) = cloud.run()
    with refused("InvalidTarget", "not in the target group VPC"):
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": outside}])
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": inside}])

    def health() -> list[tuple[str, str | None]]:
        found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return [(f["TargetHealth"]["State"], f["TargetHealth"].get("Reason")) for f in found]

    assert health() == [("unused", "Target.NotInUse")]
    arn = balancer(cloud, web)
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[action])
    assert health() == [("initial", "Elb.RegistrationInProgress")]
    cloud.wait(5)
    assert health() == [("unhealthy", "Target.Timeout")]
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=web["group"], IpPermissions=[permission])
    assert health() == [("healthy", None)]
    for failing in ({"kind": "zone-outage", "zone": "*a"}, {"kind": "impaired-machine", "instance": inside}):
        fault = faults.add(cloud.world, failing)
        assert health() == [("unhealthy", "Target.Timeout")]
        faults.remove(cloud.world, fault)
    assert health() == [("healthy", None)]
    ec2.stop_instances(InstanceIds=[inside])
    cloud.wait(5)
    assert health() == [("unused", "Target.InvalidState")]
    with refused("ResourceInUse", "currently in use by a listener or a rule"):
        elb.delete_target_group(TargetGroupArn=group)
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": inside}])
    assert health() == [("draining", "Target.DeregistrationInProgress")]
    cloud.wait(10)
    assert health() == []
