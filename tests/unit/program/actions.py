"""What may be done in an account, with what is there by then: sequences of operations drawn by chance."""

import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from skywright.errors import CloudFailed

REGION = "eu-west-1"
_TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "ec2.amazonaws.com"}}]}'
)


class Hand:
    """Acts in an account, and knows what it has made.

    Attributes:
        number: counts what is done, for names that differ.
    """

    def __init__(self, aws: Any, chance: random.Random) -> None:
        self.aws = aws
        self.chance = chance
        self.made: dict[str, list[str]] = defaultdict(list)
        self.number = 0

    def one(self, kind: str) -> str:
        """One of what was made of a kind.

        Raises:
            IndexError: There is none.
        """
        return self.chance.choice(self.made[kind])

    def some(self, kind: str) -> list[str]:
        there = self.made[kind]
        return self.chance.sample(there, self.chance.randint(1, len(there))) if there else [self.one(kind)]

    def tags(self, *words: str) -> list[dict[str, str]]:
        return [{"Key": "Name", "Value": f"{word}-{self.chance.randrange(3)}"} for word in words]

    def act(self, name: str) -> None:
        """Do one thing; what cannot be done is not, or fails."""
        self.number += 1
        try:
            ACTIONS[name](self)
        except (CloudFailed, IndexError):
            return


def _vpc(hand: Hand) -> None:
    block = f"10.{hand.chance.randrange(30)}.0.0/16"
    hand.made["vpc"].append(hand.aws("ec2:CreateVpc", CidrBlock=block)["Vpc"]["VpcId"])


def _subnet(hand: Hand) -> None:
    vpc = hand.one("vpc")
    block = hand.aws("ec2:DescribeVpcs", VpcIds=[vpc])["Vpcs"][0]["CidrBlock"]
    zone = REGION + hand.chance.choice("ab")
    made = hand.aws(
        "ec2:CreateSubnet",
        VpcId=vpc,
        CidrBlock=block.replace(".0.0/16", f".{hand.number}.0/24"),
        AvailabilityZone=zone,
    )
    hand.made["subnet"].append(made["Subnet"]["SubnetId"])


def _public(hand: Hand) -> None:
    hand.aws("ec2:ModifySubnetAttribute", SubnetId=hand.one("subnet"), MapPublicIpOnLaunch={"Value": True})


def _gateway(hand: Hand) -> None:
    made = hand.aws("ec2:CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
    hand.made["gateway"].append(made)
    hand.aws("ec2:AttachInternetGateway", InternetGatewayId=made, VpcId=hand.one("vpc"))


def _routes(hand: Hand) -> None:
    table = hand.aws("ec2:CreateRouteTable", VpcId=hand.one("vpc"))["RouteTable"]["RouteTableId"]
    hand.made["table"].append(table)
    hand.aws(
        "ec2:CreateRoute", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=hand.one("gateway")
    )


def _associate(hand: Hand) -> None:
    hand.aws("ec2:AssociateRouteTable", RouteTableId=hand.one("table"), SubnetId=hand.one("subnet"))


def _group(hand: Hand) -> None:
    name = f"g{hand.number}"
    made = hand.aws("ec2:CreateSecurityGroup", GroupName=name, Description="d", VpcId=hand.one("vpc"))
    hand.made["group"].append(made["GroupId"])


def _open(hand: Hand) -> None:
    port = hand.chance.choice([22, 80, 443])
    rule = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": f"10.0.0.0/{hand.chance.choice([8, 16])}"}],
    }
    hand.aws("ec2:AuthorizeSecurityGroupIngress", GroupId=hand.one("group"), IpPermissions=[rule])


def _from_group(hand: Hand) -> None:
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": hand.one("group")}]}
    hand.aws("ec2:AuthorizeSecurityGroupIngress", GroupId=hand.one("group"), IpPermissions=[rule])


def _close(hand: Hand) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    hand.aws("ec2:RevokeSecurityGroupEgress", GroupId=hand.one("group"), IpPermissions=[everything])


def _machine(hand: Hand) -> None:
    more = (
        {"SecurityGroupIds": hand.some("group")} if hand.made["group"] and hand.chance.random() < 0.5 else {}
    )
    made = hand.aws(
        "ec2:RunInstances",
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=hand.chance.randint(1, 2),
        InstanceType=hand.chance.choice(["t3.micro", "t3.large"]),
        SubnetId=hand.one("subnet"),
        TagSpecifications=[{"ResourceType": "instance", "Tags": hand.tags("vm")}],
        **more,
    )
    hand.made["machine"] += [each["InstanceId"] for each in made["Instances"]]


