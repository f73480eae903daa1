// All networks of the region.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { setParam, useRoute } from "../../app/route";
import { usePortal } from "../../app/context";
import { search, vpcs } from "../../api/listings";
import type { Vpc } from "../../api/wire";
import { nameOf } from "../../cloud/tags";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { State, To, yesNo } from "../../parts/show";
import { usePages } from "../../parts/usePages";
import { DeleteNetworkDialog } from "./DeleteNetwork";

const COLUMNS: readonly Column<Vpc>[] = [
  { id: "name", header: "Name", cell: (one) => nameOf(one) || "–", width: 160 },
  {
    id: "id",
    header: "ID",
    isRowHeader: true,
    cell: (one) => <To path={["networks", one.VpcId]}>{one.VpcId}</To>,
    width: 200,
  },
  { id: "range", header: "Address range", cell: (one) => one.CidrBlock, width: 140 },
  { id: "state", header: "State", cell: (one) => <State name={one.State} />, width: 120 },
  { id: "default", header: "Default", cell: (one) => yesNo(one.IsDefault), width: 90 },
];

export function NetworkList() {
  const portal = usePortal();
  const text = useRoute().params.get("find") ?? "";
  const [selected, setSelected] = useState("");
  const pages = usePages(`networks ${text}`, (cloud) => vpcs(cloud, { Filters: search(text, "vpc", "vpc-id") }));
  const chosen = pages.rows.find((one) => one.VpcId === selected);
  return (
    <ResourceTable
      title="Networks"
      noun="networks"
      columns={COLUMNS}
      pages={pages}
      idOf={(one) => one.VpcId}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Name, or id (vpc-…)" }}
      selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.VpcId ?? "") }}
      actions={
        <>
          <Button disabled={!chosen} onClick={() => chosen && portal.openDialog(<DeleteNetworkDialog network={chosen} />)}>
            Delete network
          </Button>
          <Button variant="primary" href="#/networks/create">
            Create network
          </Button>
        </>
      }
    />
  );
}
