// The disks of a virtual machine.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { usePortal } from "../../../app/context";
import { filters, volumes } from "../../../api/listings";
import { all } from "../../../api/pager";
import type { Instance, Volume } from "../../../api/wire";
import { rootDevice } from "../../../cloud/recipes/makeSpot";
import type { Column } from "../../../parts/ResourceTable";
import { SmallTable } from "../../../parts/SmallTable";
import { useRead } from "../../../parts/useRead";
import { DiskActions } from "../../disks/DiskActions";
import { COLUMNS, diskLabel, STEADY } from "../../disks/columns";
import { AttachDialog } from "../dialogs/Attach";

export function Storage({ machine }: { machine: Instance }) {
  const portal = usePortal();
  const [selected, setSelected] = useState("");
  const id = machine.InstanceId;
  const read = useRead(
    `disks of ${id} ${machine.State.Name}`,
    (cloud) => all(volumes(cloud, { Filters: filters({ "attachment.instance-id": id }) }), 500),
    (rows) => rows.some((volume) => !STEADY.includes(volume.State)),
  );
  const chosen = read.data?.find((volume) => volume.VolumeId === selected);
  const deviceOf = (volume: Volume) => volume.Attachments?.find((one) => one.InstanceId === id)?.Device;
  const columns: Column<Volume>[] = [
    ...COLUMNS.filter((column) => column.id !== "attached"),
    { id: "device", header: "Device", cell: (volume) => deviceOf(volume) ?? "–" },
    { id: "use", header: "Use", cell: (volume) => (deviceOf(volume) === rootDevice(machine) ? "System" : "Data") },
    {
      id: "ends",
      header: "Deleted with the machine",
      cell: (volume) => (volume.Attachments?.[0]?.DeleteOnTermination ? "Yes" : "No"),
    },
  ];
  return (
    <SmallTable
      title="Disks"
      columns={columns}
      rows={read.data}
      error={read.error}
      idOf={(volume) => volume.VolumeId}
      labelOf={diskLabel}
      selected={chosen}
      onSelect={(volume) => setSelected(volume.VolumeId)}
      actions={
        <>
          <DiskActions volume={chosen} />
          <Button onClick={() => portal.openDialog(<AttachDialog machine={machine} />)}>Attach disk</Button>
        </>
      }
    />
  );
}
