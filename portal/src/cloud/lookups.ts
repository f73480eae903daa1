// What has to be known before something is made: images, free names, zones, subnets. Reads only.
import type { Cloud } from "../api/client";
import { balancers, everySubnet, everyVpc, filters, groups, instances, PRESENT_STATES } from "../api/listings";
import { all } from "../api/pager";
import type { Image, Subnet, TargetGroup, Vpc } from "../api/wire";
import { numbering } from "./names";
import { nameOf } from "./tags";

/** Publishers' images: owner and name patterns, the first pattern with an image wins. */
export const SYSTEMS = [
  {
    id: "amazon-linux",
    label: "Amazon Linux",
    owner: "amazon",
    patterns: ["al2023-ami-2023.*", "amzn2-ami-hvm-*", "amzn2-ami-*"],
  },
  { id: "ubuntu", label: "Ubuntu", owner: "099720109477", patterns: ["ubuntu/images/hvm-ssd*/ubuntu-*-amd64-server-*"] },
  { id: "debian", label: "Debian", owner: "136693071363", patterns: ["debian-*-amd64-*"] },
  { id: "windows", label: "Windows Server", owner: "amazon", patterns: ["Windows_Server-*-English-Full-Base-*"] },
  { id: "rhel", label: "Red Hat Enterprise Linux", owner: "309956199498", patterns: ["RHEL-*_HVM-*"] },
  { id: "suse", label: "SUSE Linux", owner: "amazon", patterns: ["suse-sles-*-hvm-ssd-*"] },
] as const;

const version = (name: string) => (name.match(/\d+/g) ?? []).map(Number);

function compareVersions(a: string, b: string): number {
  const [left, right] = [version(a), version(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1);
    if (difference) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By the day of making, then by the version in the name. */
export function newest(images: Image[]): Image | undefined {
  return [...images].sort((a, b) => {
    const [left, right] = [(a.CreationDate ?? "").slice(0, 10), (b.CreationDate ?? "").slice(0, 10)];
    return left < right ? 1 : left > right ? -1 : compareVersions(b.Name ?? "", a.Name ?? "");
  })[0];
}

/** The image that a system's name or an image's id stands for. Throws Error where there is none. */
export async function findImage(cloud: Cloud, wanted: string, type: string): Promise<Image> {
  const system = SYSTEMS.find((one) => one.id === wanted);
  if (!system) {
    const found = (await cloud.call("ec2/DescribeImages", { ImageIds: [wanted] })).Images?.[0];
    if (!found) throw new Error(`There is no image ${wanted} in ${cloud.region}.`);
    return found;
  }
  const architecture = system.id === "amazon-linux" ? await architectureOf(cloud, type) : "x86_64";
  for (const pattern of system.patterns) {
    const args = {
      Owners: [system.owner],
      Filters: filters({ name: pattern, architecture, state: "available" }),
    };
    const found = newest((await cloud.call("ec2/DescribeImages", args)).Images ?? []);
    if (found) return found;
  }
  throw new Error(`The cloud lists no ${system.label} image in ${cloud.region}.`);
}

/** The ids of the newest images by the system's; without those that the cloud does not list. */
export async function newestImages(cloud: Cloud, type: string): Promise<Map<string, string>> {
  const ids = await Promise.all(
    SYSTEMS.map(({ id }) => findImage(cloud, id, type).then((found): [string, string] => [id, found.ImageId], () => undefined)),
  );
  return new Map(ids.filter((entry) => entry !== undefined));
}

async function architectureOf(cloud: Cloud, type: string): Promise<string> {
  const known = (await cloud.call("ec2/DescribeInstanceTypes", { InstanceTypes: [type] })).InstanceTypes ?? [];
  const offered = known[0]?.ProcessorInfo?.SupportedArchitectures ?? ["x86_64"];
  return offered.includes("x86_64") ? "x86_64" : (offered[0] ?? "x86_64");
}

/** The names in use that numbered names of this prefix could meet. */
export async function usedNames(cloud: Cloud, prefix: string): Promise<Set<string>> {
  const { stem, joint } = numbering(prefix);
  const wanted = filters({ "tag:Name": `${stem}${joint}*`, "instance-state-name": PRESENT_STATES.slice(0, 4) });
  return new Set((await all(instances(cloud, { Filters: wanted }), 1000)).map(nameOf));
}

export async function usedGroupNames(cloud: Cloud): Promise<Set<string>> {
  return new Set((await all(groups(cloud), 1000)).map((group) => group.GroupName));
}

export async function targetGroups(cloud: Cloud, args: Record<string, unknown> = {}): Promise<TargetGroup[]> {
  return all(async (token, size) => {
    const page = args["LoadBalancerArn"] ? {} : { PageSize: size };
    const answer = await cloud.call("elbv2/DescribeTargetGroups", { ...args, ...page, ...(token ? { Marker: token } : {}) });
    return { rows: answer.TargetGroups ?? [], next: answer.NextMarker };
  }, 400);
}

/** Names that load balancers and target groups have: they share one set here, so that pairs stay apart. */
export async function usedBalancerNames(cloud: Cloud): Promise<Set<string>> {
  const [front, back] = await Promise.all([all(balancers(cloud), 400), targetGroups(cloud)]);
  return new Set([...front.map((one) => one.LoadBalancerName), ...back.map((one) => one.TargetGroupName)]);
}

/** The region's default network, or its only one. */
export function defaultNetwork(networks: Vpc[]): Vpc | undefined {
  return networks.find((network) => network.IsDefault) ?? (networks.length === 1 ? networks[0] : undefined);
}

export const networksOf = everyVpc;

/** A network's subnets, the default ones first, then by zone. */
export async function subnetsOf(cloud: Cloud, network: string): Promise<Subnet[]> {
  const key = (subnet: Subnet) => `${subnet.DefaultForAz ? 0 : 1} ${subnet.AvailabilityZone} ${subnet.SubnetId}`;
  return (await everySubnet(cloud, network)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Subnets in two zones for a load balancer, those of the machines first. Throws Error if there is one zone only. */
export function twoSubnets(subnets: Subnet[], machines: string[]): string[] {
  const chosen = new Map<string, string>();
  const mine = (subnet: Subnet) => machines.includes(subnet.SubnetId);
  for (const subnet of [...subnets.filter(mine), ...subnets.filter((one) => !mine(one))]) {
    if (!chosen.has(subnet.AvailabilityZone)) chosen.set(subnet.AvailabilityZone, subnet.SubnetId);
  }
  if (chosen.size < 2) {
    throw new Error("A load balancer needs subnets in two zones, and the network has them in one only.");
  }
  const needed = new Set(subnets.filter(mine).map((subnet) => subnet.AvailabilityZone)).size;
  return [...chosen.values()].slice(0, Math.max(2, needed));
}

export async function zonesOf(cloud: Cloud): Promise<string[]> {
  const rows = (await cloud.call("ec2/DescribeAvailabilityZones")).AvailabilityZones ?? [];
  return rows.filter((row) => (row.State ?? "available") === "available").map((row) => row.ZoneName).sort();
}
