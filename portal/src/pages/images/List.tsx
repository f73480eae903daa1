// The account's own images.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { setParam, useRoute } from "../../app/route";
import { usePortal } from "../../app/context";
import { filters, images } from "../../api/listings";
import type { Image } from "../../api/wire";
import { DeleteDialog, deleting } from "../../parts/DeleteDialog";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { orDash, State, time } from "../../parts/show";
import { usePages } from "../../parts/usePages";

const COLUMNS: readonly Column<Image>[] = [
  { id: "name", header: "Name", cell: (image) => orDash(image.Name), width: 220 },
  { id: "id", header: "ID", isRowHeader: true, cell: (image) => image.ImageId, width: 190 },
  { id: "state", header: "State", cell: (image) => <State name={image.State} />, width: 120 },
  { id: "processor", header: "Processor", cell: (image) => orDash(image.Architecture), width: 110 },
  { id: "created", header: "Created", cell: (image) => time(image.CreationDate), width: 160 },
  {
    id: "snapshots",
    header: "Snapshots",
    cell: (image) => orDash((image.BlockDeviceMappings ?? []).flatMap((one) => one.Ebs?.SnapshotId ?? []).join(", ")),
    width: 200,
  },
];

function wanted(text: string) {
  if (!text.trim()) return [];
  return text.startsWith("ami-") ? filters({ "image-id": `${text}*` }) : filters({ name: `*${text}*` });
}

export function ImageList() {
  const portal = usePortal();
  const text = useRoute().params.get("find") ?? "";
  const [selected, setSelected] = useState("");
  const pages = usePages(
    `images ${text}`,
    (cloud) => images(cloud, { Filters: wanted(text) }),
    (image) => image.State === "pending",
  );
  const chosen = pages.rows.find((image) => image.ImageId === selected);
  const remove = (image: Image) => {
    const what = `image ${image.Name ?? image.ImageId}`;
    const call = () => portal.cloud.call("ec2/DeregisterImage", { ImageId: image.ImageId });
    const warning = `No machine can be made from ${image.ImageId} any more. Its snapshots stay, and go on costing.`;
    portal.openDialog(<DeleteDialog what={what} warning={warning} build={() => deleting(what, call)} />);
  };
  return (
    <ResourceTable
      title="Images"
      noun="images"
      description="Images that this account has made"
      columns={COLUMNS}
      pages={pages}
      idOf={(image) => image.ImageId}
      labelOf={(image) => image.Name ?? image.ImageId}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Name, or id (ami-…)" }}
      selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.ImageId ?? "") }}
      actions={
        <>
          <Button disabled={!chosen} onClick={() => chosen && remove(chosen)}>
            Delete image
          </Button>
          <Button
            disabled={!chosen}
            href={chosen && `#/vms/create?${new URLSearchParams({ image: "id", imageId: chosen.ImageId })}`}
          >
            Create machines from it
          </Button>
        </>
      }
      empty="No images. Make one from a virtual machine’s actions."
    />
  );
}
