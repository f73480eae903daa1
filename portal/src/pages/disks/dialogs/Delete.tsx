// Deleting a disk that is not attached.
import { useCloud } from "../../../app/context";
import type { Volume } from "../../../api/wire";
import { DeleteDialog, deleting } from "../../../parts/DeleteDialog";
import { diskLabel } from "../columns";

export function DeleteDiskDialog({ volume }: { volume: Volume }) {
  const cloud = useCloud();
  const what = `disk ${diskLabel(volume)}`;
  return (
    <DeleteDialog
      what={what}
      warning={`What is on ${volume.VolumeId} (${volume.Size} GB) is lost for good; take a snapshot first to keep it.`}
      build={() => deleting(what, () => cloud.call("ec2/DeleteVolume", { VolumeId: volume.VolumeId }))}
      onDone={() => {
        window.location.hash = "#/disks";
      }}
    />
  );
}
