// The services that this console speaks to, with how many incidents of each are open here.
import type { HealthEvent } from "../../api/wire";
import { isTrouble } from "../../cloud/health";
import type { Column } from "../../parts/ResourceTable";
import { SmallTable } from "../../parts/SmallTable";
import { Condition } from "./Regions";

interface Row {
  service: string;
  troubles: number;
}

/** As AWS Health calls them. */
const USUAL = ["EC2", "EBS", "VPC", "ELASTICLOADBALANCING", "CLOUDWATCH", "IAM"];

const COLUMNS: readonly Column<Row>[] = [
  { id: "service", header: "Service", isRowHeader: true, cell: (row) => row.service, width: 200 },
  { id: "condition", header: "Condition", cell: (row) => <Condition troubles={row.troubles} />, width: 200 },
];

export function Services({ events, region }: { events: readonly HealthEvent[]; region: string }) {
  const open = events.filter((event) => isTrouble(event, region));
  const names = [...new Set([...USUAL, ...open.map((event) => event.service)])];
  const rows = names.map((service) => ({ service, troubles: open.filter((event) => event.service === service).length }));
  return <SmallTable title={`Services in ${region}`} columns={COLUMNS} rows={rows} idOf={(row) => row.service} />;
}
