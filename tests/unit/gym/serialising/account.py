"""An account with something of everything in it, for those who read all of it."""

import json
from typing import Any

NASTY = "a <b> & \"c\" 'd' \U0001f600 \t ]]>"
_POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def fill(cloud: Any) -> dict[str, Any]:
    """Make it all; the identifiers that reading needs."""
    made: dict[str, Any] = {}
    network(cloud, made)
    machines(cloud, made)
    balancers(cloud, made)
    people(cloud, made)
    data(cloud, made)
    messages(cloud)
    containers(cloud)
    cloud.wait(600)
    return made


def _tags(kind: str) -> dict[str, Any]:
    tags = [{"Key": "Name", "Value": NASTY}, {"Key": "empty", "Value": ""}]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]}


def network(cloud: Any, made: dict[str, Any]) -> None:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", **_tags("vpc"))["Vpc"]["VpcId"]
    zones = [z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate(zones[:2])
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    ranges = [{"CidrIp": "0.0.0.0/0", "Description": "any & all"}]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": ranges}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)
    ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=vpc)
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3", RouteTableIds=[table])
    ec2.create_network_interface(SubnetId=subnets[0], Groups=[group], Description=NASTY)
    ec2.create_transit_gateway(Description="t")
    made |= {"vpc": vpc, "subnets": subnets, "group": group}


def machines(cloud: Any, made: dict[str, Any]) -> None:
    ec2 = cloud.client("ec2")
    ec2.create_key_pair(KeyName="key")
    placed = {"SubnetId": made["subnets"][0], "SecurityGroupIds": [made["group"]], "KeyName": "key"}
    ids = cloud.run(3, UserData="#!/bin/sh\n", **placed, **_tags("instance"))
    spot = {"MarketType": "spot"}
    cloud.run(1, InstanceMarketOptions=spot)
    cloud.run(1, settle=False)
    ec2.stop_instances(InstanceIds=ids[2:])
    zone = cloud.instance(ids[0])["Placement"]["AvailabilityZone"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=5, VolumeType="gp3", **_tags("volume"))["VolumeId"]
    cloud.wait(60)
    ec2.attach_volume(VolumeId=volume, InstanceId=ids[0], Device="/dev/sdf")
    snapshot = ec2.create_snapshot(VolumeId=volume, Description=NASTY)["SnapshotId"]
    image = ec2.create_image(InstanceId=ids[0], Name="own", Description=NASTY)["ImageId"]
    template = {"ImageId": cloud.image(), "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName="lt", LaunchTemplateData=template)
    scaling = cloud.client("autoscaling")
    names = {"LaunchConfigurationName": "lc", "AutoScalingGroupName": "asg"}
    scaling.create_launch_configuration(LaunchConfigurationName=names["LaunchConfigurationName"], **template)
    zones = ",".join(made["subnets"])
    scaling.create_auto_scaling_group(**names, MinSize=1, MaxSize=3, VPCZoneIdentifier=zones)
    scaling.put_scaling_policy(
        AutoScalingGroupName="asg", PolicyName="p", AdjustmentType="ChangeInCapacity", ScalingAdjustment=1
    )
    made |= {"machines": ids, "volume": volume, "snapshot": snapshot, "image": image}


def balancers(cloud: Any, made: dict[str, Any]) -> None:
    elbv2 = cloud.client("elbv2")
    balancer = elbv2.create_load_balancer(
        Name="lb", Subnets=made["subnets"], Tags=[{"Key": "k", "Value": NASTY}]
    )
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.create_target_group(
        Name="tg", Protocol="HTTP", Port=80, VpcId=made["vpc"], TargetType="instance"
    )
    target = group["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=target, Targets=[{"Id": made["machines"][0]}])
    forward = [{"Type": "forward", "TargetGroupArn": target}]
    listener = elbv2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    listener_arn = listener["Listeners"][0]["ListenerArn"]
    paths = [{"Field": "path-pattern", "Values": ["/a"]}]
    elbv2.create_rule(ListenerArn=listener_arn, Conditions=paths, Priority=5, Actions=forward)
    plain = {"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80}
    cloud.client("elb").create_load_balancer(
        LoadBalancerName="old", Listeners=[plain], Subnets=made["subnets"][:1]
    )
    watch = cloud.client("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="alarm",
        AlarmDescription=NASTY,
        MetricName="CPUUtilization",
        Namespace="AWS/EC2",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0.5,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Average",
        Dimensions=[{"Name": "InstanceId", "Value": made["machines"][0]}],
    )
    watch.put_metric_data(Namespace="own", MetricData=[{"MetricName": "m", "Value": 1.5}])
    watch.put_dashboard(DashboardName="d", DashboardBody='{"widgets": []}')
    made |= {"balancer": arn, "targets": target, "listener": listener_arn}


def people(cloud: Any, made: dict[str, Any]) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="user", Tags=[{"Key": "k", "Value": NASTY}])
    iam.create_access_key(UserName="user")
    iam.create_group(GroupName="group")
    iam.add_user_to_group(GroupName="group", UserName="user")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=_TRUST, Description="a role")
    iam.put_role_policy(RoleName="role", PolicyName="inline", PolicyDocument=_POLICY)
    policy = iam.create_policy(PolicyName="policy", PolicyDocument=_POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="role", PolicyArn=policy)
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="role")
    made["policy"] = policy