def _volume(hand: Hand) -> None:
    size = 8 + hand.chance.randrange(4)
    made = hand.aws("ec2:CreateVolume", AvailabilityZone=f"{REGION}a", Size=size, VolumeType="gp3")
    hand.made["volume"].append(made["VolumeId"])


def _attach(hand: Hand) -> None:
    device = f"/dev/sd{chr(102 + hand.number % 10)}"
    volume, machine = hand.one("volume"), hand.one("machine")
    hand.aws("ec2:AttachVolume", VolumeId=volume, InstanceId=machine, Device=device)
    hand.made["attachment"].append(f"{volume} {machine}")


def _detach(hand: Hand) -> None:
    volume, machine = hand.one("attachment").split()
    hand.aws("ec2:DetachVolume", VolumeId=volume, InstanceId=machine)


def _snapshot(hand: Hand) -> None:
    made = hand.aws("ec2:CreateSnapshot", VolumeId=hand.one("volume"), Description=f"s{hand.number}")
    hand.made["snapshot"].append(made["SnapshotId"])


def _from_snapshot(hand: Hand) -> None:
    zone = f"{REGION}a"
    made = hand.aws("ec2:CreateVolume", AvailabilityZone=zone, SnapshotId=hand.one("snapshot"))
    hand.made["volume"].append(made["VolumeId"])


def _address(hand: Hand) -> None:
    hand.made["address"].append(hand.aws("ec2:AllocateAddress", Domain="vpc")["AllocationId"])


def _give_address(hand: Hand) -> None:
    hand.aws("ec2:AssociateAddress", AllocationId=hand.one("address"), InstanceId=hand.one("machine"))


def _tag(hand: Hand) -> None:
    kind = hand.chance.choice(["machine", "volume", "vpc", "subnet"])
    hand.aws("ec2:CreateTags", Resources=hand.some(kind), Tags=hand.tags(kind))


def _untag(hand: Hand) -> None:
    hand.aws("ec2:DeleteTags", Resources=hand.some("machine"), Tags=[{"Key": "Name"}])


def _stop(hand: Hand) -> None:
    hand.aws("ec2:StopInstances", InstanceIds=hand.some("machine"))


def _start(hand: Hand) -> None:
    hand.aws("ec2:StartInstances", InstanceIds=hand.some("machine"))


def _resize(hand: Hand) -> None:
    hand.aws(
        "ec2:ModifyInstanceAttribute", InstanceId=hand.one("machine"), InstanceType={"Value": "t3.small"}
    )


def _terminate(hand: Hand) -> None:
    ended = hand.some("machine")
    hand.aws("ec2:TerminateInstances", InstanceIds=ended)
    hand.made["machine"] = [each for each in hand.made["machine"] if each not in ended]


def _remove_volume(hand: Hand) -> None:
    hand.aws("ec2:DeleteVolume", VolumeId=hand.one("volume"))


def _look(hand: Hand) -> None:
    hand.aws("ec2:DescribeInstances")
    hand.aws("ec2:DescribeVpcs")


def _wrong(hand: Hand) -> None:
    hand.aws("ec2:DeleteVolume", VolumeId="vol-12345678")


def _targets(hand: Hand) -> None:
    made = hand.aws(
        "elbv2:CreateTargetGroup", Name=f"t{hand.number}", Protocol="HTTP", Port=80, VpcId=hand.one("vpc")
    )
    hand.made["targets"].append(made["TargetGroups"][0]["TargetGroupArn"])


def _register(hand: Hand) -> None:
    targets = [{"Id": each} for each in hand.some("machine")]
    hand.aws("elbv2:RegisterTargets", TargetGroupArn=hand.one("targets"), Targets=targets)


def _balancer(hand: Hand) -> None:
    made = hand.aws("elbv2:CreateLoadBalancer", Name=f"b{hand.number}", Subnets=hand.some("subnet"))
    hand.made["balancer"].append(made["LoadBalancers"][0]["LoadBalancerArn"])


def _listener(hand: Hand) -> None:
    action = {"Type": "forward", "TargetGroupArn": hand.one("targets")}
    hand.aws(
        "elbv2:CreateListener",
        LoadBalancerArn=hand.one("balancer"),
        Protocol="HTTP",
        Port=8000 + hand.number,
        DefaultActions=[action],
    )


