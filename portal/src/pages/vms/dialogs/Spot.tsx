// Replacing a standard machine by a spot machine.
import { useMemo } from "react";
import { useCloud } from "../../../app/context";
import type { Instance } from "../../../api/wire";
import { dataDisks, prepareSpot, spotSteps } from "../../../cloud/recipes/makeSpot";
import { labelOf } from "../../../cloud/tags";
import { ChangeDialog } from "../../../parts/ChangeDialog";

export function SpotDialog({ machine }: { machine: Instance }) {
  const cloud = useCloud();
  const token = useMemo(() => crypto.randomUUID(), []);
  const made = useMemo((): { id?: string } => ({}), []);
  const label = labelOf(machine);
  const disks = dataDisks(machine).map((mapping) => mapping.Ebs?.VolumeId);
  return (
    <ChangeDialog
      title={`Convert ${label} to spot`}
      submit="Convert to spot"
      size="large"
      build={async () => spotSteps(cloud, await prepareSpot(cloud, machine), token, made)}
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
    </ChangeDialog>
  );
}
