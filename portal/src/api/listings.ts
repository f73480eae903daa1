// How each thing is listed: the operation, its paging arguments and its filters. Data and small functions.
import type { Cloud } from "./client";
import type { Batch, Fetch } from "./pager";
import { all } from "./pager";
import type { Alarm, HealthEvent, Image, Instance, LoadBalancer, SecurityGroup, Snapshot, Subnet, Vpc, Volume } from "./wire";

export interface Filter {
  Name: string;
  Values: string[];
}

/** `{ "vpc-id": "vpc-1" }` as the API's filters; what is empty is left out. */
export function filters(values: Record<string, string | string[] | undefined>): Filter[] {
  return Object.entries(values)
    .filter((entry): entry is [string, string | string[]] => Boolean(entry[1]?.length))
    .map(([Name, value]) => ({ Name, Values: Array.isArray(value) ? value : [value] }));
}

/** What a search box means: an id where it looks like one, else part of a name. */
export function search(text: string, prefix: string, idFilter: string): Filter[] {
  const wanted = text.trim();
  if (!wanted) return [];
  return wanted.startsWith(`${prefix}-`)
    ? filters({ [idFilter]: `${wanted}*` })
    : filters({ "tag:Name": `*${wanted}*` });
}

type Ec2Listing =
  | "ec2/DescribeInstances"
  | "ec2/DescribeVolumes"
  | "ec2/DescribeSnapshots"
  | "ec2/DescribeImages"
  | "ec2/DescribeVpcs"
  | "ec2/DescribeSubnets"
  | "ec2/DescribeSecurityGroups";

type More = { Filters?: Filter[] } & Record<string, unknown>;

async function ec2<T>(
  cloud: Cloud,
  operation: Ec2Listing,
  rowsOf: (answer: Record<string, unknown>) => T[],
  more: More,
  token: string | undefined,
  size: number,
): Promise<Batch<T>> {
  const args: Record<string, unknown> = { MaxResults: size, ...more };
  if (!more.Filters?.length) delete args["Filters"];
  if (token) args["NextToken"] = token;
  const answer = (await cloud.call(operation, args)) as Record<string, unknown>;
  return { rows: rowsOf(answer), next: answer["NextToken"] as string | undefined };
}

function listing<T>(operation: Ec2Listing, key: string) {
  const rowsOf = (answer: Record<string, unknown>) => (answer[key] as T[] | undefined) ?? [];
  return (cloud: Cloud, more: More = {}): Fetch<T> =>
    (token, size) =>
      ec2(cloud, operation, rowsOf, more, token, size);
}

export const instances =
  (cloud: Cloud, more: More = {}): Fetch<Instance> =>
  (token, size) =>
    ec2(
      cloud,
      "ec2/DescribeInstances",
      (answer) =>
        ((answer["Reservations"] as { Instances?: Instance[] }[] | undefined) ?? []).flatMap((r) => r.Instances ?? []),
      more,
      token,
      size,
    );
export const volumes = listing<Volume>("ec2/DescribeVolumes", "Volumes");
export const vpcs = listing<Vpc>("ec2/DescribeVpcs", "Vpcs");
export const subnets = listing<Subnet>("ec2/DescribeSubnets", "Subnets");
export const groups = listing<SecurityGroup>("ec2/DescribeSecurityGroups", "SecurityGroups");

const ownSnapshots = listing<Snapshot>("ec2/DescribeSnapshots", "Snapshots");
export const snapshots = (cloud: Cloud, more: More = {}) => ownSnapshots(cloud, { OwnerIds: ["self"], ...more });
const ownImages = listing<Image>("ec2/DescribeImages", "Images");
export const images = (cloud: Cloud, more: More = {}) => ownImages(cloud, { Owners: ["self"], ...more });

export const balancers =
  (cloud: Cloud, more: Record<string, unknown> = {}): Fetch<LoadBalancer> =>
  async (token, size) => {
    const named = more["Names"] !== undefined;
    const args = named ? more : { ...more, PageSize: size, ...(token ? { Marker: token } : {}) };
    const answer = await cloud.call("elbv2/DescribeLoadBalancers", args);
    return { rows: answer.LoadBalancers ?? [], next: answer.NextMarker };
  };

export const alarms =
  (cloud: Cloud, more: Record<string, unknown> = {}): Fetch<Alarm> =>
  async (token, size) => {
    const args = { ...more, MaxRecords: Math.min(size, 100), ...(token ? { NextToken: token } : {}) };
    const answer = await cloud.call("cloudwatch/DescribeAlarms", args);
    return { rows: answer.MetricAlarms ?? [], next: answer.NextToken };
  };

/** AWS Health answers for all regions at one address, in us-east-1. */
export const HEALTH_REGION = "us-east-1";

export const healthEvents =
  (cloud: Cloud, filter: Record<string, unknown> = {}): Fetch<HealthEvent> =>
  async (token, size) => {
    const args = { filter, maxResults: Math.min(size, 100), ...(token ? { nextToken: token } : {}) };
    const answer = await cloud.call("health/DescribeEvents", args, HEALTH_REGION);
    return { rows: answer.events ?? [], next: answer.nextToken };
  };

/** The states of machines that are there, or are going; a terminated one is only a memory. */
export const PRESENT_STATES = ["pending", "running", "stopping", "stopped", "shutting-down"];

export async function instanceById(cloud: Cloud, id: string): Promise<Instance | undefined> {
  const found = await instances(cloud, { Filters: filters({ "instance-id": id }) })(undefined, 5);
  return found.rows[0];
}

export const everyVpc = (cloud: Cloud) => all(vpcs(cloud), 100);
export const everySubnet = (cloud: Cloud, vpc: string) => all(subnets(cloud, { Filters: filters({ "vpc-id": vpc }) }), 100);