def _bucket(hand: Hand) -> None:
    name = f"bucket-number-{hand.number}"
    hand.aws("s3:CreateBucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    hand.made["bucket"].append(name)


def _versions(hand: Hand) -> None:
    hand.aws(
        "s3:PutBucketVersioning", Bucket=hand.one("bucket"), VersioningConfiguration={"Status": "Enabled"}
    )


def _bucket_tags(hand: Hand) -> None:
    hand.aws("s3:PutBucketTagging", Bucket=hand.one("bucket"), Tagging={"TagSet": hand.tags("bucket")})


def _role(hand: Hand) -> None:
    made = hand.aws("iam:CreateRole", RoleName=f"r{hand.number}", AssumeRolePolicyDocument=_TRUST)
    hand.made["role"].append(made["Role"]["RoleName"])


def _policy(hand: Hand) -> None:
    bucket = hand.made["bucket"][-1] if hand.made["bucket"] else "any"
    document = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", '
        f'"Resource": "arn:aws:s3:::{bucket}/*"}}]}}'
    )
    made = hand.aws("iam:CreatePolicy", PolicyName=f"p{hand.number}", PolicyDocument=document)
    hand.made["policy"].append(made["Policy"]["Arn"])


def _grant(hand: Hand) -> None:
    hand.aws("iam:AttachRolePolicy", RoleName=hand.one("role"), PolicyArn=hand.one("policy"))


def _queue(hand: Hand) -> None:
    seconds = str(30 + hand.chance.randrange(3))
    made = hand.aws("sqs:CreateQueue", QueueName=f"q{hand.number}", Attributes={"VisibilityTimeout": seconds})
    hand.made["queue"].append(made["QueueUrl"])


def _queue_tags(hand: Hand) -> None:
    hand.aws("sqs:TagQueue", QueueUrl=hand.one("queue"), Tags={"team": f"t{hand.chance.randrange(3)}"})


def _topic(hand: Hand) -> None:
    hand.made["topic"].append(hand.aws("sns:CreateTopic", Name=f"topic-{hand.number}")["TopicArn"])


def _subscribe(hand: Hand) -> None:
    asked = hand.aws("sqs:GetQueueAttributes", QueueUrl=hand.one("queue"), AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    hand.aws("sns:Subscribe", TopicArn=hand.one("topic"), Protocol="sqs", Endpoint=arn)


def _table(hand: Hand) -> None:
    name = f"table-{hand.number}"
    hand.aws(
        "dynamodb:CreateTable",
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    hand.made["dynamodb"].append(name)


def _put(hand: Hand) -> None:
    about = hand.one(hand.chance.choice(["machine", "topic", "queue"]))
    item = {"id": {"S": f"i{hand.chance.randrange(3)}"}, "about": {"S": about}}
    hand.aws("dynamodb:PutItem", TableName=hand.one("dynamodb"), Item=item)


def _alarm(hand: Hand) -> None:
    hand.aws(
        "cloudwatch:PutMetricAlarm",
        AlarmName=f"a{hand.chance.randrange(4)}",
        MetricName="CPUUtilization",
        Namespace="AWS/EC2",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=float(hand.chance.choice([70, 90])),
        ComparisonOperator="GreaterThanThreshold",
        Dimensions=[{"Name": "InstanceId", "Value": hand.one("machine")}],
        AlarmActions=hand.made["topic"][:1],
    )


def _parameter(hand: Hand) -> None:
    value = hand.one(hand.chance.choice(["machine", "vpc", "bucket"]))
    hand.aws(
        "ssm:PutParameter", Name=f"/n{hand.chance.randrange(4)}", Value=value, Type="String", Overwrite=True
    )


def _group_of_logs(hand: Hand) -> None:
    name = f"/log/{hand.number}"
    hand.aws("logs:CreateLogGroup", logGroupName=name)
    hand.aws("logs:PutRetentionPolicy", logGroupName=name, retentionInDays=hand.chance.choice([7, 14]))


ACTIONS: dict[str, Callable[[Hand], None]] = {
    name.removeprefix("_"): action
    for name, action in list(globals().items())
    if name.startswith("_") and not name.startswith("__") and callable(action)
}
"""Every action by its name."""

_OFTEN = ("vpc", "subnet", "subnet", "machine", "machine", "group", "volume", "tag")


def act(aws: Any, seed: int) -> None:
    """Do some ten things that a seed draws, in a network to begin with."""
    chance = random.Random(seed)
    hand = Hand(aws, chance)
    names = [*ACTIONS, *_OFTEN * 3]
    for name in ("vpc", "subnet", *chance.choices(names, k=chance.randint(4, 16))):
        hand.act(name)
