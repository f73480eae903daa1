// All target groups of the region: where load balancers send to.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import type { TargetGroup } from "../../api/wire";
import { usePortal } from "../../app/context";
import { targetGroups } from "../../cloud/lookups";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { orDash } from "../../parts/show";
import { useLocalPages } from "../../parts/useLocalPages";
import { Problem } from "../../parts/Problem";
import { useRead } from "../../parts/useRead";
import { AddTargetsDialog, RemoveTargetsDialog } from "./targets";

const COLUMNS: readonly Column<TargetGroup>[] = [
  { id: "name", header: "Name", isRowHeader: true, cell: (one) => one.TargetGroupName, width: 160 },
  { id: "id", header: "ID", cell: (one) => one.TargetGroupArn, width: 300 },
  { id: "port", header: "Port", cell: (one) => orDash(one.Port), width: 80 },
  { id: "protocol", header: "Protocol", cell: (one) => orDash(one.Protocol), width: 100 },
  {
    id: "balancers",
    header: "Load balancers",
    cell: (one) => one.LoadBalancerArns?.map((arn) => arn.split("/").at(-2) ?? arn).join(", ") || "–",
    width: 160,
  },
];

export function TargetGroupList() {
  const portal = usePortal();
  const [selected, setSelected] = useState("");
  const read = useRead("target groups", (cloud) => targetGroups(cloud));
  const pages = useLocalPages("target groups", read.data ?? []);
  const chosen = read.data?.find((one) => one.TargetGroupArn === selected);
  return (
    <>
      <Problem error={read.data ? undefined : read.error} />
      <ResourceTable
        title="Target groups"
        noun="target groups"
        wrap
        columns={COLUMNS}
        pages={pages}
        idOf={(one) => one.TargetGroupArn}
        labelOf={(one) => one.TargetGroupName}
        selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.TargetGroupArn ?? "") }}
        actions={
          <>
            <Button disabled={!chosen} onClick={() => chosen && portal.openDialog(<RemoveTargetsDialog group={chosen} />)}>
              Remove targets
            </Button>
            <Button disabled={!chosen} onClick={() => chosen && portal.openDialog(<AddTargetsDialog group={chosen} />)}>
              Add targets
            </Button>
          </>
        }
      />
    </>
  );
}
