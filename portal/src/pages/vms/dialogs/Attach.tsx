// Attaching a disk to a machine: a new one, or one that is free in its zone.
import { useMemo, useState } from "react";
import { useCloud } from "../../../app/context";
import { filters, volumes } from "../../../api/listings";
import { all } from "../../../api/pager";
import type { Instance } from "../../../api/wire";
import { attachExistingSteps, attachNewSteps, deviceFor, DISK_TYPES, sizeProblem } from "../../../cloud/recipes/disks";
import { labelOf, nameOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { Choice, NumberField, TextField } from "../../../parts/fields";
import { useRead } from "../../../parts/useRead";

const NEW = "new";

export function AttachDialog({ machine, onDone }: { machine: Instance; onDone?: () => void }) {
  const cloud = useCloud();
  const token = useMemo(() => crypto.randomUUID(), []);
  const label = labelOf(machine);
  const zone = machine.Placement?.AvailabilityZone ?? "";
  const [disk, setDisk] = useState(NEW);
  const [size, setSize] = useState("100");
  const [type, setType] = useState("gp3");
  const [name, setName] = useState(`${label}-data`);
  const loose = useRead(`free ${zone}`, (from) =>
    all(volumes(from, { Filters: filters({ status: "available", "availability-zone": zone }) }), 500),
  );
  const options = [
    { value: NEW, text: "New disk" },
    ...(loose.data ?? []).map((volume) => ({
      value: volume.VolumeId,
      text: `${nameOf(volume) || volume.VolumeId} (${volume.VolumeId}, ${volume.Size} GB ${volume.VolumeType})`,
    })),
  ];
  const build = () => {
    if (disk !== NEW) return attachExistingSteps(cloud, machine, disk);
    const problem = sizeProblem(Number(size), type);
    if (problem) throw new Error(problem);
    return attachNewSteps(cloud, machine, { name: name.trim(), sizeGb: Number(size), type }, token);
  };
  return (
    <ChangeDialog
      title={`Attach a disk to ${label}`}
      submit="Attach disk"
      build={build}
      done={`The disk is attached to ${label}.`}
      onDone={onDone}
    >
      <Choice label="Disk" value={disk} onChange={setDisk} options={options} hint={`In ${zone}, as ${deviceFor(machine)}`} />
      {disk === NEW && (
        <>
          <NumberField label="Size (GB)" value={size} onChange={setSize} />
          <Choice label="Type" value={type} onChange={setType} options={DISK_TYPES.map((value) => ({ value, text: value }))} />
          <TextField label="Disk name" value={name} onChange={setName} />
        </>
      )}
    </ChangeDialog>
  );
}
