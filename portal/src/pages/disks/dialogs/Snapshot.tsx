// Taking a snapshot of a disk.
import { useState } from "react";
import { useCloud } from "../../../app/context";
import type { Volume } from "../../../api/wire";
import { snapshotSteps } from "../../../cloud/recipes/disks";
import { nameOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { TextField } from "../../../parts/fields";
import { useRead } from "../../../parts/useRead";
import { diskLabel } from "../columns";

/** The name that other modalities give: the machine's, or the disk's id, and `snapshot`. */
function useUsualName(volume: Volume): string {
  const holder = volume.Attachments?.[0]?.InstanceId;
  const read = useRead(`holder of ${volume.VolumeId}`, async (cloud) => {
    if (!holder) return "";
    const answer = await cloud.call("ec2/DescribeInstances", { InstanceIds: [holder] });
    const machine = answer.Reservations?.[0]?.Instances?.[0];
    return machine ? nameOf(machine) || holder : "";
  });
  return `${read.data || volume.VolumeId}-snapshot`;
}

export function SnapshotDialog({ volume }: { volume: Volume }) {
  const cloud = useCloud();
  const usual = useUsualName(volume);
  const [name, setName] = useState<string>();
  const [description, setDescription] = useState("Taken by request");
  const build = () => snapshotSteps(cloud, volume.VolumeId, (name ?? usual).trim(), description.trim());
  return (
    <ChangeDialog
      title={`Take a snapshot of ${diskLabel(volume)}`}
      submit="Take snapshot"
      build={build}
      done={`The snapshot of ${diskLabel(volume)} is complete.`}
    >
      <TextField label="Snapshot name" value={name ?? usual} onChange={setName} />
      <TextField label="Description" value={description} onChange={setDescription} />
    </ChangeDialog>
  );
}
