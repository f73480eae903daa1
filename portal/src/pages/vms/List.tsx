// All virtual machines of the region.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { useRoute, setParam } from "../../app/route";
import { filters, instances, PRESENT_STATES, search } from "../../api/listings";
import type { Instance } from "../../api/wire";
import { labelOf } from "../../cloud/tags";
import { Choice } from "../../parts/fields";
import { ResourceTable } from "../../parts/ResourceTable";
import { usePages } from "../../parts/usePages";
import { ActionsMenu } from "./ActionsMenu";
import { COLUMNS } from "./columns";

const SHOWN = [
  { value: "present", text: "All but terminated" },
  ...PRESENT_STATES.map((state) => ({ value: state, text: state[0]?.toUpperCase() + state.slice(1) })),
  { value: "terminated", text: "Terminated" },
  { value: "all", text: "All" },
];
const STEADY = ["running", "stopped", "terminated"];

const statesOf = (shown: string) => (shown === "present" ? PRESENT_STATES : shown === "all" ? undefined : [shown]);

export function VmList() {
  const { params } = useRoute();
  const text = params.get("find") ?? "";
  const shown = params.get("state") ?? "present";
  const [selected, setSelected] = useState<Instance[]>([]);
  const wanted = [...search(text, "i", "instance-id"), ...filters({ "instance-state-name": statesOf(shown) })];
  const pages = usePages(
    `vms ${text} ${shown}`,
    (cloud) => instances(cloud, { Filters: wanted }),
    (machine) => !STEADY.includes(machine.State.Name),
  );
  const ids = new Set(selected.map((machine) => machine.InstanceId));
  const current = pages.rows.filter((machine) => ids.has(machine.InstanceId));

  return (
    <ResourceTable
      title="Virtual machines"
      noun="virtual machines"
      columns={COLUMNS}
      pages={pages}
      idOf={(machine) => machine.InstanceId}
      labelOf={labelOf}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Name, or id (i-…)" }}
      filter={<Choice label="State" value={shown} onChange={(value) => setParam("state", value)} options={SHOWN} />}
      selection={{ type: "multi", ids, onChange: setSelected }}
      actions={
        <>
          <ActionsMenu machines={current} />
          <Button variant="primary" href="#/vms/create">
            Create virtual machines
          </Button>
        </>
      }
      empty="No virtual machines in this region"
    />
  );
}
