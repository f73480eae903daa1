// All load balancers of the region.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { setParam, useRoute } from "../../app/route";
import { usePortal } from "../../app/context";
import { balancers } from "../../api/listings";
import type { LoadBalancer } from "../../api/wire";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { orDash, State, time, To } from "../../parts/show";
import { usePages } from "../../parts/usePages";
import { DeleteBalancerDialog } from "./Delete";

const COLUMNS: readonly Column<LoadBalancer>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    cell: (one) => <To path={["balancers", one.LoadBalancerName]}>{one.LoadBalancerName}</To>,
    width: 140,
  },
  { id: "state", header: "State", cell: (one) => <State name={one.State?.Code} />, width: 130 },
  { id: "dns", header: "DNS name", cell: (one) => orDash(one.DNSName), width: 300 },
  { id: "scheme", header: "Reached from", cell: (one) => (one.Scheme === "internal" ? "Inside" : "The internet"), width: 120 },
  { id: "type", header: "Type", cell: (one) => orDash(one.Type), width: 110 },
  { id: "network", header: "Network", cell: (one) => orDash(one.VpcId), width: 190 },
  { id: "id", header: "ID", cell: (one) => one.LoadBalancerArn, width: 300 },
  { id: "created", header: "Created", cell: (one) => time(one.CreatedTime), width: 150 },
];

export function BalancerList() {
  const portal = usePortal();
  const text = useRoute().params.get("find") ?? "";
  const [selected, setSelected] = useState("");
  const pages = usePages(
    `balancers ${text}`,
    // The API finds load balancers by their whole name only.
    (cloud) => balancers(cloud, text.trim() ? { Names: [text.trim()] } : {}),
    (one) => one.State?.Code === "provisioning",
  );
  const chosen = pages.rows.find((one) => one.LoadBalancerArn === selected);
  return (
    <ResourceTable
      title="Load balancers"
      noun="load balancers"
      wrap
      columns={COLUMNS}
      pages={pages}
      idOf={(one) => one.LoadBalancerArn}
      labelOf={(one) => one.LoadBalancerName}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Whole name" }}
      selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.LoadBalancerArn ?? "") }}
      actions={
        <>
          <Button disabled={!chosen} onClick={() => chosen && portal.openDialog(<DeleteBalancerDialog balancer={chosen} />)}>
            Delete load balancer
          </Button>
          <Button variant="primary" href="#/balancers/create">
            Create load balancer
          </Button>
        </>
      }
    />
  );
}
