// Steps that make a network: the same calls as every other modality makes for one.
import { CloudError, type Cloud } from "../../api/client";
import { everySubnet, everyVpc, filters } from "../../api/listings";
import type { Gateway } from "../../api/wire";
import { given, plain } from "../plain";
import { quarter } from "../ranges";
import type { Step } from "../run";
import { nameOf, tagged } from "../tags";

/** Where things go: filled in by the steps that make it, or before. */
export interface Place {
  vpc?: string;
  subnet?: string;
  secondSubnet?: string;
}

export interface NewNetwork {
  name: string;
  range: string;
  /** Zones of the subnets; without any the cloud chooses. */
  zones: (string | undefined)[];
}

export function networkSteps(cloud: Cloud, wanted: NewNetwork, place: Place): Step[] {
  let before = new Set<string>();
  const vpc: Step = {
    says: `Create network ${wanted.name} (${wanted.range})`,
    do: async () => {
      before = new Set((await everyVpc(cloud)).map((one) => one.VpcId));
      const args = plain({ CidrBlock: wanted.range, TagSpecifications: tagged("vpc", wanted.name) });
      place.vpc = (await cloud.call("ec2/CreateVpc", args)).Vpc.VpcId;
    },
    did: async () => {
      const made = (await everyVpc(cloud)).find((one) => !before.has(one.VpcId) && nameOf(one) === wanted.name);
      place.vpc = made?.VpcId;
      return made !== undefined;
    },
  };
  const names = ["subnet", "second subnet"];
  return [vpc, ...wanted.zones.map((zone, at) => subnetStep(cloud, wanted, zone, at, names[at] ?? "subnet", place))];
}

function subnetStep(
  cloud: Cloud,
  wanted: NewNetwork,
  zone: string | undefined,
  part: number,
  what: string,
  place: Place,
): Step {
  const range = quarter(wanted.range, part);
  const keep = (id: string | undefined) => {
    if (part === 0) place.subnet = id;
    else place.secondSubnet = id;
  };
  return {
    says: `Create ${what} ${range}${zone ? ` in ${zone}` : ""}`,
    do: async () => {
      const args = plain({ VpcId: given(place.vpc), CidrBlock: range, AvailabilityZone: zone });
      keep((await cloud.call("ec2/CreateSubnet", args)).Subnet.SubnetId);
    },
    did: async () => {
      const made = (await everySubnet(cloud, given(place.vpc))).find((one) => one.CidrBlock === range);
      keep(made?.SubnetId);
      return made !== undefined;
    },
  };
}

/** A way to the internet: gateway, and a route to it in the network's main table. */
export function gatewaySteps(cloud: Cloud, place: Place): Step[] {
  let gateway: string | undefined;
  let before = new Set<string>();
  const list = async () => (await cloud.call("ec2/DescribeInternetGateways")).InternetGateways ?? [];
  const isNew = (one: Gateway) => !before.has(one.InternetGatewayId) && !one.Attachments?.length;
  return [
    {
      says: "Create internet gateway",
      do: async () => {
        before = new Set((await list()).map((one) => one.InternetGatewayId));
        gateway = (await cloud.call("ec2/CreateInternetGateway")).InternetGateway.InternetGatewayId;
      },
      did: async () => {
        gateway = (await list()).find(isNew)?.InternetGatewayId;
        return gateway !== undefined;
      },
    },
    {
      says: "Attach internet gateway",
      do: async () => {
        const args = { VpcId: given(place.vpc), InternetGatewayId: given(gateway) };
        await tolerate("Resource.AlreadyAssociated", () => cloud.call("ec2/AttachInternetGateway", args));
      },
    },
    {
      says: "Route to the internet",
      do: async () => {
        const args = { Filters: filters({ "vpc-id": given(place.vpc) }) };
        const table = (await cloud.call("ec2/DescribeRouteTables", args)).RouteTables?.[0]?.RouteTableId;
        await tolerate("RouteAlreadyExists", () =>
          cloud.call("ec2/CreateRoute", {
            RouteTableId: given(table),
            DestinationCidrBlock: "0.0.0.0/0",
            GatewayId: given(gateway),
          }),
        );
      },
    },
  ];
}

/** Carry out a call for which one error says that it is done already. */
export async function tolerate(code: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof CloudError && error.code === code)) throw error;
  }
}
