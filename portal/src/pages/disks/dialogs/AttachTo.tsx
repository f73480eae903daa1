// Attaching a disk that exists to a machine in its zone.
import { useState } from "react";
import { useCloud } from "../../../app/context";
import { filters, instances } from "../../../api/listings";
import type { Volume } from "../../../api/wire";
import { attachExistingSteps } from "../../../cloud/recipes/disks";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { MachineField } from "../../../parts/MachineField";
import { findMachine } from "../../../cloud/machines";
import { diskLabel } from "../columns";

export function AttachToDialog({ volume }: { volume: Volume }) {
  const cloud = useCloud();
  const [machine, setMachine] = useState("");
  const zone = volume.AvailabilityZone;
  const wanted = filters({ "availability-zone": zone, "instance-state-name": ["running", "stopped"] });
  const build = async () => attachExistingSteps(cloud, await findMachine(cloud, machine), volume.VolumeId);
  return (
    <ChangeDialog
      title={`Attach ${diskLabel(volume)}`}
      submit="Attach"
      build={build}
      done={`${diskLabel(volume)} is attached to ${machine}.`}
    >
      <MachineField
        label="Virtual machine"
        value={machine}
        onChange={setMachine}
        list={(from) => instances(from, { Filters: wanted })}
        listKey={`in ${zone}`}
        hint={`In ${zone}: a disk can’t cross zones`}
        textOf={labelOf}
      />
    </ChangeDialog>
  );
}