def data(cloud: Any, made: dict[str, Any]) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": [{"Key": "k", "Value": "a <b> & c"}]})
    s3.put_object(Bucket="bucket", Key="a/b & <c>", Body=b"x" * 10)
    s3.put_object(Bucket="bucket", Key="plain", Body=b"", Metadata={"a": "b"})
    ssm = cloud.client("ssm")
    ssm.put_parameter(Name="/a/b", Value=NASTY, Type="String", Description=NASTY)
    ssm.put_parameter(Name="/a/c", Value="1,2", Type="StringList")
    table = cloud.client("dynamodb")
    table.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    nested = {"M": {"s": {"S": ""}, "l": {"L": [{"N": "1"}, {"NULL": True}, {"B": b"\x00<&>"}]}}}
    table.put_item(TableName="table", Item={"id": {"S": NASTY}, "nested": nested, "flag": {"BOOL": False}})
    names = cloud.client("route53")
    zone = names.create_hosted_zone(Name="example.com", CallerReference="r")["HostedZone"]["Id"]
    made["zone"] = zone


def messages(cloud: Any) -> None:
    queue = cloud.client("sqs")
    url = queue.create_queue(QueueName="queue", tags={"k": NASTY})["QueueUrl"]
    queue.send_message(QueueUrl=url, MessageBody="a <b> & c")
    topic = cloud.client("sns").create_topic(Name="topic")["TopicArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="stream")


def containers(cloud: Any) -> None:
    cloud.client("ecs").create_cluster(clusterName="cluster", tags=[{"key": "k", "value": NASTY}])
    role = "arn:aws:iam::123456789012:role/role"
    cloud.client("eks").create_cluster(name="cluster", roleArn=role, resourcesVpcConfig={})
    cloud.client("backup").create_backup_vault(BackupVaultName="vault")
    cloud.client("iot").create_thing(thingName="thing", attributePayload={"attributes": {"k": "v"}})


def questions(made: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """What is read with arguments, beside all that is read without."""
    return [
        ("ec2", "describe_instance_attribute", {"InstanceId": made["machines"][0], "Attribute": "userData"}),
        ("ec2", "describe_instances", {"InstanceIds": made["machines"]}),
        ("ec2", "describe_images", {"Owners": ["self"]}),
        ("ec2", "describe_image_attribute", {"ImageId": made["image"], "Attribute": "launchPermission"}),
        ("ec2", "describe_volumes", {"VolumeIds": [made["volume"]]}),
        ("ec2", "get_console_output", {"InstanceId": made["machines"][0]}),
        ("elbv2", "describe_listeners", {"LoadBalancerArn": made["balancer"]}),
        ("elbv2", "describe_rules", {"ListenerArn": made["listener"]}),
        ("elbv2", "describe_load_balancer_attributes", {"LoadBalancerArn": made["balancer"]}),
        ("elbv2", "describe_target_group_attributes", {"TargetGroupArn": made["targets"]}),
        ("elbv2", "describe_target_health", {"TargetGroupArn": made["targets"]}),
        ("elbv2", "describe_tags", {"ResourceArns": [made["balancer"]]}),
        ("elb", "describe_load_balancer_attributes", {"LoadBalancerName": "old"}),
        ("iam", "get_role", {"RoleName": "role"}),
        ("iam", "get_role_policy", {"RoleName": "role", "PolicyName": "inline"}),
        ("iam", "get_policy_version", {"PolicyArn": made["policy"], "VersionId": "v1"}),
        ("iam", "list_attached_role_policies", {"RoleName": "role"}),
        ("iam", "get_user", {"UserName": "user"}),
        ("s3", "list_objects_v2", {"Bucket": "bucket"}),
        ("s3", "list_objects", {"Bucket": "bucket", "EncodingType": "url"}),
        ("s3", "list_object_versions", {"Bucket": "bucket"}),
        ("s3", "get_bucket_location", {"Bucket": "bucket"}),
        ("s3", "get_bucket_versioning", {"Bucket": "bucket"}),
        ("s3", "get_bucket_tagging", {"Bucket": "bucket"}),
        ("s3", "get_bucket_acl", {"Bucket": "bucket"}),
        ("ssm", "get_parameters_by_path", {"Path": "/", "Recursive": True}),
        ("ssm", "get_parameter_history", {"Name": "/a/b"}),
        ("dynamodb", "describe_table", {"TableName": "table"}),
        ("dynamodb", "scan", {"TableName": "table"}),
        ("route53", "list_resource_record_sets", {"HostedZoneId": made["zone"]}),
        ("route53", "get_hosted_zone", {"Id": made["zone"]}),
        ("ecs", "describe_clusters", {"clusters": ["cluster"], "include": ["TAGS"]}),
        ("eks", "describe_cluster", {"name": "cluster"}),
        ("iot", "describe_thing", {"thingName": "thing"}),
        ("backup", "describe_backup_vault", {"BackupVaultName": "vault"}),
    ]
