import { expect, it } from "vitest";
import { CloudError } from "../src/api/client";
import { machineSteps, type Outcome, prepare, type WantedMachines } from "../src/cloud/recipes/createMachines";
import { Run } from "../src/cloud/run";
import { fromParams, problemsOf, wantedOf } from "../src/pages/vms/create/form";
import { FakeCloud } from "./fakeCloud";

let made = 0;
const instances = (args: Record<string, unknown>) => ({
  Reservations: [
    { Instances: ((args["InstanceIds"] as string[]) ?? []).map((InstanceId) => ({ InstanceId, State: { Name: "running" } })) },
  ],
});

function cloud(more: ConstructorParameters<typeof FakeCloud>[0] = {}) {
  made = 0;
  return new FakeCloud({
    "ec2/DescribeInstances": instances,
    "ec2/DescribeInstanceTypes": { InstanceTypes: [{ ProcessorInfo: { SupportedArchitectures: ["x86_64"] } }] },
    "ec2/DescribeImages": { Images: [{ ImageId: "ami-1", Name: "al2023-ami-2023.1", RootDeviceName: "/dev/xvda" }] },
    "ec2/DescribeSecurityGroups": { SecurityGroups: [] },
    "ec2/DescribeAvailabilityZones": { AvailabilityZones: [{ ZoneName: "eu-west-1b" }, { ZoneName: "eu-west-1a" }] },
    "ec2/DescribeVpcs": { Vpcs: [] },
    "ec2/DescribeInternetGateways": { InternetGateways: [] },
    "ec2/DescribeRouteTables": { RouteTables: [{ RouteTableId: "rtb-1" }] },
    "elbv2/DescribeLoadBalancers": { LoadBalancers: [] },
    "elbv2/DescribeTargetGroups": { TargetGroups: [] },
    "ec2/CreateVpc": { Vpc: { VpcId: "vpc-1" } },
    "ec2/CreateSubnet": (args: Record<string, unknown>) => ({ Subnet: { SubnetId: `subnet-${String(args["CidrBlock"])}` } }),
    "ec2/CreateInternetGateway": { InternetGateway: { InternetGatewayId: "igw-1" } },
    "ec2/AttachInternetGateway": {},
    "ec2/CreateRoute": {},
    "ec2/CreateSecurityGroup": (args: Record<string, unknown>) => ({ GroupId: `sg ${String(args["GroupName"])}` }),
    "ec2/AuthorizeSecurityGroupIngress": {},
    "ec2/RunInstances": () => ({ Instances: [{ InstanceId: `i-${(made += 1)}` }] }),
    "elbv2/CreateLoadBalancer": { LoadBalancers: [{ LoadBalancerArn: "lb" }] },
    "elbv2/CreateTargetGroup": { TargetGroups: [{ TargetGroupArn: "targets" }] },
    "elbv2/CreateListener": {},
    "elbv2/RegisterTargets": {},
    ...more,
  });
}

const wanted = (query: string): WantedMachines => wantedOf(fromParams(new URLSearchParams(query)), undefined);

async function runOf(from: FakeCloud, query: string) {
  const outcome: Outcome = { machines: [], balanced: {} };
  const ready = await prepare(from, wanted(query));
  return { run: new Run(machineSteps(from, ready, "token", outcome)), outcome };
}

