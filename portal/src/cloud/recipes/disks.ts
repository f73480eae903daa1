// Steps that make and change disks and snapshots.
import type { Cloud } from "../../api/client";
import { filters } from "../../api/listings";
import type { Instance } from "../../api/wire";
import { freeDevice } from "../names";
import { given, plain } from "../plain";
import type { Step } from "../run";
import { labelOf, tagged } from "../tags";
import { snapshotsDone, until, volumeFree } from "../waits";
import { attachStep } from "./machines";

export interface NewDisk {
  name: string;
  sizeGb: number;
  type: string;
  zone: string;
  iops?: number;
  encrypted?: boolean;
}

export const DISK_TYPES = ["gp3", "gp2", "io1", "io2", "st1", "sc1", "standard"];
const LEAST: Record<string, number> = { st1: 125, sc1: 125, io1: 4, io2: 4 };
const MOST: Record<string, number> = { gp3: 65536, io2: 65536, standard: 1024 };

/** Why a disk can't have that size; undefined if it can. Sizes from the EC2 user guide's table of volume types. */
export function sizeProblem(sizeGb: number, type: string): string | undefined {
  const [least, most] = [LEAST[type] ?? 1, MOST[type] ?? 16384];
  if (Number.isInteger(sizeGb) && sizeGb >= least && sizeGb <= most) return undefined;
  return `A ${type} disk has between ${least} and ${most} GB.`;
}

const iopsOf = (disk: NewDisk) => disk.iops ?? (disk.type === "io1" || disk.type === "io2" ? 3000 : undefined);

export function createDiskSteps(cloud: Cloud, disk: NewDisk, token: string, made: { id?: string }): Step[] {
  return [
    {
      says: `Create disk ${disk.name} (${disk.sizeGb} GB ${disk.type})`,
      do: async () => {
        const args = plain({
          AvailabilityZone: disk.zone,
          Size: disk.sizeGb,
          VolumeType: disk.type,
          Iops: iopsOf(disk),
          Encrypted: disk.encrypted || undefined,
          TagSpecifications: tagged("volume", disk.name),
          ClientToken: `${token}-disk`,
        });
        made.id = (await cloud.call("ec2/CreateVolume", args)).VolumeId;
      },
    },
    { says: "Wait until it is available", do: () => volumeFree(cloud, [given(made.id)]) },
  ];
}

export function deviceFor(machine: Instance): string {
  const device = freeDevice((machine.BlockDeviceMappings ?? []).map((mapping) => mapping.DeviceName));
  if (!device) throw new Error(`${labelOf(machine)} has no device name left.`);
  return device;
}

/** A new disk in the machine's own zone, attached to it. */
export function attachNewSteps(cloud: Cloud, machine: Instance, disk: Omit<NewDisk, "zone">, token: string): Step[] {
  const made: { id?: string } = {};
  const zone = machine.Placement?.AvailabilityZone ?? "";
  return [
    ...createDiskSteps(cloud, { ...disk, zone }, token, made),
    attachStep(cloud, () => given(made.id), () => machine.InstanceId, deviceFor(machine)),
  ];
}

export function attachExistingSteps(cloud: Cloud, machine: Instance, disk: string): Step[] {
  return [attachStep(cloud, () => disk, () => machine.InstanceId, deviceFor(machine))];
}

export function detachSteps(cloud: Cloud, disk: string, machine: string): Step[] {
  return [
    { says: `Detach ${disk}`, do: async () => void (await cloud.call("ec2/DetachVolume", { VolumeId: disk, InstanceId: machine })) },
    { says: "Wait until it is free", do: () => volumeFree(cloud, [disk]) },
  ];
}

export function enlargeSteps(cloud: Cloud, disk: string, sizeGb: number, type: string | undefined): Step[] {
  return [
    {
      says: `Change ${disk} to ${sizeGb} GB`,
      do: async () => {
        await cloud.call("ec2/ModifyVolume", plain({ VolumeId: disk, Size: sizeGb, VolumeType: type }));
      },
    },
    {
      says: "Wait until it has the size",
      do: () =>
        until("the disk to have the size", async () => {
          const volume = (await cloud.call("ec2/DescribeVolumes", { VolumeIds: [disk] })).Volumes?.[0];
          return volume?.Size === sizeGb;
        }),
    },
  ];
}

export function snapshotSteps(cloud: Cloud, disk: string, name: string, description: string): Step[] {
  let id: string | undefined;
  const before = new Set<string>();
  const list = async () =>
    (await cloud.call("ec2/DescribeSnapshots", { OwnerIds: ["self"], Filters: filters({ "volume-id": disk }) })).Snapshots ?? [];
  return [
    {
      says: `Take a snapshot of ${disk}`,
      do: async () => {
        for (const one of await list()) before.add(one.SnapshotId);
        const args = plain({ VolumeId: disk, Description: description, TagSpecifications: tagged("snapshot", name) });
        id = (await cloud.call("ec2/CreateSnapshot", args)).SnapshotId;
      },
      did: async () => {
        id = (await list()).find((one) => !before.has(one.SnapshotId))?.SnapshotId;
        return id !== undefined;
      },
    },
    { says: "Wait until it is complete", do: () => snapshotsDone(cloud, [given(id)]) },
  ];
}
