// Everything in a region, each with the ids of what it cannot be without: what the table beside the drawing lists.
// The kinds and what they need are those of Skywright's own inventory (`clouds/aws/data/inventory.yaml`).
import type { Tagged } from "../../api/wire";
import { nameOf } from "../tags";
import { KIND_WORDS } from "./build";
import type { Inventory } from "./inventory";

export interface Thing {
  id: string;
  /** In words. */
  kind: string;
  /** Empty if it has none. */
  name: string;
  needs: string[];
  /** The parts of its page's path. */
  path?: string[];
}

type Needed = (string | undefined)[];

function thing(kind: string, id: string, name: string, needs: Needed = [], path?: string[]): Thing {
  const known = needs.filter((one): one is string => Boolean(one));
  return { id, kind, name, needs: [...new Set(known)].sort(), path };
}

const tagged = (kind: string, id: string, of: Tagged, needs: Needed = [], path?: string[]) => thing(kind, id, nameOf(of), needs, path);

function machines({ machines }: Inventory): Thing[] {
  return machines.map((one) =>
    tagged(
      KIND_WORDS.vm,
      one.InstanceId,
      one,
      [
        one.VpcId,
        one.SubnetId,
        ...(one.SecurityGroups ?? []).map((group) => group.GroupId),
        ...(one.BlockDeviceMappings ?? []).map((mapping) => mapping.Ebs?.VolumeId),
        ...(one.NetworkInterfaces ?? []).map((each) => each.NetworkInterfaceId),
      ],
      ["vms", one.InstanceId],
    ),
  );
}

function networking(inventory: Inventory): Thing[] {
  return [
    ...inventory.networks.map((one) =>
      thing(KIND_WORDS.network, one.VpcId, nameOf(one) || (one.IsDefault ? "Default network" : ""), [], ["networks", one.VpcId]),
    ),
    ...inventory.subnets.map((one) => tagged(KIND_WORDS.subnet, one.SubnetId, one, [one.VpcId], ["networks", one.VpcId])),
    ...inventory.routes.map((one) => tagged("route table", one.RouteTableId, one, [one.VpcId], ["networks", one.VpcId])),
    ...inventory.gateways.map((one) => tagged("internet gateway", one.InternetGatewayId, one)),
    ...inventory.groups.map((one) => thing(KIND_WORDS.group, one.GroupId, one.GroupName, [one.VpcId], ["groups", one.GroupId])),
    ...inventory.interfaces.map((one) =>
      tagged("network interface", one.NetworkInterfaceId, one, [one.VpcId, one.SubnetId, ...(one.Groups ?? []).map((group) => group.GroupId)]),
    ),
    ...inventory.addresses.map((one) => thing("address", one.AllocationId ?? one.PublicIp, one.PublicIp)),
  ];
}

function balancing(inventory: Inventory): Thing[] {
  const fronts = inventory.balancing.flatMap(({ balancer, listeners }) => [
    thing(
      KIND_WORDS.balancer,
      balancer.LoadBalancerArn,
      balancer.LoadBalancerName,
      [balancer.VpcId, ...(balancer.AvailabilityZones ?? []).map((zone) => zone.SubnetId), ...(balancer.SecurityGroups ?? [])],
      ["balancers", balancer.LoadBalancerName],
    ),
    ...listeners.map((one) =>
      thing("listener", one.ListenerArn, "", [balancer.LoadBalancerArn, ...(one.DefaultActions ?? []).map((action) => action.TargetGroupArn)]),
    ),
  ]);
  return [...fronts, ...inventory.targetGroups.map((one) => thing("target group", one.TargetGroupArn, one.TargetGroupName, [one.VpcId]))];
}

function storage(inventory: Inventory): Thing[] {
  return [
    ...inventory.disks.map((one) => tagged(KIND_WORDS.disk, one.VolumeId, one, [], ["disks", one.VolumeId])),
    ...inventory.images.map((one) =>
      thing("image", one.ImageId, one.Name ?? "", (one.BlockDeviceMappings ?? []).map((mapping) => mapping.Ebs?.SnapshotId)),
    ),
    // A snapshot needs nothing: one without a name says nothing but its id.
    ...inventory.snapshots.filter(nameOf).map((one) => tagged("snapshot", one.SnapshotId, one)),
  ];
}

/** Everything that was read, machines first. */
export function everything(inventory: Inventory): Thing[] {
  return [...machines(inventory), ...balancing(inventory), ...networking(inventory), ...storage(inventory)];
}

/** What is in a network, and what that needs; everything without one. */
export function within(things: readonly Thing[], network: string): Thing[] {
  if (!network) return [...things];
  const inside = new Set([network]);
  for (let before = 0; before !== inside.size; ) {
    before = inside.size;
    for (const one of things) if (one.needs.some((id) => inside.has(id))) inside.add(one.id);
  }
  const kept = new Set([...inside, ...things.flatMap((one) => (inside.has(one.id) ? one.needs : []))]);
  return things.filter((one) => kept.has(one.id));
}
