// The health of the cloud: its regions and services, incidents, maintenance, and the account's machines.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { usePortal } from "../../app/context";
import { countTroubles, type Kind, kindOf, readTold, type Told } from "../../cloud/health";
import type { Column } from "../../parts/ResourceTable";
import { orDash, State, time, To } from "../../parts/show";
import { SmallTable } from "../../parts/SmallTable";
import { useRead } from "../../parts/useRead";
import { MachineChecks } from "./MachineChecks";
import { Regions } from "./Regions";
import { Services } from "./Services";

function Affected({ ids }: { ids: string[] }) {
  if (!ids.length) return <>Everybody in the region</>;
  return (
    <>
      {ids.map((id, at) => (
        <span key={id}>
          {at > 0 && ", "}
          {id.startsWith("i-") ? <To path={["vms", id]}>{id}</To> : id}
        </span>
      ))}
    </>
  );
}

const COLUMNS: readonly Column<Told>[] = [
  { id: "what", header: "What", isRowHeader: true, cell: (event) => event.eventTypeCode.replaceAll("_", " "), width: 150 },
  { id: "service", header: "Service", cell: (event) => event.service, width: 65 },
  { id: "region", header: "Region", cell: (event) => event.region, width: 105 },
  { id: "status", header: "Status", cell: (event) => <State name={event.statusCode} />, width: 118 },
  { id: "start", header: "Since", cell: (event) => time(event.startTime), width: 100 },
  { id: "end", header: "Until", cell: (event) => time(event.endTime), width: 100 },
  { id: "affects", header: "Affects", cell: (event) => <Affected ids={event.affected} />, width: 130 },
  { id: "text", header: "Description", cell: (event) => orDash(event.text), width: 200 },
  { id: "arn", header: "ARN", cell: (event) => event.arn, width: 200 },
];

const GROUPS: readonly { kind: Kind; title: string; empty: string }[] = [
  { kind: "open", title: "Open incidents", empty: "No open incidents" },
  { kind: "maintenance", title: "Maintenance", empty: "No maintenance is planned" },
  { kind: "notice", title: "Notices to this account", empty: "No notices" },
  { kind: "past", title: "Past incidents", empty: "No past incidents" },
];

export function Health() {
  const { cloud } = usePortal();
  const read = useRead("health events", readTold);
  const events = read.data ?? [];
  const here = countTroubles(events, cloud.region);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description="Of the cloud’s services, and of this account’s virtual machines"
        actions={<Button iconName="refresh" ariaLabel="Refresh service health" onClick={read.reload} />}
      >
        Service health
      </Header>
      {read.data && (
        <Alert type={here ? "warning" : "success"} statusIconAriaLabel={here ? "Warning" : "Fine"}>
          {here
            ? `${here} open ${here === 1 ? "incident" : "incidents"} in ${cloud.region}.`
            : `No open incidents in ${cloud.region}.`}
        </Alert>
      )}
      {GROUPS.map(({ kind, title, empty }) => (
        <SmallTable
          key={kind}
          title={title}
          wrap
          columns={COLUMNS}
          rows={read.data?.filter((event) => kindOf(event) === kind)}
          error={read.error}
          idOf={(event) => event.arn}
          empty={empty}
        />
      ))}
      <MachineChecks />
      <Services events={events} region={cloud.region} />
      <Regions events={events} />
      <Box color="text-body-secondary">Times are those of this computer.</Box>
    </SpaceBetween>
  );
}
