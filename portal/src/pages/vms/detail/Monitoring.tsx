// Measurements of a virtual machine: charts, and their figures in a table.
import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { Instance } from "../../../api/wire";
import { amount, figures, measure, type Metric, METRICS, type Point, type Span, SPANS } from "../../../cloud/metrics";
import { Choice } from "../../../parts/fields";
import { Problem } from "../../../parts/Problem";
import type { Column } from "../../../parts/ResourceTable";
import { SmallTable } from "../../../parts/SmallTable";
import { useRead } from "../../../parts/useRead";

interface Row {
  metric: Metric;
  points: Point[];
}

function figure(key: "latest" | "least" | "mean" | "most", header: string): Column<Row> {
  const cell = ({ metric, points }: Row) => {
    const found = figures(points);
    return found ? amount(found[key], metric.unit) : "–";
  };
  return { id: key, header, cell };
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "metric", header: "Measurement", isRowHeader: true, cell: (row) => row.metric.title, width: 150 },
  figure("latest", "Latest"),
  figure("least", "Minimum"),
  figure("mean", "Average"),
  figure("most", "Maximum"),
  { id: "values", header: "Values", cell: (row) => row.points.length },
];

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

function Chart({ metric, points, span }: Row & { span: Span }) {
  const clock = (span.minutes > 1440 ? DAY : CLOCK).format;
  return (
    <Container header={<Header variant="h3">{metric.title}</Header>}>
      <LineChart
        series={[
          {
            title: metric.title,
            type: "line",
            data: points.map((point) => ({ x: point.at, y: point.value })),
            valueFormatter: (value) => amount(value, metric.unit),
          },
        ]}
        xScaleType="time"
        yDomain={[0, Math.max(1, ...points.map((point) => point.value)) * 1.15]}
        height={150}
        hideFilter
        hideLegend
        ariaLabel={`${metric.title}, ${span.text.toLowerCase()}; its figures are in the table above`}
        i18nStrings={{ xTickFormatter: (at) => clock(at), yTickFormatter: (value) => amount(value, metric.unit) }}
        empty={<Box textAlign="center">No measurements yet</Box>}
      />
    </Container>
  );
}

export function Monitoring({ machine }: { machine: Instance }) {
  const [chosen, setChosen] = useState("1h");
  const span = SPANS.find((one) => one.value === chosen) ?? SPANS[0];
  const id = machine.InstanceId;
  const read = useRead(`metrics ${id} ${chosen}`, async (cloud) => (span ? measure(cloud, id, span) : undefined));
  if (!span) return null;
  const rows = METRICS.map((metric) => ({ metric, points: read.data?.get(metric.id) ?? [] }));
  const detailed = ["enabled", "pending"].includes(machine.Monitoring?.State ?? "");
  return (
    <SpaceBetween size="l">
      <Choice label="Span" value={chosen} onChange={setChosen} options={SPANS.map(({ value, text }) => ({ value, text }))} />
      <Problem error={read.error} />
      <SmallTable
        title="Measurements"
        description={`${span.text}. ${detailed ? "Detailed monitoring: a value each minute." : "Basic monitoring: a value each five minutes."}`}
        columns={COLUMNS}
        rows={read.data && rows}
        error={read.error}
        idOf={(row) => row.metric.id}
      />
      {read.data && (
        <ColumnLayout columns={2}>
          {rows.map((row) => (
            <Chart key={row.metric.id} {...row} span={span} />
          ))}
        </ColumnLayout>
      )}
    </SpaceBetween>
  );
}
