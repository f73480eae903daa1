// Detaching a disk from its machine.
import Box from "@cloudscape-design/components/box";
import { useCloud } from "../../../app/context";
import type { Volume } from "../../../api/wire";
import { detachSteps } from "../../../cloud/recipes/disks";
import { ChangeDialog } from "../../../parts/ChangeDialog";
import { diskLabel } from "../columns";

export function DetachDialog({ volume }: { volume: Volume }) {
  const cloud = useCloud();
  const holder = volume.Attachments?.[0]?.InstanceId ?? "";
  return (
    <ChangeDialog
      title={`Detach ${diskLabel(volume)}`}
      submit="Detach"
      build={() => detachSteps(cloud, volume.VolumeId, holder)}
      done={`${diskLabel(volume)} is detached.`}
    >
      <Box>
        From {holder}. The disk is kept and goes on costing; unmount it inside the machine first.
      </Box>
    </ChangeDialog>
  );
}
