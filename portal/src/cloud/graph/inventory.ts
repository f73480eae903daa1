// What is in a region, as far as the graph shows it. Reads only.
import type { Cloud } from "../../api/client";
import { balancers, everyVpc, filters, groups, instances, PRESENT_STATES, subnets, volumes } from "../../api/listings";
import { all, type Fetch } from "../../api/pager";
import type { Address, Instance, LoadBalancer, SecurityGroup, Subnet, Volume, Vpc } from "../../api/wire";
import { targetGroups } from "../lookups";

export interface Balancing {
  balancer: LoadBalancer;
  /** The ids of the machines that it sends to. */
  targets: string[];
}

export interface Inventory {
  networks: Vpc[];
  subnets: Subnet[];
  machines: Instance[];
  /** More machines than are shown. */
  more: boolean;
  volumes: Volume[];
  groups: SecurityGroup[];
  addresses: Address[];
  balancing: Balancing[];
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

async function balancing(cloud: Cloud): Promise<Balancing[]> {
  const [front, back] = await Promise.all([all(balancers(cloud), 400), targetGroups(cloud)]);
  const targets = await Promise.all(
    back.map(async (group) => {
      const health = await cloud.call("elbv2/DescribeTargetHealth", { TargetGroupArn: group.TargetGroupArn });
      return (health.TargetHealthDescriptions ?? []).map((one) => one.Target.Id);
    }),
  );
  return front.map((balancer) => ({
    balancer,
    targets: back.flatMap((group, at) => (group.LoadBalancerArns?.includes(balancer.LoadBalancerArn) ? (targets[at] ?? []) : [])),
  }));
}

/** The region, or one network of it. */
export async function readInventory(cloud: Cloud, network: string): Promise<Inventory> {
  const within = network || undefined;
  const inNetwork = filters({ "vpc-id": within });
  const present = filters({ "instance-state-name": PRESENT_STATES });
  const [networks, places, machines, disks, guards, addresses, fronts] = await Promise.all([
    everyVpc(cloud),
    all(subnets(cloud, { Filters: inNetwork }), 500),
    atMost(instances(cloud, { Filters: [...present, ...inNetwork] }), MOST_MACHINES),
    within ? { rows: [] } : atMost(volumes(cloud, { Filters: filters({ status: "available" }) }), MOST_MACHINES),
    all(groups(cloud, { Filters: inNetwork }), 500),
    cloud.call("ec2/DescribeAddresses"),
    balancing(cloud),
  ]);
  return {
    networks: networks.filter((one) => !within || one.VpcId === within),
    subnets: places,
    machines: machines.rows,
    more: machines.more,
    volumes: disks.rows,
    groups: guards,
    addresses: addresses.Addresses ?? [],
    balancing: fronts.filter((one) => !within || one.balancer.VpcId === within),
  };
}
