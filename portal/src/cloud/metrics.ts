// Measurements: which are shown, how they are asked for, and their figures.
import type { Cloud } from "../api/client";

export interface Metric {
  id: string;
  name: string;
  title: string;
  unit: string;
}

/** Metrics of machines, from the EC2 user guide's list. */
export const METRICS: readonly Metric[] = [
  { id: "cpu", name: "CPUUtilization", title: "CPU", unit: "%" },
  { id: "in", name: "NetworkIn", title: "Network in", unit: "bytes" },
  { id: "out", name: "NetworkOut", title: "Network out", unit: "bytes" },
  { id: "read", name: "EBSReadBytes", title: "Disk reads", unit: "bytes" },
  { id: "write", name: "EBSWriteBytes", title: "Disk writes", unit: "bytes" },
  { id: "checks", name: "StatusCheckFailed", title: "Failed status checks", unit: "" },
];

export interface Span {
  value: string;
  text: string;
  minutes: number;
  periodSeconds: number;
}

export const SPANS: readonly Span[] = [
  { value: "1h", text: "Last hour", minutes: 60, periodSeconds: 300 },
  { value: "3h", text: "Last 3 hours", minutes: 180, periodSeconds: 300 },
  { value: "1d", text: "Last day", minutes: 1440, periodSeconds: 1800 },
  { value: "1w", text: "Last week", minutes: 10080, periodSeconds: 10800 },
];

export interface Point {
  at: Date;
  value: number;
}

export interface Figures {
  latest: number;
  least: number;
  mean: number;
  most: number;
}

/** What a table says of a series; undefined of an empty one. `points` are in the order of time. */
export function figures(points: readonly Point[]): Figures | undefined {
  const values = points.map((point) => point.value);
  const latest = values.at(-1);
  if (latest === undefined) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { latest, least: Math.min(...values), mean, most: Math.max(...values) };
}

/** `1.4 million` bytes as `1.4 MB`, `12.34` percent as `12.3 %`. */
export function amount(value: number, unit: string): string {
  if (unit === "%") return `${value.toFixed(1)} %`;
  if (unit !== "bytes") return String(Math.round(value * 100) / 100);
  const scale = [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const;
  for (const [size, word] of scale) if (value >= size) return `${(value / size).toFixed(1)} ${word}`;
  return `${Math.round(value)} B`;
}

const MINUTE = 60_000;

/** The machine's measurements in the span, each in the order of time. */
export async function measure(cloud: Cloud, id: string, span: Span): Promise<Map<string, Point[]>> {
  const end = Math.ceil(Date.now() / MINUTE) * MINUTE;
  const answer = await cloud.call("cloudwatch/GetMetricData", {
    StartTime: new Date(end - span.minutes * MINUTE).toISOString(),
    EndTime: new Date(end).toISOString(),
    ScanBy: "TimestampAscending",
    MetricDataQueries: METRICS.map((metric) => ({
      Id: metric.id,
      MetricStat: {
        Metric: {
          Namespace: "AWS/EC2",
          MetricName: metric.name,
          Dimensions: [{ Name: "InstanceId", Value: id }],
        },
        Period: span.periodSeconds,
        Stat: metric.id === "checks" ? "Maximum" : "Average",
      },
    })),
  });
  const found = new Map<string, Point[]>();
  for (const result of answer.MetricDataResults ?? []) {
    const points = (result.Timestamps ?? []).map((at, place) => ({ at: new Date(at), value: result.Values?.[place] ?? 0 }));
    found.set(result.Id, points.sort((a, b) => a.at.getTime() - b.at.getTime()));
  }
  return found;
}
