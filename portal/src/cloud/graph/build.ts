// From a region's inventory to nested boxes with dependencies: network > subnet > machine, in which its disks,
// interfaces and addresses are folded; beside them load balancers, security groups and loose disks.
import type { Instance } from "../../api/wire";
import { labelOf, nameOf } from "../tags";
import type { Inventory } from "./inventory";

export type Kind = "network" | "subnet" | "vm" | "balancer" | "group" | "disk";

export interface Node {
  id: string;
  kind: Kind;
  label: string;
  /** What is folded into it, a line each. */
  lines: string[];
  children: Node[];
  /** The ids of what it needs. */
  needs: string[];
  /** The parts of its page's path. */
  path?: string[];
}

export const KIND_WORDS: Record<Kind, string> = {
  network: "network",
  subnet: "subnet",
  vm: "virtual machine",
  balancer: "load balancer",
  group: "security group",
  disk: "disk",
};

function machineNode(machine: Instance): Node {
  const disks = (machine.BlockDeviceMappings ?? []).flatMap((mapping) => mapping.Ebs?.VolumeId ?? []);
  const interfaces = (machine.NetworkInterfaces ?? []).map((one) => one.NetworkInterfaceId);
  const addresses = [machine.PublicIpAddress, machine.PrivateIpAddress].filter(Boolean).join(", ");
  return {
    id: machine.InstanceId,
    kind: "vm",
    label: labelOf(machine),
    lines: [`${machine.InstanceType}, ${machine.State.Name}`, addresses || "no address", `${disks.length} disk${disks.length === 1 ? "" : "s"}`],
    children: [],
    needs: [
      ...(machine.SubnetId ? [machine.SubnetId] : []),
      ...(machine.SecurityGroups ?? []).map((group) => group.GroupId),
      ...disks,
      ...interfaces,
    ],
    path: ["vms", machine.InstanceId],
  };
}

export function buildGraph(inventory: Inventory): Node[] {
  const bySubnet = new Map<string, Node[]>();
  for (const machine of inventory.machines) {
    const place = machine.SubnetId ?? "";
    bySubnet.set(place, [...(bySubnet.get(place) ?? []), machineNode(machine)]);
  }
  const networks = inventory.networks.map((network): Node => {
    const id = network.VpcId;
    const subnets = inventory.subnets
      .filter((subnet) => subnet.VpcId === id)
      .map((subnet): Node => ({
        id: subnet.SubnetId,
        kind: "subnet",
        label: nameOf(subnet) || subnet.SubnetId,
        lines: [`${subnet.AvailabilityZone}, ${subnet.CidrBlock}`],
        children: bySubnet.get(subnet.SubnetId) ?? [],
        needs: [id],
        path: ["networks", id],
      }));
    return {
      id,
      kind: "network",
      label: nameOf(network) || (network.IsDefault ? "Default network" : id),
      lines: [network.CidrBlock],
      children: [...balancersIn(inventory, id), ...subnets, ...groupsIn(inventory, id)],
      needs: [],
      path: ["networks", id],
    };
  });
  const loose = inventory.disks.filter((volume) => volume.State === "available");
  const disks = loose.map((volume): Node => ({
    id: volume.VolumeId,
    kind: "disk",
    label: nameOf(volume) || volume.VolumeId,
    lines: [`${volume.Size} GB ${volume.VolumeType}, not attached`],
    children: [],
    needs: [],
    path: ["disks", volume.VolumeId],
  }));
  return [...networks, ...(bySubnet.get("") ?? []), ...disks];
}

function balancersIn(inventory: Inventory, network: string): Node[] {
  return inventory.balancing
    .filter(({ balancer }) => balancer.VpcId === network)
    .map(({ balancer, targets }): Node => ({
      id: balancer.LoadBalancerArn,
      kind: "balancer",
      label: balancer.LoadBalancerName,
      lines: [`${targets.length} target${targets.length === 1 ? "" : "s"}`],
      children: [],
      needs: [
        ...targets,
        ...(balancer.SecurityGroups ?? []),
        ...(balancer.AvailabilityZones ?? []).flatMap((zone) => zone.SubnetId ?? []),
      ],
      path: ["balancers", balancer.LoadBalancerName],
    }));
}

function groupsIn(inventory: Inventory, network: string): Node[] {
  return inventory.groups
    .filter((group) => group.VpcId === network)
    .map((group): Node => ({
      id: group.GroupId,
      kind: "group",
      label: group.GroupName,
      lines: [group.GroupId],
      children: [],
      needs: [
        network,
        ...(group.IpPermissions ?? []).flatMap((rule) => (rule.UserIdGroupPairs ?? []).map((pair) => pair.GroupId)),
      ],
      path: ["groups", group.GroupId],
    }));
}

/** All nodes, outer ones before those in them. */
export const flat = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...flat(node.children)]);
