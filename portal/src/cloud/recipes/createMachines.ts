// Machines that are to be made: what has to be known, and the steps. The calls and their arguments are those
// of the recipes `create machines` and `machines behind a load balancer`.
import type { Cloud } from "../../api/client";
import { filters, instances } from "../../api/listings";
import type { Permission, Tag } from "../../api/wire";
import { findImage, subnetsOf, twoSubnets, usedBalancerNames, usedGroupNames, usedNames, zonesOf } from "../lookups";
import { balancerName, groupName, listed, machineNames } from "../names";
import { given, plain } from "../plain";
import type { Step } from "../run";
import { nameOf, tagged } from "../tags";
import { running } from "../waits";
import type { Balanced, NewBalancer } from "./balancers";
import { balancerGroupSteps, balancerSteps, registerStep } from "./balancers";
import { admitStep, groupStep } from "./groups";
import type { Place } from "./network";
import { gatewaySteps, networkSteps } from "./network";

export interface Disk {
  sizeGb: number;
  type: string;
}

export interface WantedBalancer {
  name: string;
  listenerPort: number;
  targetPort: number;
  internal: boolean;
}

export interface WantedMachines {
  name: string;
  count: number;
  type: string;
  /** A system's name or an image's id. */
  image: string;
  rootGb?: number;
  diskType: string;
  disks: Disk[];
  network: { new: true; name: string; range: string } | { new: false; id: string; range: string; subnet?: string };
  rules: Permission[];
  publicAddress: boolean;
  spot: boolean;
  monitored: boolean;
  tags: Tag[];
  balancer?: WantedBalancer;
}

/** Everything that the steps need, looked up. */
export interface Ready {
  wanted: WantedMachines;
  names: string[];
  image: string;
  mappings?: unknown[];
  place: Place;
  zones: string[];
  balancerSubnets: string[];
  group?: string;
  balancer?: NewBalancer;
}

export interface Outcome {
  machines: string[];
  balanced: Balanced;
}

/** Look up what the steps need. Changes nothing; throws where the wish can't be met. */
export async function prepare(cloud: Cloud, wanted: WantedMachines): Promise<Ready> {
  const prefix = wanted.balancer ? "web" : "vm";
  const said = listed(wanted.name);
  const used = said.length > 1 ? new Set<string>() : await usedNames(cloud, said[0] ?? prefix);
  const names = machineNames(wanted.name, wanted.count, used, prefix);
  const image = await findImage(cloud, wanted.image, wanted.type);
  const groupsUsed = await usedGroupNames(cloud);
  const ready: Ready = {
    wanted,
    names,
    image: image.ImageId,
    mappings: mappings(wanted, image.RootDeviceName ?? "/dev/xvda"),
    place: {},
    zones: wanted.network.new ? await zonesOf(cloud) : [],
    balancerSubnets: [],
    group: wanted.rules.length && !wanted.balancer ? groupName(names[0] ?? "", "ports", groupsUsed) : undefined,
  };
  if (!wanted.network.new) await choosePlace(cloud, ready, wanted.network.id, wanted.network.subnet);
  if (wanted.balancer) ready.balancer = await prepareBalancer(cloud, wanted.balancer, names, wanted.network.range, groupsUsed);
  return ready;
}

async function choosePlace(cloud: Cloud, ready: Ready, vpc: string, subnet: string | undefined): Promise<void> {
  const subnets = await subnetsOf(cloud, vpc);
  const chosen = subnet ?? subnets[0]?.SubnetId;
  if (!chosen) throw new Error(`The network ${vpc} has no subnet.`);
  ready.place = { vpc, subnet: chosen };
  if (ready.wanted.balancer) ready.balancerSubnets = twoSubnets(subnets, [chosen]);
}

/** A load balancer with free names; `names` are those of the machines behind it. */
export async function prepareBalancer(
  cloud: Cloud,
  wanted: WantedBalancer,
  names: string[],
  networkRange: string,
  groupsUsed: ReadonlySet<string>,
): Promise<NewBalancer> {
  const used = await usedBalancerNames(cloud);
  return {
    name: balancerName(wanted.name, "", "web-lb", used),
    targetsName: balancerName(wanted.name, "-targets", "web", used),
    listenerPort: wanted.listenerPort,
    targetPort: wanted.targetPort,
    scheme: wanted.internal ? "internal" : "internet-facing",
    sources: [wanted.internal ? networkRange : "0.0.0.0/0"],
    frontGroup: groupName(names[0] ?? "", "balancer", groupsUsed),
    backGroup: groupName(names[0] ?? "", "behind balancer", groupsUsed),
  };
}

