"""What is in an account, written down as Terraform: plain Terraform would bring it in and change nothing."""

import json
from pathlib import Path

import pytest
from tests import terraform
from tests.user import Cloud, User

pytestmark = [pytest.mark.slow, terraform.needed, pytest.mark.timeout(900)]

REGION = "eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
ANYONE = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def make_role(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    for name in ("web", "lonely"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="web", PolicyName="nothing", PolicyDocument=json.dumps(POLICY))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")


def make_bucket(cloud: Cloud) -> None:
    s3 = cloud.client("s3", REGION)
    s3.create_bucket(Bucket="web-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="web-logs", VersioningConfiguration={"Status": "Enabled"})
    secret = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::web-logs/${x}"}
    s3.put_bucket_policy(
        Bucket="web-logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [secret]})
    )
    s3.put_bucket_website(Bucket="web-logs", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})


def make_machine(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2", REGION)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    routes = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=routes, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=routes, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    itself = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[ANYONE, itself])
    ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        SecurityGroupIds=[group],
        IamInstanceProfile={"Name": "web"},
        UserData="#!/bin/sh",
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}],
    )


def test_what_is_there_plans_to_no_changes(user: User, tmp_path: Path) -> None:
    cloud = user.account()
    make_role(cloud)
    make_bucket(cloud)
    make_machine(cloud)
    folder = tmp_path / "written"
    here = ("--target", cloud.target, "--region", REGION, "--json")
    told = user.run("state", "export", "-o", str(folder), *here, seconds=600)
    assert told.status == 0, told
    assert told.json["imports"] == 17
    left_out = {(one["type"], one["id"]): one["why"] for one in told.json["left_out"]}
    assert "nothing in this one uses it" in left_out["aws_iam_role", "lonely"]
    assert "no words yet" in left_out["aws_s3_bucket_website_configuration", "web-logs"]
    # The default network's own, of which nobody made anything, is told; a machine and its disk are written.
    assert {"ec2:vpc", "ec2:subnet"} <= {type_ for type_, _ in left_out}
    assert not {"ec2:instance", "ec2:volume", "s3:bucket"} & {type_ for type_, _ in left_out}
    text = (folder / "main.tf").read_text()
    assert "= aws_iam_instance_profile.web.name" in text and "policy = jsonencode({" in text
    # What is merely called the same is no reference.
    assert 'Name = "web"' in text
    proof = terraform.planned(folder, cloud, tmp_path)
    assert "17 to import, 0 to add, 0 to change, 0 to destroy" in proof.stdout, proof
    assert terraform.unformatted(folder, tmp_path) == ""
    again = user.run("state", "export", "-o", str(folder), *here, seconds=600)
    assert again.status == 2 and "not an empty folder" in again.err
