// Waiting for a state, as the API's own waiters do: read, look, read again.
import type { Cloud } from "../api/client";
import { CloudError } from "../api/client";
import { filters } from "../api/listings";

/** How often, and for how long. */
export interface Patience {
  everySeconds: number;
  forSeconds: number;
}

const USUAL: Patience = { everySeconds: 1.5, forSeconds: 900 };
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Read until `ready` says true. `ready` throws where it can never become true. */
export async function until(what: string, ready: () => Promise<boolean>, patience: Patience = USUAL): Promise<void> {
  const end = Date.now() + patience.forSeconds * 1000;
  for (;;) {
    try {
      if (await ready()) return;
    } catch (error) {
      if (!(error instanceof CloudError && (error.inDoubt || error.status === 429))) throw error;
    }
    if (Date.now() > end) throw new Error(`Waited ${patience.forSeconds} seconds for ${what}, in vain.`);
    await pause(patience.everySeconds);
  }
}

async function states(cloud: Cloud, ids: string[]): Promise<string[]> {
  const answer = await cloud.call("ec2/DescribeInstances", { InstanceIds: ids });
  return (answer.Reservations ?? []).flatMap((r) => r.Instances ?? []).map((machine) => machine.State.Name);
}

async function machinesAre(cloud: Cloud, ids: string[], wanted: string, never: string[]): Promise<void> {
  await until(`the machines to be ${wanted}`, async () => {
    let seen: string[];
    try {
      seen = await states(cloud, ids);
    } catch (error) {
      // The API knows a new machine only after a moment.
      if (error instanceof CloudError && error.code === "InvalidInstanceID.NotFound" && wanted === "running") return false;
      throw error;
    }
    const wrong = seen.find((state) => never.includes(state));
    if (wrong) throw new Error(`A machine is ${wrong}, so it will not be ${wanted}.`);
    return seen.length === ids.length && seen.every((state) => state === wanted);
  });
}

export const running = (cloud: Cloud, ids: string[]) =>
  machinesAre(cloud, ids, "running", ["terminated", "shutting-down", "stopping"]);
export const stopped = (cloud: Cloud, ids: string[]) => machinesAre(cloud, ids, "stopped", ["terminated", "pending"]);

export const terminated = (cloud: Cloud, ids: string[]) =>
  until("the machines to be gone", async () => {
    const answer = await cloud.call("ec2/DescribeInstances", { Filters: filters({ "instance-id": ids }) });
    const left = (answer.Reservations ?? []).flatMap((r) => r.Instances ?? []);
    return left.every((machine) => machine.State.Name === "terminated");
  });

export const volumeFree = (cloud: Cloud, ids: string[]) =>
  until("the disk to be available", async () => {
    const answer = await cloud.call("ec2/DescribeVolumes", { VolumeIds: ids });
    if (answer.Volumes?.some((volume) => volume.State === "deleted" || volume.State === "error")) {
      throw new Error("The disk failed or was deleted.");
    }
    return answer.Volumes?.every((volume) => volume.State === "available") ?? false;
  });

export const imageReady = (cloud: Cloud, id: string) =>
  until(
    "the image to be available",
    async () => {
      const state = (await cloud.call("ec2/DescribeImages", { ImageIds: [id] })).Images?.[0]?.State;
      if (state === "failed" || state === "deregistered") throw new Error(`The image is ${state}.`);
      return state === "available";
    },
    { everySeconds: 2, forSeconds: 1800 },
  );

export const snapshotsDone = (cloud: Cloud, ids: string[]) =>
  until(
    "the snapshot to be complete",
    async () => {
      const found = (await cloud.call("ec2/DescribeSnapshots", { SnapshotIds: ids })).Snapshots ?? [];
      if (found.some((one) => one.State === "error")) throw new Error("The snapshot failed.");
      return found.length === ids.length && found.every((one) => one.State === "completed");
    },
    { everySeconds: 2, forSeconds: 3600 },
  );
