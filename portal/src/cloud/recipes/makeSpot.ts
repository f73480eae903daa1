// A standard machine replaced by a spot machine made from its image. The calls and their arguments are those of
// the recipe `standard to spot`.
import type { Cloud } from "../../api/client";
import { filters } from "../../api/listings";
import type { Instance, Mapping, Tag } from "../../api/wire";
import { given, plain } from "../plain";
import type { Step } from "../run";
import { labelOf } from "../tags";
import { imageReady, running, stopped, terminated, volumeFree } from "../waits";
import type { Registration } from "./machines";
import { attachStep, registrationsOf } from "./machines";

/** What has to stay the same. */
export interface Kept {
  machine: Instance;
  imageName: string;
  /** The most that an hour may cost; undefined: the price of a standard machine. */
  maxPrice?: string;
  disks: { id: string; device: string }[];
  registrations: Registration[];
  addresses: string[];
  userData?: string;
}

/** The device that the machine starts from; some sandboxes name another than the one that is there. */
export function rootDevice(machine: Instance): string {
  const devices = (machine.BlockDeviceMappings ?? []).map((mapping) => mapping.DeviceName);
  const named = machine.RootDeviceName ?? "";
  if (devices.includes(named) || !devices.length) return named;
  return devices.find((device) => device === "/dev/sda1" || device === "/dev/xvda") ?? named;
}

/** The disks of a machine that it does not start from. */
export function dataDisks(machine: Instance): Mapping[] {
  const root = rootDevice(machine);
  return (machine.BlockDeviceMappings ?? []).filter((mapping) => mapping.Ebs && mapping.DeviceName !== root);
}

/** Look up what has to stay the same. Throws Error where the machine can't become a spot machine. */
export async function prepareSpot(cloud: Cloud, machine: Instance, imageName: string, maxPrice?: string): Promise<Kept> {
  const label = labelOf(machine);
  if (machine.InstanceLifecycle === "spot") throw new Error(`${label} is a spot machine already.`);
  if ((machine.RootDeviceType ?? "ebs") !== "ebs") {
    throw new Error(`${label} starts from instance storage, of which no image can be made this way.`);
  }
  const id = machine.InstanceId;
  const [attribute, addresses, registrations] = await Promise.all([
    cloud.call("ec2/DescribeInstanceAttribute", { InstanceId: id, Attribute: "userData" }),
    cloud.call("ec2/DescribeAddresses", { Filters: filters({ "instance-id": id }) }),
    registrationsOf(cloud, [id]),
  ]);
  return {
    machine,
    imageName,
    maxPrice,
    disks: dataDisks(machine).map((mapping) => ({ id: mapping.Ebs?.VolumeId ?? "", device: mapping.DeviceName })),
    registrations,
    addresses: (addresses.Addresses ?? []).flatMap((one) => one.AllocationId ?? []),
    userData: attribute.UserData?.Value || undefined,
  };
}

const isOurs = (tag: Tag) => !tag.Key.startsWith("aws:") && !tag.Key.startsWith("skywright:");

/** The steps, in order; `made` tells the new machine's id. */
export function spotSteps(cloud: Cloud, kept: Kept, token: string, made: { image?: string; id?: string }): Step[] {
  const { machine, disks } = kept;
  const old = machine.InstanceId;
  const label = labelOf(machine);
  const isUp = machine.State.Name === "running" || machine.State.Name === "pending";
  const spot = () => given(made.id);
  return [
    ...(isUp ? [stopStep(cloud, old, label)] : []),
    imageStep(cloud, kept, made),
    { says: "Wait for the image", do: () => imageReady(cloud, given(made.image)) },
    ...disks.map(({ id }) => detachStep(cloud, id, old)),
    ...(disks.length ? [{ says: "Wait until the disks are free", do: () => volumeFree(cloud, disks.map((one) => one.id)) }] : []),
    ...kept.registrations.map((one) => leaveStep(cloud, one)),
    {
      says: `Delete ${label} (${old})`,
      do: async () => {
        await cloud.call("ec2/TerminateInstances", { InstanceIds: [old] });
        await terminated(cloud, [old]);
      },
    },
    replacementStep(cloud, kept, token, made),
    { says: "Wait until the spot machine runs", do: () => running(cloud, [spot()]) },
    ...disks.map(({ id, device }) => attachStep(cloud, () => id, spot, device)),
    ...kept.registrations.map((one) => ({
      says: "Register the spot machine as a target",
      do: async () => {
        const Targets = [{ Id: spot(), Port: one.port }];
        await cloud.call("elbv2/RegisterTargets", { TargetGroupArn: one.group, Targets });
      },
    })),
    ...kept.addresses.map((address) => ({
      says: "Give it the static address",
      do: async () => {
        await cloud.call("ec2/AssociateAddress", { AllocationId: address, InstanceId: spot() });
      },
    })),
  ];
}

