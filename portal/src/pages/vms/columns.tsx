// What the table of virtual machines shows.
import type { Instance } from "../../api/wire";
import { nameOf } from "../../cloud/tags";
import type { Column } from "../../parts/ResourceTable";
import { monitoring, orDash, State, To } from "../../parts/show";

export const lifecycle = (machine: Instance) => (machine.InstanceLifecycle === "spot" ? "Spot" : "Standard");

export const COLUMNS: readonly Column<Instance>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    cell: (machine) =>
      nameOf(machine) ? <To path={["vms", machine.InstanceId]}>{nameOf(machine)}</To> : "–",
    width: 110,
  },
  {
    id: "id",
    header: "ID",
    cell: (machine) =>
      nameOf(machine) ? machine.InstanceId : <To path={["vms", machine.InstanceId]}>{machine.InstanceId}</To>,
    width: 168,
  },
  { id: "state", header: "State", cell: (machine) => <State name={machine.State.Name} />, width: 108 },
  { id: "size", header: "Size", cell: (machine) => machine.InstanceType, width: 88 },
  { id: "zone", header: "Zone", cell: (machine) => orDash(machine.Placement?.AvailabilityZone), width: 105 },
  { id: "public", header: "Public address", cell: (machine) => orDash(machine.PublicIpAddress), width: 124 },
  { id: "private", header: "Private address", cell: (machine) => orDash(machine.PrivateIpAddress), width: 124 },
  { id: "lifecycle", header: "Lifecycle", cell: lifecycle, width: 90 },
  { id: "monitoring", header: "Monitoring", cell: (machine) => monitoring(machine.Monitoring?.State), width: 105 },
];
