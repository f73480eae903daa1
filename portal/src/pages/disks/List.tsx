// All disks of the region.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { setParam, useRoute } from "../../app/route";
import { filters, search, volumes } from "../../api/listings";
import { Choice } from "../../parts/fields";
import { ResourceTable } from "../../parts/ResourceTable";
import { usePages } from "../../parts/usePages";
import { COLUMNS, diskLabel, STEADY } from "./columns";
import { DiskActions } from "./DiskActions";

const STATES = [
  { value: "", text: "All" },
  { value: "available", text: "Not attached" },
  { value: "in-use", text: "In use" },
];

export function DiskList() {
  const { params } = useRoute();
  const text = params.get("find") ?? "";
  const state = params.get("state") ?? "";
  const [selected, setSelected] = useState("");
  const wanted = [...search(text, "vol", "volume-id"), ...filters({ status: state || undefined })];
  const pages = usePages(
    `disks ${text} ${state}`,
    (cloud) => volumes(cloud, { Filters: wanted }),
    (volume) => !STEADY.includes(volume.State),
  );
  return (
    <ResourceTable
      title="Disks"
      noun="disks"
      columns={COLUMNS}
      pages={pages}
      idOf={(volume) => volume.VolumeId}
      labelOf={diskLabel}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Name, or id (vol-…)" }}
      filter={<Choice label="State" value={state} onChange={(value) => setParam("state", value)} options={STATES} />}
      selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.VolumeId ?? "") }}
      actions={
        <>
          <DiskActions volume={pages.rows.find((volume) => volume.VolumeId === selected)} />
          <Button variant="primary" href="#/disks/create">
            Create disk
          </Button>
        </>
      }
    />
  );
}
