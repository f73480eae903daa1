from typing import Any


def request_of(cloud: Any, request_id: str) -> dict[str, Any]:
    found = cloud.client("ec2").describe_spot_instance_requests(SpotInstanceRequestIds=[request_id])
    return found["SpotInstanceRequests"][0]


def market(**options: Any) -> dict[str, Any]:
    return {"MarketType": "spot", "SpotOptions": options}


def test_a_spot_launch_makes_a_request(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run(InstanceMarketOptions=market())
    found = cloud.instance(instance_id)
    assert found["InstanceLifecycle"] == "spot"
    request = request_of(cloud, found["SpotInstanceRequestId"])
    assert (request["State"], request["Status"]["Code"], request["Type"]) == (
        "active",
        "fulfilled",
        "one-time",
    )
    assert request["InstanceId"] == instance_id
    with refused("UnsupportedOperation", "one-time Spot Instance request"):
        ec2.stop_instances(InstanceIds=[instance_id])
    ec2.terminate_instances(InstanceIds=[instance_id])
    cloud.wait(5)
    request = request_of(cloud, found["SpotInstanceRequestId"])
    assert (request["State"], request["Status"]["Code"]) == ("closed", "instance-terminated-by-user")
    with refused("SpotMaxPriceTooLow", "lower than the minimum required"):
        cloud.run(InstanceMarketOptions=market(MaxPrice="0.00001"))
    with refused("InvalidParameterCombination"):
        cloud.run(InstanceMarketOptions=market(InstanceInterruptionBehavior="stop"))


def test_a_persistent_request_launches_again_until_cancelled(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run(InstanceMarketOptions=market(SpotInstanceType="persistent"))
    request_id = cloud.instance(instance_id)["SpotInstanceRequestId"]
    ec2.stop_instances(InstanceIds=[instance_id])
    cloud.wait(5)
    assert request_of(cloud, request_id)["State"] == "disabled"
    ec2.start_instances(InstanceIds=[instance_id])
    cloud.wait(5)
    assert request_of(cloud, request_id)["State"] == "active"
    ec2.terminate_instances(InstanceIds=[instance_id])
    cloud.wait(30)
    second = request_of(cloud, request_id)["InstanceId"]
    cloud.wait(5)
    assert second != instance_id
    ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[request_id])
    assert request_of(cloud, request_id)["State"] == "cancelled"
    assert cloud.instance(second)["State"]["Name"] == "running"
    ec2.terminate_instances(InstanceIds=[second])
    cloud.wait(30)
    assert request_of(cloud, request_id)["InstanceId"] == second


def test_a_request_honours_subnet_groups_and_tags(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    subnet = cloud.subnets()[1]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=subnet["VpcId"])["GroupId"]
    specification = {
        "ImageId": cloud.image(),
        "InstanceType": "t3.micro",
        "SubnetId": subnet["SubnetId"],
        "SecurityGroupIds": [group],
    }
    tags = [{"ResourceType": "spot-instances-request", "Tags": [{"Key": "a", "Value": "b"}]}]
    # Terraform sends an empty price for none.
    made = ec2.request_spot_instances(LaunchSpecification=specification, TagSpecifications=tags, SpotPrice="")
    request_id = made["SpotInstanceRequests"][0]["SpotInstanceRequestId"]
    request = request_of(cloud, request_id)
    assert (request["State"], request["Tags"]) == ("open", [{"Key": "a", "Value": "b"}])
    cloud.wait(5)
    request = request_of(cloud, request_id)
    assert request["State"] == "active"
    found = cloud.instance(request["InstanceId"])
    assert found["SubnetId"] == subnet["SubnetId"]
    assert [g["GroupId"] for g in found["SecurityGroups"]] == [group]
    assert found["InstanceLifecycle"] == "spot"
    with refused("InvalidSpotInstanceRequestID.NotFound"):
        ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=["sir-nothere1"])


def test_prices_differ_and_are_plausible(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    rows = ec2.describe_spot_price_history(InstanceTypes=["t3.micro", "m5.large"])["SpotPriceHistory"]
    assert len({(r["InstanceType"], r["AvailabilityZone"]) for r in rows}) == len(rows)
    prices = {r["InstanceType"]: float(r["SpotPrice"]) for r in rows}
    assert 0.001 < prices["t3.micro"] < 0.01 < prices["m5.large"] < 0.06