it("makes the calls of the recipe for machines behind a load balancer in a new network", async () => {
  const from = cloud();
  const { run, outcome } = await runOf(from, "name=web&count=2&network=new&balanced=1&targetPort=8080");
  expect(await run.start()).toBe(true);
  expect(outcome.machines).toEqual(["i-1", "i-2"]);
  const machine = (name: string, at: number) => [
    "ec2/RunInstances",
    {
      ImageId: "ami-1",
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: "subnet-10.0.0.0/18",
      SecurityGroupIds: ["sg web-1 behind balancer"],
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: name }] }],
      ClientToken: `token-vm-${at}`,
    },
  ];
  expect(from.changes).toEqual([
    [
      "ec2/CreateVpc",
      { CidrBlock: "10.0.0.0/16", TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "network" }] }] },
    ],
    ["ec2/CreateSubnet", { VpcId: "vpc-1", CidrBlock: "10.0.0.0/18", AvailabilityZone: "eu-west-1a" }],
    ["ec2/CreateSubnet", { VpcId: "vpc-1", CidrBlock: "10.0.64.0/18", AvailabilityZone: "eu-west-1b" }],
    ["ec2/CreateInternetGateway", {}],
    ["ec2/AttachInternetGateway", { VpcId: "vpc-1", InternetGatewayId: "igw-1" }],
    ["ec2/CreateRoute", { RouteTableId: "rtb-1", DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" }],
    ["ec2/CreateSecurityGroup", { GroupName: "web-1 balancer", Description: "Load balancer", VpcId: "vpc-1" }],
    [
      "ec2/AuthorizeSecurityGroupIngress",
      {
        GroupId: "sg web-1 balancer",
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      },
    ],
    [
      "ec2/CreateSecurityGroup",
      { GroupName: "web-1 behind balancer", Description: "Machines behind the load balancer", VpcId: "vpc-1" },
    ],
    [
      "ec2/AuthorizeSecurityGroupIngress",
      {
        GroupId: "sg web-1 behind balancer",
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, UserIdGroupPairs: [{ GroupId: "sg web-1 balancer" }] },
        ],
      },
    ],
    machine("web-1", 0),
    machine("web-2", 1),
    [
      "elbv2/CreateLoadBalancer",
      {
        Name: "web-lb",
        Type: "application",
        Scheme: "internet-facing",
        Subnets: ["subnet-10.0.0.0/18", "subnet-10.0.64.0/18"],
        SecurityGroups: ["sg web-1 balancer"],
      },
    ],
    [
      "elbv2/CreateTargetGroup",
      { Name: "web-targets", Protocol: "HTTP", Port: 8080, VpcId: "vpc-1", TargetType: "instance" },
    ],
    [
      "elbv2/CreateListener",
      {
        LoadBalancerArn: "lb",
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [{ Type: "forward", TargetGroupArn: "targets" }],
      },
    ],
    ["elbv2/RegisterTargets", { TargetGroupArn: "targets", Targets: [{ Id: "i-1" }, { Id: "i-2" }] }],
  ]);
});

it("goes on after a refused step without making anything twice", async () => {
  let refusals = 1;
  const from = cloud({
    "ec2/RunInstances": () => {
      if (made === 1 && refusals-- > 0) throw new CloudError("SkywrightRefused", "rule budget", 403);
      return { Instances: [{ InstanceId: `i-${(made += 1)}` }] };
    },
  });
  const { run, outcome } = await runOf(from, "name=web&count=2&network=new");
  expect(await run.start()).toBe(false);
  expect(await run.start()).toBe(true);
  expect(outcome.machines).toEqual(["i-1", "i-2"]);
  expect(from.changes.filter(([operation]) => operation === "ec2/CreateVpc")).toHaveLength(1);
  expect(from.changes.filter(([operation]) => operation === "ec2/RunInstances")).toHaveLength(3);
});

it("finds a machine by its token when the answer to its creation was lost", async () => {
  const from = cloud({
    "ec2/RunInstances": () => {
      throw new CloudError("Unreachable", "no answer", 0);
    },
    "ec2/DescribeInstances": (args: Record<string, unknown>) => {
      const filters = JSON.stringify(args["Filters"] ?? "");
      if (!filters.includes("token-vm-0")) return instances(args);
      const found = { InstanceId: "i-lost", State: { Name: "running" }, Tags: [{ Key: "Name", Value: "db" }] };
      return { Reservations: [{ Instances: [found] }] };
    },
  });
  const { run, outcome } = await runOf(from, "name=db&network=new");
  expect(await run.start()).toBe(false);
  expect(await run.start()).toBe(true);
  expect(outcome.machines).toEqual(["i-lost"]);
});

it("says what is wrong with a form, step by step", () => {
  const form = fromParams(new URLSearchParams("count=0&networkRange=10.0.0.0/8&disks=0&ports=http&tags=x"));
  const [basics, storage, options] = problemsOf(form, true);
  expect(basics?.count).toContain("Between 1 and 50");
  expect(basics?.networkRange).toContain("not /8");
  expect(storage?.disks).toContain("between 1 and");
  expect(options?.ports).toContain("http is not a port");
  expect(options?.tags).toContain("key=value");
});

it("takes as many machines as there are names", () => {
  expect(wanted("name=red,green,blue").count).toBe(3);
});
