// What the table of disks shows.
import Link from "@cloudscape-design/components/link";
import type { Volume } from "../../api/wire";
import { href } from "../../app/route";
import { nameOf } from "../../cloud/tags";
import type { Column } from "../../parts/ResourceTable";
import { gb, State, To, yesNo } from "../../parts/show";

export const STEADY = ["available", "in-use", "error"];

export const diskLabel = (volume: Volume) => nameOf(volume) || volume.VolumeId;

const attachments = (volume: Volume) => volume.Attachments ?? [];

function AttachedTo({ volume }: { volume: Volume }) {
  const [first, ...rest] = attachments(volume);
  if (!first) return <>Not attached</>;
  return (
    <>
      <Link href={href("vms", first.InstanceId)}>{first.InstanceId}</Link> {`(${first.Device})`}
      {rest.length > 0 && `, ${rest.map((one) => one.InstanceId).join(", ")}`}
    </>
  );
}

export const COLUMNS: readonly Column<Volume>[] = [
  { id: "name", header: "Name", cell: (volume) => nameOf(volume) || "–", width: 130 },
  {
    id: "id",
    header: "ID",
    isRowHeader: true,
    cell: (volume) => <To path={["disks", volume.VolumeId]}>{volume.VolumeId}</To>,
    width: 180,
  },
  { id: "size", header: "Size", cell: (volume) => gb(volume.Size), width: 90 },
  { id: "type", header: "Type", cell: (volume) => volume.VolumeType, width: 80 },
  { id: "state", header: "State", cell: (volume) => <State name={volume.State} />, width: 120 },
  { id: "attached", header: "Attached to", cell: (volume) => <AttachedTo volume={volume} />, width: 250 },
  { id: "zone", header: "Zone", cell: (volume) => volume.AvailabilityZone, width: 110 },
  { id: "iops", header: "IOPS", cell: (volume) => volume.Iops ?? "–", width: 80 },
  { id: "encrypted", header: "Encrypted", cell: (volume) => yesNo(volume.Encrypted), width: 100 },
];
