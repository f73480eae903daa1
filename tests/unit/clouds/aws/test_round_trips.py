"""There and back against real moto over HTTP: do, undo, and the account is as it was."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.clouds.aws.conftest import Account, called

from skywright.clouds.aws.effects import Effects
from skywright.clouds.aws.template import find
from skywright.model.call import Call
from skywright.model.operation import Operation, Undoability
from skywright.model.resource import Inventory

Prepare = Callable[[Account], tuple[str, dict[str, Any]]]


def _run(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:RunInstances", {
        "ImageId": a.image(),
        "MinCount": 2,
        "MaxCount": 2,
        "InstanceType": "t3.micro",
    }


def _create_volume(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:CreateVolume", {"AvailabilityZone": f"{a.region}a", "Size": 5}


def _attach(a: Account) -> tuple[str, dict[str, Any]]:
    instance = a.instance(Placement={"AvailabilityZone": f"{a.region}a"})
    return "ec2:AttachVolume", {"VolumeId": a.volume(), "InstanceId": instance, "Device": "/dev/sdf"}


def _detach(a: Account) -> tuple[str, dict[str, Any]]:
    name, arguments = _attach(a)
    a.read(name, **arguments)
    return "ec2:DetachVolume", {key: arguments[key] for key in ("VolumeId", "InstanceId")}


def _resize_instance(a: Account) -> tuple[str, dict[str, Any]]:
    instance = a.instance(InstanceType="t3.micro")
    a.read("ec2:StopInstances", InstanceIds=[instance])
    return "ec2:ModifyInstanceAttribute", {"InstanceId": instance, "InstanceType": {"Value": "t3.large"}}


def _protect(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:ModifyInstanceAttribute", {
        "InstanceId": a.instance(),
        "DisableApiTermination": {"Value": True},
    }


def _stop(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:StopInstances", {"InstanceIds": [a.instance()]}


def _start(a: Account) -> tuple[str, dict[str, Any]]:
    instance, running = a.instance(), a.instance()
    a.read("ec2:StopInstances", InstanceIds=[instance])
    return "ec2:StartInstances", {"InstanceIds": [instance, running]}


def _create_tags(a: Account) -> tuple[str, dict[str, Any]]:
    volume = a.volume()
    a.read("ec2:CreateTags", Resources=[volume], Tags=[{"Key": "env", "Value": "old ${x}"}])
    tags = [{"Key": "env", "Value": "new"}, {"Key": "more", "Value": "1"}]
    return "ec2:CreateTags", {"Resources": [volume], "Tags": tags}


def _delete_tags(a: Account) -> tuple[str, dict[str, Any]]:
    volume = a.volume()
    a.read(
        "ec2:CreateTags", Resources=[volume], Tags=[{"Key": "env", "Value": "x"}, {"Key": "b", "Value": "y"}]
    )
    return "ec2:DeleteTags", {"Resources": [volume], "Tags": [{"Key": "env"}, {"Key": "never-there"}]}


def _group(a: Account) -> str:
    vpc, _ = a.network()
    return a.read("ec2:CreateSecurityGroup", GroupName="g", Description="d", VpcId=vpc)["GroupId"]


_SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}


def _authorize(a: Account) -> tuple[str, dict[str, Any]]:
    group = _group(a)
    a.read("ec2:AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[_SSH])
    web = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    six = {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}]}
    return "ec2:AuthorizeSecurityGroupIngress", {"GroupId": group, "IpPermissions": [web, six]}


def _authorize_old(a: Account) -> tuple[str, dict[str, Any]]:
    old = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "10.1.0.0/16"}
    return "ec2:AuthorizeSecurityGroupIngress", {"GroupId": _group(a), **old}


def _revoke(a: Account) -> tuple[str, dict[str, Any]]:
    group = _group(a)
    a.read("ec2:AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[_SSH])
    return "ec2:RevokeSecurityGroupIngress", {"GroupId": group, "IpPermissions": [_SSH]}


def _revoke_egress(a: Account) -> tuple[str, dict[str, Any]]:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return "ec2:RevokeSecurityGroupEgress", {"GroupId": _group(a), "IpPermissions": [everything]}


def _create_vpc(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:CreateVpc", {"CidrBlock": "10.7.0.0/16"}


def _create_subnet(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:CreateSubnet", {"VpcId": a.network()[0], "CidrBlock": "10.9.2.0/24"}


def _create_group(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:CreateSecurityGroup", {"GroupName": "n", "Description": "d", "VpcId": a.network()[0]}


def _gateway(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:CreateInternetGateway", {}


def _attach_gateway(a: Account) -> tuple[str, dict[str, Any]]:
    gateway = a.read("ec2:CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
    return "ec2:AttachInternetGateway", {"InternetGatewayId": gateway, "VpcId": a.network()[0]}


def _detach_gateway(a: Account) -> tuple[str, dict[str, Any]]:
    name, arguments = _attach_gateway(a)
    a.read(name, **arguments)
    return "ec2:DetachInternetGateway", arguments


def _route(a: Account) -> tuple[str, dict[str, Any]]:
    name, arguments = _attach_gateway(a)
    a.read(name, **arguments)
    table = a.read("ec2:CreateRouteTable", VpcId=arguments["VpcId"])["RouteTable"]["RouteTableId"]
    gateway = arguments["InternetGatewayId"]
    return "ec2:CreateRoute", {
        "RouteTableId": table,
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": gateway,
    }


def _delete_route(a: Account) -> tuple[str, dict[str, Any]]:
    name, arguments = _route(a)
    a.read(name, **arguments)
    return "ec2:DeleteRoute", {key: arguments[key] for key in ("RouteTableId", "DestinationCidrBlock")}


def _associate_table(a: Account) -> tuple[str, dict[str, Any]]:
    vpc, subnet = a.network()
    table = a.read("ec2:CreateRouteTable", VpcId=vpc)["RouteTable"]["RouteTableId"]
    return "ec2:AssociateRouteTable", {"RouteTableId": table, "SubnetId": subnet}


def _dns_names(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:ModifyVpcAttribute", {"VpcId": a.network()[0], "EnableDnsHostnames": {"Value": True}}


def _public_subnet(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:ModifySubnetAttribute", {"SubnetId": a.network()[1], "MapPublicIpOnLaunch": {"Value": True}}


def _allocate(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:AllocateAddress", {"Domain": "vpc"}


def _associate_address(a: Account) -> tuple[str, dict[str, Any]]:
    address = a.read("ec2:AllocateAddress", Domain="vpc")["AllocationId"]
    return "ec2:AssociateAddress", {"AllocationId": address, "InstanceId": a.instance()}


def _snapshot(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:CreateSnapshot", {"VolumeId": a.volume()}


def _key(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:CreateKeyPair", {"KeyName": "k-1"}


def _disk_type(a: Account) -> tuple[str, dict[str, Any]]:
    return "ec2:ModifyVolume", {"VolumeId": a.volume(VolumeType="gp2"), "VolumeType": "gp3"}


def _share_image(a: Account) -> tuple[str, dict[str, Any]]:
    image = a.read("ec2:CreateImage", InstanceId=a.instance(), Name=f"shared-{a.region}")["ImageId"]
    return "ec2:ModifyImageAttribute", {"ImageId": image, "LaunchPermission": {"Add": [{"Group": "all"}]}}


def _balancer(a: Account) -> tuple[str, dict[str, Any]]:
    return "elbv2:CreateLoadBalancer", {"Name": "lb", "Subnets": list(_two_subnets(a)[1])}


def _two_subnets(a: Account) -> tuple[str, tuple[str, str]]:
    vpc, subnet = a.network()
    zone = f"{a.region}b"
    other = a.read("ec2:CreateSubnet", VpcId=vpc, CidrBlock="10.9.3.0/24", AvailabilityZone=zone)["Subnet"]
    return vpc, (subnet, other["SubnetId"])


_NAMES = iter(range(1000))


def _target_group(a: Account) -> tuple[str, dict[str, Any]]:
    name = f"tg-{next(_NAMES)}"
    return "elbv2:CreateTargetGroup", {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": a.network()[0]}


def _made_target_group(a: Account) -> str:
    name, arguments = _target_group(a)
    return a.read(name, **arguments)["TargetGroups"][0]["TargetGroupArn"]


def _listener(a: Account) -> tuple[str, dict[str, Any]]:
    _, subnets = _two_subnets(a)
    made = a.read("elbv2:CreateLoadBalancer", Name=f"lb-{next(_NAMES)}", Subnets=list(subnets))
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    actions = [{"Type": "forward", "TargetGroupArn": _made_target_group(a)}]
    return "elbv2:CreateListener", {
        "LoadBalancerArn": arn,
        "Protocol": "HTTP",
        "Port": 80,
        "DefaultActions": actions,
    }


def _register(a: Account) -> tuple[str, dict[str, Any]]:
    targets = [{"Id": a.instance()}, {"Id": a.instance(), "Port": 8080}]
    return "elbv2:RegisterTargets", {"TargetGroupArn": _made_target_group(a), "Targets": targets}


def _deregister(a: Account) -> tuple[str, dict[str, Any]]:
    name, arguments = _register(a)
    a.read(name, **arguments)
    return "elbv2:DeregisterTargets", arguments


_ALARM = {
    "AlarmName": "busy",
    "MetricName": "CPUUtilization",
    "Namespace": "AWS/EC2",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 2,
    "Threshold": 80.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}],
}


def _alarm(a: Account) -> tuple[str, dict[str, Any]]:
    return "cloudwatch:PutMetricAlarm", dict(_ALARM)


def _alarm_again(a: Account) -> tuple[str, dict[str, Any]]:
    a.read("cloudwatch:PutMetricAlarm", **_ALARM)
    return "cloudwatch:PutMetricAlarm", {**_ALARM, "Threshold": 50.0}


def _delete_alarm(a: Account) -> tuple[str, dict[str, Any]]:
    a.read("cloudwatch:PutMetricAlarm", **{**_ALARM, "AlarmName": "other"})
    return "cloudwatch:DeleteAlarms", {"AlarmNames": ["other"]}


def _bucket(a: Account) -> tuple[str, dict[str, Any]]:
    place = {} if a.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": a.region}}
    return "s3:CreateBucket", {"Bucket": "skywright-test-bucket", **place}


_BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)


def _block_public(a: Account) -> tuple[str, dict[str, Any]]:
    name, arguments = _bucket(a)
    a.read(name, **arguments)
    bucket, half = arguments["Bucket"], {**_BLOCKED, "RestrictPublicBuckets": False}
    a.read("s3:PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=half)
    return "s3:PutPublicAccessBlock", {"Bucket": bucket, "PublicAccessBlockConfiguration": _BLOCKED}


_TRIPS: tuple[Prepare, ...] = (
    _run,
    _create_volume,
    _attach,
    _detach,
    _resize_instance,
    _protect,
    _stop,
    _start,
    _create_tags,
    _delete_tags,
    _authorize,
    _authorize_old,
    _revoke,
    _revoke_egress,
    _create_vpc,
    _create_subnet,
    _create_group,
    _gateway,
    _attach_gateway,
    _detach_gateway,
    _route,
    _delete_route,
    _associate_table,
    _dns_names,
    _public_subnet,
    _allocate,
    _associate_address,
    _snapshot,
    _key,
    _disk_type,
    _share_image,
    _balancer,
    _target_group,
    _listener,
    _register,
    _deregister,
    _alarm,
    _alarm_again,
    _delete_alarm,
    _bucket,
    _block_public,
)


@pytest.mark.slow
@pytest.mark.parametrize("prepare", _TRIPS, ids=lambda prepare: prepare.__name__.strip("_"))
def test_there_and_back(prepare: Prepare, account: Account) -> None:
    """The account is as it was, and what was done did change it."""
    operation, arguments = prepare(account)
    read, image = account.effects.before_image(Operation.parse(operation), arguments) or (None, None)
    before = account.inventory()
    shown = read and account.client.call(read, image or {}, account.region)

    call = account.do(operation, **arguments)
    changed = account.inventory() != before or (
        read is not None and account.client.call(read, image or {}, account.region) != shown
    )
    assert changed
    way_back = account.undo(call)

    assert way_back.undoability is not Undoability.NONE, way_back.reason
    assert way_back.steps
    assert _comparable(account.inventory()) == _comparable(before)
    if read is not None and "Associat" not in operation:
        assert _shown(account.client.call(read, image or {}, account.region)) == _shown(shown)


def _shown(answer: Any) -> Any:
    found = find("Reservations[].Instances[]", answer)
    return (
        [{k: v for k, v in _still(each).items() if k not in _LOST} for each in found]
        if found
        else _still(answer)
    )


def _comparable(inventory: Inventory) -> Any:
    """Without public addresses, which do not come back, and without three things that moto forgets to tidy:
    the interfaces of ended instances, and what listeners write into target groups and instances."""
    return {
        id: (resource.type, {k: v for k, v in _still(dict(resource.properties)).items() if k not in _LOST})
        for id, resource in inventory.items()
        if resource.type != "ec2:network-interface"
    }


_LOST = ("PublicIpAddress", "PublicDnsName", "NetworkInterfaces", "LoadBalancerArns")


def _still(value: Any) -> Any:
    """Without times and states that moved on their own."""
    if isinstance(value, dict):
        moving = ("StateReason", "StateTransitionReason", "TargetHealth")
        kept = {k: v for k, v in value.items() if not k.endswith(("Time", "Timestamp")) and k not in moving}
        return {key: _still(inner) for key, inner in kept.items()}
    if isinstance(value, list):
        return sorted((_still(inner) for inner in value), key=str)
    return value


def test_a_block_of_a_bucket_that_had_none_is_taken_off_again() -> None:
    call = called("s3:PutPublicAccessBlock", {"Bucket": "b", "PublicAccessBlockConfiguration": _BLOCKED})
    way_back = Effects().way_back(call)
    assert way_back.undoability is Undoability.EQUIVALENT
    assert [str(step.operation) for step in way_back.steps] == ["s3:DeletePublicAccessBlock"]


@pytest.mark.slow
def test_starting_what_runs_already_needs_no_way_back(account: Account) -> None:
    call: Call = account.do("ec2:StartInstances", InstanceIds=[account.instance()])
    assert account.effects.way_back(call).steps == ()


@pytest.mark.slow
def test_registering_again_is_not_taken_back(account: Account) -> None:
    operation, arguments = _register(account)
    account.read(operation, **arguments)
    assert account.effects.way_back(account.do(operation, **arguments)).steps == ()
