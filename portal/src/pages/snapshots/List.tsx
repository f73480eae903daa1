// The account's snapshots of disks.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { setParam, useRoute } from "../../app/route";
import { usePortal } from "../../app/context";
import { search, snapshots } from "../../api/listings";
import type { Snapshot } from "../../api/wire";
import { nameOf } from "../../cloud/tags";
import { DeleteDialog, deleting } from "../../parts/DeleteDialog";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { gb, orDash, State, time } from "../../parts/show";
import { usePages } from "../../parts/usePages";

const COLUMNS: readonly Column<Snapshot>[] = [
  { id: "name", header: "Name", cell: (one) => nameOf(one) || "–", width: 150 },
  { id: "id", header: "ID", isRowHeader: true, cell: (one) => one.SnapshotId, width: 190 },
  { id: "disk", header: "Disk", cell: (one) => orDash(one.VolumeId), width: 190 },
  { id: "size", header: "Size", cell: (one) => gb(one.VolumeSize), width: 90 },
  { id: "state", header: "State", cell: (one) => <State name={one.State} />, width: 120 },
  { id: "taken", header: "Taken", cell: (one) => time(one.StartTime), width: 160 },
  { id: "description", header: "Description", cell: (one) => orDash(one.Description), width: 200 },
];

export function SnapshotList() {
  const portal = usePortal();
  const text = useRoute().params.get("find") ?? "";
  const [selected, setSelected] = useState("");
  const pages = usePages(
    `snapshots ${text}`,
    (cloud) => snapshots(cloud, { Filters: search(text, "snap", "snapshot-id") }),
    (one) => one.State === "pending",
  );
  const chosen = pages.rows.find((one) => one.SnapshotId === selected);
  const remove = (one: Snapshot) => {
    const what = `snapshot ${nameOf(one) || one.SnapshotId}`;
    const call = () => portal.cloud.call("ec2/DeleteSnapshot", { SnapshotId: one.SnapshotId });
    portal.openDialog(<DeleteDialog what={what} warning={`${one.SnapshotId} is lost for good.`} build={() => deleting(what, call)} />);
  };
  return (
    <ResourceTable
      title="Snapshots"
      noun="snapshots"
      columns={COLUMNS}
      pages={pages}
      idOf={(one) => one.SnapshotId}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Name, or id (snap-…)" }}
      selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.SnapshotId ?? "") }}
      actions={
        <>
          <Button disabled={!chosen} onClick={() => chosen && remove(chosen)}>
            Delete snapshot
          </Button>
          <Button href="#/disks">Take a snapshot of a disk</Button>
        </>
      }
      empty="No snapshots. Take one from a disk’s actions."
    />
  );
}
