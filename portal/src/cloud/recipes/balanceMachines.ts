// A load balancer for machines that exist. The calls and their arguments are those of the recipe
// `load balancer for existing machines`.
import type { Cloud } from "../../api/client";
import { balancers, filters } from "../../api/listings";
import type { Instance } from "../../api/wire";
import { subnetsOf, twoSubnets, usedGroupNames } from "../lookups";
import { given } from "../plain";
import type { Step } from "../run";
import { labelOf } from "../tags";
import { until } from "../waits";
import type { Balanced, NewBalancer } from "./balancers";
import { balancerGroupSteps, balancerSteps, registerStep } from "./balancers";
import type { WantedBalancer } from "./createMachines";
import { prepareBalancer } from "./createMachines";

export interface ReadyBalancer {
  machines: Instance[];
  network: string;
  balancer: NewBalancer;
  subnets: string[];
}

/** Look up what the steps need. Throws Error where these machines can't be balanced together. */
export async function prepareBalancing(cloud: Cloud, machines: Instance[], wanted: WantedBalancer): Promise<ReadyBalancer> {
  const down = machines.filter((machine) => machine.State.Name !== "running" && machine.State.Name !== "pending");
  if (!machines.length) throw new Error("Choose at least one machine.");
  if (down.length) throw new Error(`${down.map(labelOf).join(", ")} does not run, and only running machines can be targets.`);
  const networks = [...new Set(machines.map((machine) => machine.VpcId ?? ""))];
  const network = networks[0] ?? "";
  if (networks.length > 1) throw new Error(`The machines are in different networks (${networks.join(", ")}).`);
  const subnets = await subnetsOf(cloud, network);
  const range = (await cloud.call("ec2/DescribeVpcs", { VpcIds: [network] })).Vpcs?.[0]?.CidrBlock ?? "";
  const names = machines.map(labelOf);
  return {
    machines,
    network,
    balancer: await prepareBalancer(cloud, wanted, names, range, await usedGroupNames(cloud)),
    subnets: twoSubnets(subnets, machines.map((machine) => machine.SubnetId ?? "")),
  };
}

export function balancingSteps(cloud: Cloud, ready: ReadyBalancer, made: Balanced): Step[] {
  const vpc = () => ready.network;
  return [
    ...balancerGroupSteps(cloud, ready.balancer, vpc, made),
    ...balancerSteps(cloud, ready.balancer, vpc, () => ready.subnets, made),
    ...ready.machines.map((machine) => joinGroupStep(cloud, machine, () => given(made.back))),
    registerStep(cloud, () => given(made.targets), () => ready.machines.map((machine) => machine.InstanceId)),
  ];
}

/** Adds the group to those that the machine has, so that nobody else's rules change. */
export function joinGroupStep(cloud: Cloud, machine: Instance, group: () => string): Step {
  return {
    says: `Let ${labelOf(machine)} admit it`,
    do: async () => {
      const has = (machine.SecurityGroups ?? []).map((one) => one.GroupId);
      await cloud.call("ec2/ModifyInstanceAttribute", { InstanceId: machine.InstanceId, Groups: [group(), ...has] });
    },
  };
}

/** Deletes the load balancer and the target groups that only it uses; the machines stay. */
export function deleteBalancerSteps(cloud: Cloud, arn: string, name: string, ownGroups: string[]): Step[] {
  return [
    {
      says: `Delete load balancer ${name}`,
      do: async () => void (await cloud.call("elbv2/DeleteLoadBalancer", { LoadBalancerArn: arn })),
    },
    {
      says: "Wait until it is gone",
      do: () =>
        until("the load balancer to be gone", async () => {
          const rows = (await balancers(cloud)(undefined, 400)).rows;
          return !rows.some((one) => one.LoadBalancerArn === arn);
        }),
    },
    ...ownGroups.map((group) => ({
      says: "Delete its target group",
      do: async () => void (await cloud.call("elbv2/DeleteTargetGroup", { TargetGroupArn: group })),
    })),
  ];
}

/** The machines of these ids. */
export async function machinesOf(cloud: Cloud, ids: string[]): Promise<Instance[]> {
  if (!ids.length) return [];
  const answer = await cloud.call("ec2/DescribeInstances", { Filters: filters({ "instance-id": ids }) });
  const found = (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
  return ids.flatMap((id) => found.find((machine) => machine.InstanceId === id) ?? []);
}
