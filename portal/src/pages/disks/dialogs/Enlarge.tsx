// Making a disk larger, or of another type.
import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { useCloud } from "../../../app/context";
import type { Volume } from "../../../api/wire";
import { DISK_TYPES, enlargeSteps, sizeProblem } from "../../../cloud/recipes/disks";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { Choice, NumberField } from "../../../parts/fields";
import { diskLabel } from "../columns";

export function EnlargeDialog({ volume }: { volume: Volume }) {
  const cloud = useCloud();
  const [size, setSize] = useState(String(volume.Size));
  const [type, setType] = useState(volume.VolumeType);
  const build = () => {
    const wanted = Number(size);
    const problem = sizeProblem(wanted, type);
    if (problem) throw new Error(problem);
    if (wanted < volume.Size) throw new Error(`The disk has ${volume.Size} GB and can’t be made smaller.`);
    if (wanted === volume.Size && type === volume.VolumeType) throw new Error("That is what it is already.");
    return enlargeSteps(cloud, volume.VolumeId, wanted, type === volume.VolumeType ? undefined : type);
  };
  return (
    <ChangeDialog
      title={`Enlarge ${diskLabel(volume)}`}
      submit="Enlarge"
      build={build}
      done={`${diskLabel(volume)} has ${size} GB now.`}
    >
      <NumberField label="New size (GB)" value={size} onChange={setSize} hint={`Now ${volume.Size} GB`} />
      <Choice label="Type" value={type} onChange={setType} options={DISK_TYPES.map((value) => ({ value, text: value }))} />
      <Box color="text-body-secondary">
        A disk can’t be made smaller again, and can be changed again only after some hours. Grow the file system inside the
        machine too.
      </Box>
    </ChangeDialog>
  );
}
