// Replacing a standard machine by a spot machine.
import { useMemo, useState } from "react";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { imageForSpot } from "../../../cloud/names";
import { dataDisks, prepareSpot, spotSteps } from "../../../cloud/recipes/makeSpot";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { TextField } from "../../../parts/fields";

export function SpotDialog({ machine }: { machine: Instance }) {
  const cloud = useCloud();
  const token = useMemo(() => crypto.randomUUID(), []);
  const made = useMemo((): { id?: string } => ({}), []);
  const label = labelOf(machine);
  const [imageName, setImageName] = useState(() => imageForSpot(label, machine.InstanceId));
  const [price, setPrice] = useState("");
  const disks = dataDisks(machine).map((mapping) => mapping.Ebs?.VolumeId);
  return (
    <ChangeDialog
      title={`Convert ${label} to spot`}
      submit="Convert to spot"
      size="large"
      build={async () => {
        const kept = await prepareSpot(cloud, machine, imageName.trim(), price.trim() || undefined);
        return spotSteps(cloud, kept, token, made);
      }}
      done={`${label} is a spot machine now, under a new id.`}
      onDone={() => {
        window.location.hash = made.id ? `#/vms/${made.id}` : "#/vms";
      }}
    >
      <ul>
        <li>A running machine can’t be turned into a spot machine: it is imaged, deleted and made again, under a new id.</li>
        <li>It is down until the new machine runs. Its private address, and a public address that is not static, change.</li>
        <li>
          {disks.length
            ? `Its data disks (${disks.join(", ")}) are kept and attached again.`
            : "It has no data disks; its system disk goes into the image."}
        </li>
        <li>The cloud may take a spot machine back at any time, with two minutes’ notice.</li>
      </ul>
      <TextField label="Image name" value={imageName} onChange={setImageName} hint="The image that it is made from; it is kept." />
      <TextField
        label="Highest price"
        value={price}
        onChange={setPrice}
        placeholder="0.02"
        hint="In dollars an hour. Empty: at most what a standard machine costs."
      />
    </ChangeDialog>
  );
}
