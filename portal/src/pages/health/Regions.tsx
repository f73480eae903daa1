// All regions, with how many incidents are open in each.
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { HealthEvent } from "../../api/wire";
import { usePortal } from "../../app/context";
import { countTroubles, kindOf } from "../../cloud/health";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { useLocalPages } from "../../parts/useLocalPages";

interface Row {
  region: string;
  troubles: number;
  planned: number;
}

export function Condition({ troubles }: { troubles: number }) {
  if (!troubles) return <StatusIndicator type="success">No open incidents</StatusIndicator>;
  return <StatusIndicator type="warning">{`${troubles} open ${troubles === 1 ? "incident" : "incidents"}`}</StatusIndicator>;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "region", header: "Region", isRowHeader: true, cell: (row) => row.region },
  { id: "condition", header: "Condition", cell: (row) => <Condition troubles={row.troubles} />, width: 200 },
  { id: "planned", header: "Planned maintenance", cell: (row) => row.planned, width: 160 },
];

export function Regions({ events }: { events: readonly HealthEvent[] }) {
  const { session } = usePortal();
  const rows = session.regions.map((region) => ({
    region,
    troubles: countTroubles(events, region),
    planned: events.filter((event) => event.region === region && kindOf(event) === "maintenance").length,
  }));
  // Those in trouble first.
  rows.sort((a, b) => b.troubles - a.troubles);
  const pages = useLocalPages("regions", rows);
  return (
    <ResourceTable title="Regions" noun="regions" level="h2" columns={COLUMNS} pages={pages} idOf={(row) => row.region} />
  );
}