function stopStep(cloud: Cloud, id: string, label: string): Step {
  return {
    says: `Stop ${label}`,
    do: async () => {
      await cloud.call("ec2/StopInstances", { InstanceIds: [id] });
      await stopped(cloud, [id]);
    },
  };
}

function imageStep(cloud: Cloud, kept: Kept, made: { image?: string }): Step {
  return {
    says: `Create image ${kept.imageName}`,
    do: async () => {
      // Data disks are moved, not copied.
      const without = kept.disks.map(({ device }) => ({ DeviceName: device, NoDevice: "" }));
      const args = plain({
        InstanceId: kept.machine.InstanceId,
        Name: kept.imageName,
        NoReboot: true,
        BlockDeviceMappings: without.length ? without : undefined,
      });
      made.image = (await cloud.call("ec2/CreateImage", args)).ImageId;
    },
    did: async () => {
      const args = { Owners: ["self"], Filters: filters({ name: kept.imageName }) };
      made.image = (await cloud.call("ec2/DescribeImages", args)).Images?.[0]?.ImageId;
      return made.image !== undefined;
    },
  };
}

function detachStep(cloud: Cloud, id: string, machine: string): Step {
  return {
    says: `Detach ${id}`,
    do: async () => {
      await cloud.call("ec2/DetachVolume", { VolumeId: id, InstanceId: machine });
    },
    did: async () => {
      const state = (await cloud.call("ec2/DescribeVolumes", { VolumeIds: [id] })).Volumes?.[0];
      return !state?.Attachments?.some((one) => one.State !== "detaching" && one.State !== "detached");
    },
  };
}

export function leaveStep(cloud: Cloud, one: Registration): Step {
  return {
    says: `Take it out of target group ${one.name}`,
    do: async () => {
      await cloud.call("elbv2/DeregisterTargets", { TargetGroupArn: one.group, Targets: one.targets });
    },
  };
}

function replacementStep(cloud: Cloud, kept: Kept, token: string, made: { image?: string; id?: string }): Step {
  const { machine } = kept;
  const groups = (machine.SecurityGroups ?? []).map((group) => group.GroupId);
  const tags = (machine.Tags ?? []).filter(isOurs);
  const monitored = ["enabled", "pending"].includes(machine.Monitoring?.State ?? "");
  return {
    says: "Create the spot machine",
    do: async () => {
      const args = plain({
        ImageId: given(made.image),
        InstanceType: machine.InstanceType,
        MinCount: 1,
        MaxCount: 1,
        SubnetId: machine.SubnetId,
        SecurityGroupIds: groups.length ? groups : undefined,
        KeyName: machine.KeyName || undefined,
        IamInstanceProfile: machine.IamInstanceProfile?.Arn ? { Arn: machine.IamInstanceProfile.Arn } : undefined,
        Monitoring: monitored ? { Enabled: true } : undefined,
        UserData: kept.userData,
        InstanceMarketOptions: { MarketType: "spot", ...(kept.maxPrice ? { SpotOptions: { MaxPrice: kept.maxPrice } } : {}) },
        TagSpecifications: tags.length ? [{ ResourceType: "instance", Tags: tags }] : undefined,
        ClientToken: `${token}-spot`,
      });
      made.id = given((await cloud.call("ec2/RunInstances", args)).Instances?.[0]?.InstanceId);
    },
  };
}
