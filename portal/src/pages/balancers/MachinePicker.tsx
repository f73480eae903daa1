// Machines to be balanced: named in a field, or ticked in the table below it.
import SpaceBetween from "@cloudscape-design/components/space-between";
import { filters, instances } from "../../api/listings";
import type { Instance } from "../../api/wire";
import { listed } from "../../cloud/names";
import { labelOf, nameOf } from "../../cloud/tags";
import { TextField } from "../../parts/fields";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { orDash } from "../../parts/show";
import { usePages } from "../../parts/usePages";

const COLUMNS: readonly Column<Instance>[] = [
  { id: "name", header: "Name", isRowHeader: true, cell: (machine) => nameOf(machine) || "–", width: 140 },
  { id: "id", header: "ID", cell: (machine) => machine.InstanceId, width: 180 },
  { id: "size", header: "Size", cell: (machine) => machine.InstanceType },
  { id: "zone", header: "Zone", cell: (machine) => orDash(machine.Placement?.AvailabilityZone) },
  { id: "network", header: "Network", cell: (machine) => orDash(machine.VpcId), width: 190 },
];

export function MachinePicker({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const pages = usePages("running machines", (cloud) =>
    instances(cloud, { Filters: filters({ "instance-state-name": "running" }) }),
  );
  const named = listed(value);
  const isChosen = (machine: Instance) => named.includes(machine.InstanceId) || named.includes(labelOf(machine));
  const chosen = pages.rows.filter(isChosen);
  const select = (rows: Instance[]) => {
    // What is named and not on this page stays as it is.
    const here = new Set(pages.rows.flatMap((machine) => [machine.InstanceId, labelOf(machine)]));
    const others = named.filter((name) => !here.has(name));
    onChange([...others, ...rows.map((machine) => machine.InstanceId)].join(", "));
  };
  return (
    <SpaceBetween size="m">
      <TextField
        label="Virtual machines"
        value={value}
        onChange={onChange}
        placeholder="web-1, web-2"
        hint="Names or ids, with commas; or tick them below"
      />
      <ResourceTable
        title="Running virtual machines"
        noun="running virtual machines"
        level="h2"
        columns={COLUMNS}
        pages={pages}
        idOf={(machine) => machine.InstanceId}
        labelOf={labelOf}
        selection={{ type: "multi", ids: new Set(chosen.map((machine) => machine.InstanceId)), onChange: select }}
      />
    </SpaceBetween>
  );
}
