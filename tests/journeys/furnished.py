"""An account with a bit of everything in it, made with plain boto3."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.user import Cloud

REGION = "eu-west-1"
SOON = {"Delay": 0.2, "MaxAttempts": 300}
ANYWHERE = {"CidrIp": "0.0.0.0/0"}
INSIDE = {"CidrIp": "10.0.0.0/8", "Description": "inside"}

Known = dict[str, str]


@dataclass(frozen=True)
class Hands:
    """An outside tool's clients for an account, and the ids of what was in it."""

    cloud: Cloud
    ids: Known

    def __getattr__(self, service: str) -> Any:
        return self.cloud.client(service, REGION)


def permission(port: int, where: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [where]}]


def furnish(ec2: Any, elbv2: Any, cloudwatch: Any, autoscaling: Any) -> Known:
    """An account with a bit of everything; gives the ids by names."""
    vpc = ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
    ids = {"vpc": vpc, "image": ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]}
    for number, zone in enumerate("ab"):
        made = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.5.{number}.0/24", AvailabilityZone=f"{REGION}{zone}"
        )
        ids[f"subnet_{zone}"] = made["Subnet"]["SubnetId"]
    ids["gateway"] = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=ids["gateway"], VpcId=vpc)
    ids["yard"] = ec2.create_vpc(CidrBlock="10.6.0.0/16")["Vpc"]["VpcId"]
    ids["gate"] = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=ids["gate"], VpcId=ids["yard"])
    ids["table"] = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ids["joint"] = ec2.associate_route_table(RouteTableId=ids["table"], SubnetId=ids["subnet_a"])[
        "AssociationId"
    ]
    ec2.create_route(RouteTableId=ids["table"], DestinationCidrBlock="0.0.0.0/0", GatewayId=ids["gateway"])
    for name in ("web", "spare", "empty"):
        ids[name] = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=ids[name], IpPermissions=permission(443, INSIDE))
    ids["vm"] = ec2.run_instances(
        ImageId=ids["image"],
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=ids["subnet_a"],
        SecurityGroupIds=[ids["web"]],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags(Name="web-1", env="prod", owner="ann")}],
    )["Instances"][0]["InstanceId"]
    for name in ("data", "loose", "old"):
        ids[name] = ec2.create_volume(
            AvailabilityZone=f"{REGION}a",
            Size=4,
            VolumeType="gp3",
            TagSpecifications=[{"ResourceType": "volume", "Tags": tags(Name=name)}],
        )["VolumeId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[ids["vm"]], WaiterConfig=SOON)
    ec2.get_waiter("volume_available").wait(
        VolumeIds=[ids["data"], ids["loose"], ids["old"]], WaiterConfig=SOON
    )
    ec2.attach_volume(VolumeId=ids["data"], InstanceId=ids["vm"], Device="/dev/sdf")
    ids["snapshot"] = ec2.create_snapshot(VolumeId=ids["loose"])["SnapshotId"]
    for name in ("address", "reserve"):
        ids[name] = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ids["mapped"] = ec2.associate_address(AllocationId=ids["address"], InstanceId=ids["vm"])["AssociationId"]
    ids["interface"] = ec2.create_network_interface(SubnetId=ids["subnet_a"], Groups=[ids["web"]])[
        "NetworkInterface"
    ]["NetworkInterfaceId"]
    ids["balancer"] = elbv2.create_load_balancer(
        Name="front", Subnets=[ids["subnet_a"], ids["subnet_b"]], SecurityGroups=[ids["web"]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    ids["group"] = elbv2.create_target_group(
        Name="backs", Protocol="HTTP", Port=80, VpcId=vpc, HealthCheckPath="/ok"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=ids["group"], Targets=[{"Id": ids["vm"], "Port": 80}])
    ids["listener"] = elbv2.create_listener(
        LoadBalancerArn=ids["balancer"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": ids["group"]}],
    )["Listeners"][0]["ListenerArn"]
    ids["alarm"] = "busy"
    watch(cloudwatch, "busy", 80.0)
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="pool", ImageId=ids["image"], InstanceType="t3.micro"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="pool",
        LaunchConfigurationName="pool",
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=0,
        VPCZoneIdentifier=ids["subnet_b"],
    )
    ids["pool"] = "pool"
    until_still(ids, ec2, elbv2)
    return ids


def until_still(ids: Known, ec2: Any, elbv2: Any) -> None:
    """Wait until nothing there is on its way to another state: who looks sees the same at any speed."""
    ec2.get_waiter("volume_in_use").wait(VolumeIds=[ids["data"]], WaiterConfig=SOON)
    ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[ids["snapshot"]], WaiterConfig=SOON)
    elbv2.get_waiter("load_balancer_available").wait(LoadBalancerArns=[ids["balancer"]], WaiterConfig=SOON)


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def watch(cloudwatch: Any, name: str, threshold: float) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=300,
        EvaluationPeriods=2,
        Threshold=threshold,
        ComparisonOperator="GreaterThanThreshold",
    )
