// Steps that make and change security groups.
import type { Cloud } from "../../api/client";
import { filters } from "../../api/listings";
import type { Permission } from "../../api/wire";
import type { Step } from "../run";
import { tolerate } from "./network";

export interface NewGroup {
  name: string;
  description: string;
  /** Known only once the network is made. */
  vpc(): string;
  keep(id: string | undefined): void;
}

export function groupStep(cloud: Cloud, wanted: NewGroup): Step {
  return {
    says: `Create security group ${wanted.name}`,
    do: async () => {
      const args = { GroupName: wanted.name, Description: wanted.description, VpcId: wanted.vpc() };
      wanted.keep((await cloud.call("ec2/CreateSecurityGroup", args)).GroupId);
    },
    did: async () => {
      const args = { Filters: filters({ "group-name": wanted.name, "vpc-id": wanted.vpc() }) };
      const made = (await cloud.call("ec2/DescribeSecurityGroups", args)).SecurityGroups?.[0];
      wanted.keep(made?.GroupId);
      return made !== undefined;
    },
  };
}

export function admitStep(cloud: Cloud, says: string, group: () => string, rules: () => Permission[]): Step {
  return {
    says,
    do: () =>
      tolerate("InvalidPermission.Duplicate", () =>
        cloud.call("ec2/AuthorizeSecurityGroupIngress", { GroupId: group(), IpPermissions: rules() }),
      ),
  };
}

/** An inbound rule for one port or a span of ports. */
export function portRule(first: number, last: number, sources: string[], protocol = "tcp"): Permission {
  return { IpProtocol: protocol, FromPort: first, ToPort: last, IpRanges: sources.map((CidrIp) => ({ CidrIp })) };
}

/** `22`, `80, 443` or `8000-8010` as pairs of ports. Throws Error where it is neither. */
export function parsePorts(text: string): [number, number][] {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((part) => {
      const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
      const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
      if (!match || first < 1 || last > 65535 || first > last) throw new Error(`${part} is not a port or a range of ports.`);
      return [first, last];
    });
}

/** The rule as it has to be said to take it away: without empty lists. */
export function plainRule(rule: Permission): Partial<Permission> {
  return Object.fromEntries(
    Object.entries(rule).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)),
  );
}
