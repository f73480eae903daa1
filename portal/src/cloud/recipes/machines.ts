// Steps that change machines that exist.
import type { Cloud } from "../../api/client";
import { CloudError } from "../../api/client";
import type { Instance, Tag } from "../../api/wire";
import { targetGroups } from "../lookups";
import { given } from "../plain";
import type { Step } from "../run";
import { labelOf } from "../tags";
import { imageReady, running, stopped, terminated } from "../waits";

/** Where a load balancer sends traffic to machines. */
export interface Registration {
  group: string;
  name: string;
  port: number;
  targets: { Id: string }[];
}

/** The target groups that send traffic to these machines. */
export async function registrationsOf(cloud: Cloud, ids: string[]): Promise<Registration[]> {
  const found: Registration[] = [];
  for (const group of await targetGroups(cloud)) {
    const health = await cloud.call("elbv2/DescribeTargetHealth", { TargetGroupArn: group.TargetGroupArn });
    const targets = (health.TargetHealthDescriptions ?? []).map((one) => one.Target.Id).filter((id) => ids.includes(id));
    if (targets.length) {
      const Targets = targets.map((Id) => ({ Id }));
      found.push({ group: group.TargetGroupArn, name: group.TargetGroupName, port: group.Port ?? 80, targets: Targets });
    }
  }
  return found;
}

const isUp = (machine: Instance) => machine.State.Name === "running" || machine.State.Name === "pending";
const idsOf = (machines: Instance[]) => machines.map((machine) => machine.InstanceId);
export const labels = (machines: Instance[]) => machines.map(labelOf).join(", ");

export function startSteps(cloud: Cloud, machines: Instance[]): Step[] {
  const InstanceIds = idsOf(machines);
  return [
    { says: `Start ${labels(machines)}`, do: async () => void (await cloud.call("ec2/StartInstances", { InstanceIds })) },
    { says: "Wait until running", do: () => running(cloud, InstanceIds) },
  ];
}

export function stopSteps(cloud: Cloud, machines: Instance[]): Step[] {
  const InstanceIds = idsOf(machines);
  return [
    { says: `Stop ${labels(machines)}`, do: async () => void (await cloud.call("ec2/StopInstances", { InstanceIds })) },
    { says: "Wait until stopped", do: () => stopped(cloud, InstanceIds) },
  ];
}

export function rebootSteps(cloud: Cloud, machines: Instance[]): Step[] {
  const InstanceIds = idsOf(machines);
  return [
    { says: `Reboot ${labels(machines)}`, do: async () => void (await cloud.call("ec2/RebootInstances", { InstanceIds })) },
    { says: "Wait until running", do: () => running(cloud, InstanceIds) },
  ];
}

/** Running machines are stopped for the change and started again. */
export function resizeSteps(cloud: Cloud, machines: Instance[], type: string): Step[] {
  const up = machines.filter(isUp);
  return [
    ...(up.length ? stopSteps(cloud, up) : []),
    ...machines.map((machine) => ({
      says: `Change ${labelOf(machine)} to ${type}`,
      do: async () => {
        const args = { InstanceId: machine.InstanceId, InstanceType: { Value: type } };
        await cloud.call("ec2/ModifyInstanceAttribute", args);
      },
    })),
    ...(up.length ? startSteps(cloud, up) : []),
  ];
}

export function monitoringSteps(cloud: Cloud, machines: Instance[], on: boolean): Step[] {
  const operation = on ? "ec2/MonitorInstances" : "ec2/UnmonitorInstances";
  const says = `Turn ${on ? "on" : "off"} detailed monitoring of ${labels(machines)}`;
  return [{ says, do: async () => void (await cloud.call(operation, { InstanceIds: idsOf(machines) })) }];
}

export function protectionSteps(cloud: Cloud, machines: Instance[], on: boolean): Step[] {
  return machines.map((machine) => ({
    says: `${on ? "Protect" : "Unprotect"} ${labelOf(machine)}`,
    do: async () => {
      const args = { InstanceId: machine.InstanceId, DisableApiTermination: { Value: on } };
      await cloud.call("ec2/ModifyInstanceAttribute", args);
    },
  }));
}

export function deleteSteps(cloud: Cloud, machines: Instance[], registrations: Registration[]): Step[] {
  const InstanceIds = idsOf(machines);
  return [
    ...registrations.map((one) => ({
      says: `Take them out of target group ${one.name}`,
      do: async () => void (await cloud.call("elbv2/DeregisterTargets", { TargetGroupArn: one.group, Targets: one.targets })),
    })),
    {
      says: `Delete ${labels(machines)}`,
      do: async () => void (await cloud.call("ec2/TerminateInstances", { InstanceIds })),
    },
    { says: "Wait until they are gone", do: () => terminated(cloud, InstanceIds) },
  ];
}

export function imageSteps(cloud: Cloud, machine: Instance, name: string, restart: boolean): Step[] {
  let image: string | undefined;
  return [
    {
      says: `Create image ${name}`,
      do: async () => {
        const args = { InstanceId: machine.InstanceId, Name: name, NoReboot: !restart };
        image = (await cloud.call("ec2/CreateImage", args)).ImageId;
      },
    },
    { says: "Wait until it is available", do: () => imageReady(cloud, given(image)) },
  ];
}

export function tagSteps(cloud: Cloud, ids: string[], tags: Tag[], says: string): Step[] {
  return [{ says, do: async () => void (await cloud.call("ec2/CreateTags", { Resources: ids, Tags: tags })) }];
}

export function untagSteps(cloud: Cloud, ids: string[], tags: { Key: string }[], says: string): Step[] {
  return [{ says, do: async () => void (await cloud.call("ec2/DeleteTags", { Resources: ids, Tags: tags })) }];
}

/** Attach a disk; being attached to that machine already is what was wanted. */
export function attachStep(cloud: Cloud, disk: () => string, machine: () => string, device: string): Step {
  const attached = async () => {
    const volume = (await cloud.call("ec2/DescribeVolumes", { VolumeIds: [disk()] })).Volumes?.[0];
    return volume?.Attachments?.some((one) => one.InstanceId === machine()) ?? false;
  };
  return {
    says: `Attach the disk as ${device}`,
    do: async () => {
      try {
        await cloud.call("ec2/AttachVolume", { InstanceId: machine(), VolumeId: disk(), Device: device });
      } catch (error) {
        if (!(error instanceof CloudError && error.code === "VolumeInUse" && (await attached()))) throw error;
      }
    },
    did: attached,
  };
}

export function addressSteps(cloud: Cloud, machine: Instance): Step[] {
  let address: string | undefined;
  const before = new Set<string>();
  const list = async () => (await cloud.call("ec2/DescribeAddresses")).Addresses ?? [];
  return [
    {
      says: "Allocate a static address",
      do: async () => {
        for (const one of await list()) before.add(one.PublicIp);
        address = (await cloud.call("ec2/AllocateAddress", { Domain: "vpc" })).AllocationId;
      },
      did: async () => {
        address = (await list()).find((one) => !before.has(one.PublicIp) && !one.InstanceId)?.AllocationId;
        return address !== undefined;
      },
    },
    {
      says: `Give it to ${labelOf(machine)}`,
      do: async () => {
        const args = { AllocationId: given(address), InstanceId: machine.InstanceId };
        await cloud.call("ec2/AssociateAddress", args);
      },
    },
  ];
}
