// All security groups of the region.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { setParam, useRoute } from "../../app/route";
import { usePortal } from "../../app/context";
import { filters, groups } from "../../api/listings";
import type { SecurityGroup } from "../../api/wire";
import { DeleteDialog, deleting } from "../../parts/DeleteDialog";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { orDash, To } from "../../parts/show";
import { usePages } from "../../parts/usePages";
import { CloseGroupPortDialog } from "./ClosePort";
import { OpenRuleDialog } from "./OpenRule";
import { rulesOf } from "./rules";

const COLUMNS: readonly Column<SecurityGroup>[] = [
  { id: "name", header: "Name", cell: (one) => one.GroupName, width: 180 },
  {
    id: "id",
    header: "ID",
    isRowHeader: true,
    cell: (one) => <To path={["groups", one.GroupId]}>{one.GroupId}</To>,
    width: 190,
  },
  { id: "network", header: "Network", cell: (one) => orDash(one.VpcId), width: 190 },
  { id: "rules", header: "Inbound rules", cell: (one) => rulesOf(one).length, width: 110 },
  { id: "description", header: "Description", cell: (one) => orDash(one.Description), width: 220 },
];

function wanted(text: string) {
  if (!text.trim()) return [];
  return text.startsWith("sg-") ? filters({ "group-id": `${text}*` }) : filters({ "group-name": `*${text}*` });
}

export function GroupList() {
  const portal = usePortal();
  const text = useRoute().params.get("find") ?? "";
  const [selected, setSelected] = useState("");
  const pages = usePages(`groups ${text}`, (cloud) => groups(cloud, { Filters: wanted(text) }));
  const chosen = pages.rows.find((one) => one.GroupId === selected);
  const remove = ({ GroupId, GroupName }: SecurityGroup) => {
    const what = `security group ${GroupName}`;
    const call = () => portal.cloud.call("ec2/DeleteSecurityGroup", { GroupId });
    const warning = `${GroupId} goes with its rules. The cloud refuses while anything uses it.`;
    portal.openDialog(<DeleteDialog what={what} warning={warning} build={() => deleting(what, call)} />);
  };
  return (
    <ResourceTable
      title="Security groups"
      noun="security groups"
      columns={COLUMNS}
      pages={pages}
      idOf={(one) => one.GroupId}
      labelOf={(one) => one.GroupName}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Name, or id (sg-…)" }}
      selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.GroupId ?? "") }}
      actions={
        <>
          <Button disabled={!chosen} onClick={() => chosen && portal.openDialog(<OpenRuleDialog group={chosen} />)}>
            Open port
          </Button>
          <Button disabled={!chosen} onClick={() => chosen && portal.openDialog(<CloseGroupPortDialog group={chosen} />)}>
            Close port
          </Button>
          <Button disabled={!chosen} onClick={() => chosen && remove(chosen)}>
            Delete security group
          </Button>
          <Button variant="primary" href="#/groups/create">
            Create security group
          </Button>
        </>
      }
    />
  );
}
