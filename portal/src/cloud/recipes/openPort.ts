// Opening and closing ports of one machine, so that no other machine is touched. The calls and their arguments
// are those of the recipes `open a port` and `close a port`.
import type { Cloud } from "../../api/client";
import { filters, instances } from "../../api/listings";
import type { Instance, Permission, SecurityGroup } from "../../api/wire";
import { usedGroupNames } from "../lookups";
import { groupName } from "../names";
import { given } from "../plain";
import type { Step } from "../run";
import { labelOf } from "../tags";
import { joinGroupStep } from "./balanceMachines";
import { admitStep, groupStep, plainRule } from "./groups";

export async function groupsOf(cloud: Cloud, machine: Instance): Promise<SecurityGroup[]> {
  const ids = (machine.SecurityGroups ?? []).map((group) => group.GroupId);
  if (!ids.length) return [];
  return (await cloud.call("ec2/DescribeSecurityGroups", { GroupIds: ids })).SecurityGroups ?? [];
}

/** The machines and other holders of interfaces that a security group protects, besides this machine. */
async function others(cloud: Cloud, group: string, machine: string): Promise<string[]> {
  const Filters = filters({ "group-id": group });
  const interfaces = (await cloud.call("ec2/DescribeNetworkInterfaces", { Filters })).NetworkInterfaces ?? [];
  const machines = await instances(cloud, { Filters: filters({ "instance.group-id": group }) })(undefined, 25);
  const holders = [
    ...interfaces.map((one) => one.Attachment?.InstanceId ?? one.NetworkInterfaceId),
    ...machines.rows.filter((one) => one.State.Name !== "terminated").map((one) => one.InstanceId),
  ];
  return [...new Set(holders)].filter((holder) => holder !== machine);
}

/** A security group that this machine has and nothing else; undefined if there is none. */
export async function ownGroup(cloud: Cloud, machine: Instance): Promise<string | undefined> {
  for (const group of await groupsOf(cloud, machine)) {
    if (group.GroupName !== "default" && !(await others(cloud, group.GroupId, machine.InstanceId)).length) return group.GroupId;
  }
  return undefined;
}

export async function openSteps(cloud: Cloud, machine: Instance, rules: Permission[], says: string): Promise<Step[]> {
  const own = await ownGroup(cloud, machine);
  if (own) return [admitStep(cloud, says, () => own, () => rules)];
  const name = groupName(labelOf(machine), "ports", await usedGroupNames(cloud));
  let made: string | undefined;
  const vpc = () => given(machine.VpcId);
  return [
    groupStep(cloud, { name, description: "Ports opened by request", vpc, keep: (id) => (made = id) }),
    admitStep(cloud, says, () => given(made), () => rules),
    joinGroupStep(cloud, machine, () => given(made)),
  ];
}

/** Taking away every rule of a group that opens this port and no other; undefined if there is none. */
export function closeStep(cloud: Cloud, group: SecurityGroup, port: number): Step | undefined {
  const rules = (group.IpPermissions ?? []).filter((rule) => rule.FromPort === port && rule.ToPort === port);
  if (!rules.length) return undefined;
  return {
    says: `Close port ${port} in ${group.GroupName}`,
    do: async () => {
      const args = { GroupId: group.GroupId, IpPermissions: rules.map(plainRule) };
      await cloud.call("ec2/RevokeSecurityGroupIngress", args);
    },
  };
}

/** Throws Error where the port is not open by itself, or others would lose it too. */
export async function closeSteps(cloud: Cloud, machine: Instance, port: number): Promise<Step[]> {
  const steps: Step[] = [];
  for (const group of await groupsOf(cloud, machine)) {
    const step = closeStep(cloud, group, port);
    if (!step) continue;
    const users = await others(cloud, group.GroupId, machine.InstanceId);
    if (users.length) {
      throw new Error(`The rule is in ${group.GroupId}, which ${users.join(", ")} uses too; change it on the group's own page.`);
    }
    steps.push(step);
  }
  if (!steps.length) throw new Error(`No rule opens port ${port} by itself.`);
  return steps;
}
