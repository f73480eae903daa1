// What there is in the region, and what needs somebody's attention.
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import type { Cloud } from "../../api/client";
import { alarms, balancers, everyVpc, filters, volumes } from "../../api/listings";
import { all } from "../../api/pager";
import type { Alarm } from "../../api/wire";
import { useCloud } from "../../app/context";
import { countTroubles, kindOf, readEvents } from "../../cloud/health";
import { Problem } from "../../parts/Problem";
import type { Column } from "../../parts/ResourceTable";
import { orDash, State } from "../../parts/show";
import { SmallTable } from "../../parts/SmallTable";
import { type Read, useRead } from "../../parts/useRead";
import { Condition } from "../health/Regions";

/** How many machines there are in each state, by the shortest of the answers that tell it. */
async function countStates(cloud: Cloud): Promise<Map<string, number>> {
  const rows = await all(async (token, size) => {
    const args = { IncludeAllInstances: true, MaxResults: size, ...(token ? { NextToken: token } : {}) };
    const answer = await cloud.call("ec2/DescribeInstanceStatus", args);
    return { rows: answer.InstanceStatuses ?? [], next: answer.NextToken };
  }, 1000);
  const counts = new Map<string, number>();
  for (const { InstanceState: state } of rows) counts.set(state.Name, (counts.get(state.Name) ?? 0) + 1);
  return counts;
}

async function countRest(cloud: Cloud) {
  const [networks, front, loose] = await Promise.all([
    everyVpc(cloud),
    all(balancers(cloud), 400),
    all(volumes(cloud, { Filters: filters({ status: "available" }) }), 500),
  ]);
  return { networks: networks.length, balancers: front.length, loose: loose.length };
}

const ALARMS: readonly Column<Alarm>[] = [
  { id: "name", header: "Name", isRowHeader: true, cell: (alarm) => alarm.AlarmName, width: 150 },
  { id: "state", header: "State", cell: (alarm) => <State name={alarm.StateValue} />, width: 120 },
  { id: "why", header: "Why", cell: (alarm) => orDash(alarm.StateReason), width: 260 },
];

interface CardProps {
  title: string;
  more: { text: string; href: string };
  read: Read<unknown>;
  children: ReactNode;
}

function Card({ title, more, read, children }: CardProps) {
  return (
    <Container fitHeight header={<Header variant="h2">{title}</Header>} footer={<Link href={more.href}>{more.text}</Link>}>
      {read.error !== undefined ? <Problem error={read.error} /> : children}
    </Container>
  );
}

const STATES = ["running", "stopped", "pending", "stopping"];

export function Dashboard() {
  const cloud = useCloud();
  const states = useRead("counts", countStates, (counts) => Boolean(counts.get("pending") || counts.get("stopping")));
  const rest = useRead("other counts", countRest);
  const alarming = useRead("alarming", (from) => all(alarms(from, { StateValue: "ALARM" }), 100));
  const events = useRead("events", (from) => readEvents(from, { eventStatusCodes: ["open", "upcoming"] }));
  const planned = events.data?.filter((event) => kindOf(event) === "maintenance" && event.region === cloud.region).length;
  const count = (state: string) => (states.data ? (states.data.get(state) ?? 0) : "…");
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={`In ${cloud.region}`}
        actions={
          <Button variant="primary" href="#/vms/create">
            Create virtual machines
          </Button>
        }
      >
        Dashboard
      </Header>
      <ColumnLayout columns={3}>
        <Card title="Virtual machines" more={{ text: "All virtual machines", href: "#/vms" }} read={states}>
          <KeyValuePairs
            columns={2}
            items={STATES.map((state) => ({
              label: state[0]?.toUpperCase() + state.slice(1),
              value: (
                <Link variant="awsui-value-large" href={`#/vms?state=${state}`} ariaLabel={`${count(state)} ${state}`}>
                  {String(count(state))}
                </Link>
              ),
            }))}
          />
        </Card>
        <Card title="Resources" more={{ text: "What depends on what", href: "#/graph" }} read={rest}>
          <KeyValuePairs
            columns={2}
            items={[
              { label: "Networks", value: <Big to="#/networks" count={rest.data?.networks} of="networks" /> },
              { label: "Load balancers", value: <Big to="#/balancers" count={rest.data?.balancers} of="load balancers" /> },
              {
                label: "Disks not attached",
                value: <Big to="#/disks?state=available" count={rest.data?.loose} of="disks not attached" />,
              },
              { label: "In alarm", value: <Big to="#/alarms?state=ALARM" count={alarming.data?.length} of="alarms" /> },
            ]}
          />
        </Card>
        <Card title="Health" more={{ text: "Service health", href: "#/health" }} read={events}>
          <KeyValuePairs
            items={[
              {
                label: `Services in ${cloud.region}`,
                value: events.data ? <Condition troubles={countTroubles(events.data, cloud.region)} /> : "…",
              },
              { label: "Planned maintenance", value: planned ?? "…" },
            ]}
          />
        </Card>
      </ColumnLayout>
      <SmallTable
        title="In alarm"
        columns={ALARMS}
        rows={alarming.data?.slice(0, 25)}
        error={alarming.error}
        idOf={(alarm) => alarm.AlarmName}
        empty="No alarm has gone off"
      />
    </SpaceBetween>
  );
}

function Big({ to, count, of }: { to: string; count: number | undefined; of: string }) {
  return (
    <Link variant="awsui-value-large" href={to} ariaLabel={`${count ?? "…"} ${of}`}>
      {String(count ?? "…")}
    </Link>
  );
}
