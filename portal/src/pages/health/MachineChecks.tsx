// The status checks of the account's machines, and what is planned for them.
import type { Cloud } from "../../api/client";
import type { Fetch } from "../../api/pager";
import type { InstanceStatus } from "../../api/wire";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { orDash, State, time, To } from "../../parts/show";
import { usePages } from "../../parts/usePages";

const statuses =
  (cloud: Cloud): Fetch<InstanceStatus> =>
  async (token, size) => {
    const args = { IncludeAllInstances: true, MaxResults: size, ...(token ? { NextToken: token } : {}) };
    const answer = await cloud.call("ec2/DescribeInstanceStatus", args);
    return { rows: answer.InstanceStatuses ?? [], next: answer.NextToken };
  };

const planned = (status: InstanceStatus) =>
  (status.Events ?? []).map((event) => `${event.Description ?? event.Code}, ${time(event.NotBefore)}`).join("; ");

const COLUMNS: readonly Column<InstanceStatus>[] = [
  {
    id: "id",
    header: "Virtual machine",
    isRowHeader: true,
    cell: (one) => <To path={["vms", one.InstanceId]}>{one.InstanceId}</To>,
    width: 190,
  },
  { id: "state", header: "State", cell: (one) => <State name={one.InstanceState.Name} />, width: 120 },
  { id: "system", header: "System status", cell: (one) => <State name={one.SystemStatus?.Status} />, width: 140 },
  { id: "machine", header: "Machine status", cell: (one) => <State name={one.InstanceStatus?.Status} />, width: 140 },
  { id: "zone", header: "Zone", cell: (one) => orDash(one.AvailabilityZone), width: 110 },
  { id: "planned", header: "Planned", cell: (one) => orDash(planned(one)), width: 200 },
];

export function MachineChecks() {
  const pages = usePages("status checks", statuses);
  return (
    <ResourceTable
      title="Virtual machines"
      noun="status checks"
      level="h2"
      columns={COLUMNS}
      pages={pages}
      idOf={(one) => one.InstanceId}
      empty="No virtual machines in this region"
    />
  );
}
