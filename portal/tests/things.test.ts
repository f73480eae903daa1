import { expect, it } from "vitest";
import type { Inventory } from "../src/cloud/graph/inventory";
import { everything, within } from "../src/cloud/graph/things";

const nothing: Inventory = {
  networks: [], subnets: [], machines: [], more: false, disks: [], groups: [], addresses: [], balancing: [],
  targetGroups: [], interfaces: [], routes: [], gateways: [], images: [], snapshots: [],
};

const subnet = (id: string, network: string) => ({ SubnetId: id, VpcId: network, CidrBlock: "10.0.0.0/24", AvailabilityZone: "a" });

const inventory: Inventory = {
  ...nothing,
  networks: [{ VpcId: "vpc-1", CidrBlock: "10.0.0.0/16", IsDefault: true }, { VpcId: "vpc-2", CidrBlock: "10.1.0.0/16" }],
  subnets: [subnet("subnet-1", "vpc-1"), subnet("subnet-2", "vpc-2")],
  machines: [
    {
      InstanceId: "i-1",
      InstanceType: "t3.micro",
      ImageId: "ami-1",
      State: { Name: "running" },
      VpcId: "vpc-1",
      SubnetId: "subnet-1",
      SecurityGroups: [{ GroupId: "sg-1" }],
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeId: "vol-1" } }],
      NetworkInterfaces: [{ NetworkInterfaceId: "eni-1" }],
      Tags: [{ Key: "Name", Value: "web-1" }],
    },
  ],
  disks: [{ VolumeId: "vol-1", Size: 8, VolumeType: "gp3", State: "in-use", AvailabilityZone: "a" }],
  groups: [{ GroupId: "sg-1", GroupName: "web", VpcId: "vpc-1" }],
  balancing: [
    {
      balancer: { LoadBalancerArn: "arn:lb", LoadBalancerName: "front", VpcId: "vpc-1", AvailabilityZones: [{ ZoneName: "a", SubnetId: "subnet-1" }] },
      targets: ["i-1"],
      listeners: [{ ListenerArn: "arn:listener", Port: 80, Protocol: "HTTP", DefaultActions: [{ Type: "forward", TargetGroupArn: "arn:tg" }] }],
    },
  ],
  targetGroups: [{ TargetGroupArn: "arn:tg", TargetGroupName: "front-targets", VpcId: "vpc-1" }],
};

const needs = (id: string) => everything(inventory).find((one) => one.id === id)?.needs;

it("tells all that a machine and a load balancer need, by identifiers", () => {
  expect(needs("i-1")).toEqual(["eni-1", "sg-1", "subnet-1", "vol-1", "vpc-1"]);
  expect(needs("arn:lb")).toEqual(["subnet-1", "vpc-1"]);
  expect(needs("arn:listener")).toEqual(["arn:lb", "arn:tg"]);
});

it("keeps to a network, with what the things in it need", () => {
  const ids = within(everything(inventory), "vpc-1").map((one) => one.id);
  expect(ids).toEqual(["i-1", "arn:lb", "arn:listener", "arn:tg", "vpc-1", "subnet-1", "sg-1", "vol-1"]);
  expect(within(everything(inventory), "")).toHaveLength(everything(inventory).length);
});