function mappings(wanted: WantedMachines, rootDevice: string): unknown[] | undefined {
  const ebs = (size: number, type: string) =>
    plain({
      VolumeSize: size,
      VolumeType: type,
      DeleteOnTermination: true,
      Iops: type === "io1" || type === "io2" ? 3000 : undefined,
    });
  const rows = [
    ...(wanted.rootGb ? [{ DeviceName: rootDevice, Ebs: ebs(wanted.rootGb, wanted.diskType) }] : []),
    ...wanted.disks.map((disk, at) => ({
      DeviceName: `/dev/sd${"fghijklmnop"[at] ?? "p"}`,
      Ebs: ebs(disk.sizeGb, disk.type),
    })),
  ];
  return rows.length ? rows : undefined;
}

/** The steps, in order. `token` is one id for this wish: what is asked for twice with it is made once. */
export function machineSteps(cloud: Cloud, ready: Ready, token: string, outcome: Outcome): Step[] {
  const { wanted, place, balancer } = ready;
  const vpc = () => given(place.vpc);
  const made = outcome.balanced;
  let ports: string | undefined;
  const steps: Step[] = [];
  if (wanted.network.new) {
    const zones = balancer ? [ready.zones[0], ready.zones[1] ?? ready.zones[0]] : [ready.zones[0]];
    steps.push(...networkSteps(cloud, { name: wanted.network.name, range: wanted.network.range, zones }, place));
    if (balancer?.scheme === "internet-facing") steps.push(...gatewaySteps(cloud, place));
  }
  if (ready.group) {
    const group = { name: ready.group, description: "Ports opened by request", vpc };
    steps.push(groupStep(cloud, { ...group, keep: (id) => (ports = id) }));
    steps.push(admitStep(cloud, "Open the ports", () => given(ports), () => wanted.rules));
  }
  if (balancer) steps.push(...balancerGroupSteps(cloud, balancer, vpc, made));
  for (const [at, name] of ready.names.entries()) {
    steps.push(machineStep(cloud, ready, name, `${token}-vm-${at}`, () => made.back ?? ports, (id) => (outcome.machines[at] = id)));
  }
  if (balancer) {
    const subnets = () =>
      wanted.network.new ? [given(place.subnet), given(place.secondSubnet)] : ready.balancerSubnets;
    steps.push(...balancerSteps(cloud, balancer, vpc, subnets, made));
  }
  steps.push({ says: "Wait until the machines run", do: () => running(cloud, outcome.machines) });
  if (balancer) steps.push(registerStep(cloud, () => given(made.targets), () => outcome.machines));
  return steps;
}

function machineStep(
  cloud: Cloud,
  ready: Ready,
  name: string,
  token: string,
  group: () => string | undefined,
  keep: (id: string) => void,
): Step {
  const { wanted, place } = ready;
  return {
    says: `Create machine ${name}`,
    do: async () => {
      const own = group();
      const where = wanted.publicAddress
        ? { SubnetId: given(place.subnet), SecurityGroupIds: own ? [own] : undefined }
        : {
            NetworkInterfaces: [
              plain({
                DeviceIndex: 0,
                AssociatePublicIpAddress: false,
                SubnetId: given(place.subnet),
                Groups: own ? [own] : undefined,
              }),
            ],
          };
      const args = plain({
        ImageId: ready.image,
        InstanceType: wanted.type,
        MinCount: 1,
        MaxCount: 1,
        ...where,
        BlockDeviceMappings: ready.mappings,
        Monitoring: wanted.monitored ? { Enabled: true } : undefined,
        InstanceMarketOptions: wanted.spot ? { MarketType: "spot" } : undefined,
        TagSpecifications: tagged("instance", name, wanted.tags),
        ClientToken: token,
      });
      keep(given((await cloud.call("ec2/RunInstances", args)).Instances?.[0]?.InstanceId));
    },
    did: async () => {
      const found = await instances(cloud, { Filters: filters({ "client-token": token }) })(undefined, 5);
      const made = found.rows.find((machine) => nameOf(machine) === name);
      if (made) keep(made.InstanceId);
      return made !== undefined;
    },
  };
}
