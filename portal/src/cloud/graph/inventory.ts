// What is in a region, as far as the graph shows it. Reads only.
import type { Cloud } from "../../api/client";
import {
  balancers,
  everyVpc,
  filters,
  groups,
  images,
  instances,
  PRESENT_STATES,
  snapshots,
  subnets,
  volumes,
} from "../../api/listings";
import { all, type Fetch } from "../../api/pager";
import type {
  Address,
  Gateway,
  Image,
  Instance,
  Interface,
  Listener,
  LoadBalancer,
  RouteTable,
  SecurityGroup,
  Snapshot,
  Subnet,
  TargetGroup,
  Volume,
  Vpc,
} from "../../api/wire";
import { targetGroups } from "../lookups";

export interface Balancing {
  balancer: LoadBalancer;
  /** The ids of the machines that it sends to. */
  targets: string[];
  listeners: Listener[];
}

export interface Inventory {
  networks: Vpc[];
  subnets: Subnet[];
  machines: Instance[];
  /** More machines than are shown. */
  more: boolean;
  /** All disks, attached ones too. */
  disks: Volume[];
  groups: SecurityGroup[];
  addresses: Address[];
  balancing: Balancing[];
  targetGroups: TargetGroup[];
  interfaces: Interface[];
  routes: RouteTable[];
  gateways: Gateway[];
  images: Image[];
  snapshots: Snapshot[];
}

/** More boxes than this nobody reads. */
export const MOST_MACHINES = 500;
const PAGE = 250;

async function atMost<T>(fetch: Fetch<T>, most: number): Promise<{ rows: T[]; more: boolean }> {
  const rows: T[] = [];
  let token: string | undefined;
  do {
    const batch = await fetch(token, PAGE);
    rows.push(...batch.rows);
    token = batch.next;
  } while (token && rows.length < most);
  return { rows: rows.slice(0, most), more: token !== undefined || rows.length > most };
}

async function balancing(cloud: Cloud): Promise<{ fronts: Balancing[]; back: TargetGroup[] }> {
  const [front, back] = await Promise.all([all(balancers(cloud), 400), targetGroups(cloud)]);
  const [targets, listeners] = await Promise.all([
    Promise.all(
      back.map(async (group) => {
        const health = await cloud.call("elbv2/DescribeTargetHealth", { TargetGroupArn: group.TargetGroupArn });
        return (health.TargetHealthDescriptions ?? []).map((one) => one.Target.Id);
      }),
    ),
    Promise.all(front.map((one) => cloud.call("elbv2/DescribeListeners", { LoadBalancerArn: one.LoadBalancerArn }))),
  ]);
  const fronts = front.map((balancer, at) => ({
    balancer,
    targets: back.flatMap((group, place) => (group.LoadBalancerArns?.includes(balancer.LoadBalancerArn) ? (targets[place] ?? []) : [])),
    listeners: listeners[at]?.Listeners ?? [],
  }));
  return { fronts, back };
}

/** What is folded into the boxes of the drawing, and listed in the table only. */
async function folded(cloud: Cloud) {
  const [interfaces, routes, gateways, addresses, pictures, copies] = await Promise.all([
    cloud.call("ec2/DescribeNetworkInterfaces"),
    cloud.call("ec2/DescribeRouteTables"),
    cloud.call("ec2/DescribeInternetGateways"),
    cloud.call("ec2/DescribeAddresses"),
    all(images(cloud), 500),
    all(snapshots(cloud), 500),
  ]);
  return {
    interfaces: interfaces.NetworkInterfaces ?? [],
    routes: routes.RouteTables ?? [],
    gateways: gateways.InternetGateways ?? [],
    addresses: addresses.Addresses ?? [],
    images: pictures,
    snapshots: copies,
  };
}

/** The region, or one network of it; what is not in a network is read for all. */
export async function readInventory(cloud: Cloud, network: string): Promise<Inventory> {
  const chosen = network || undefined;
  const inNetwork = filters({ "vpc-id": chosen });
  const present = filters({ "instance-state-name": PRESENT_STATES });
  const [networks, places, machines, disks, guards, balanced, rest] = await Promise.all([
    everyVpc(cloud),
    all(subnets(cloud, { Filters: inNetwork }), 500),
    atMost(instances(cloud, { Filters: [...present, ...inNetwork] }), MOST_MACHINES),
    atMost(volumes(cloud), 4 * MOST_MACHINES),
    all(groups(cloud, { Filters: inNetwork }), 500),
    balancing(cloud),
    folded(cloud),
  ]);
  return {
    ...rest,
    networks: networks.filter((one) => !chosen || one.VpcId === chosen),
    subnets: places,
    machines: machines.rows,
    more: machines.more,
    disks: disks.rows,
    groups: guards,
    balancing: balanced.fronts.filter((one) => !chosen || one.balancer.VpcId === chosen),
    targetGroups: balanced.back,
  };
}
