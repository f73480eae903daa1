// How single facts are shown: states, times, sizes, links. Never by colour alone.
import Link from "@cloudscape-design/components/link";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { href } from "../app/route";

const STATES: Record<string, StatusIndicatorProps.Type> = {
  running: "success",
  pending: "in-progress",
  stopping: "in-progress",
  stopped: "stopped",
  "shutting-down": "in-progress",
  terminated: "error",
  available: "success",
  "in-use": "success",
  creating: "in-progress",
  deleting: "in-progress",
  error: "error",
  completed: "success",
  active: "success",
  provisioning: "in-progress",
  active_impaired: "warning",
  failed: "error",
  healthy: "success",
  unhealthy: "error",
  initial: "in-progress",
  draining: "in-progress",
  unused: "stopped",
  unavailable: "warning",
  OK: "success",
  ALARM: "error",
  INSUFFICIENT_DATA: "pending",
  ok: "success",
  impaired: "error",
  "insufficient-data": "pending",
  initializing: "in-progress",
  "not-applicable": "stopped",
  open: "error",
  upcoming: "pending",
  closed: "stopped",
  attached: "success",
};

const WORDS: Record<string, string> = { INSUFFICIENT_DATA: "Insufficient data", ALARM: "In alarm", active_impaired: "impaired" };

export function State({ name }: { name: string | undefined }) {
  if (!name) return <>–</>;
  return <StatusIndicator type={STATES[name] ?? "info"}>{WORDS[name] ?? name}</StatusIndicator>;
}

export const orDash = (value: string | number | undefined) => (value === undefined || value === "" ? "–" : value);

const FORMAT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export function time(iso: string | undefined): string {
  if (!iso) return "–";
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "–" : FORMAT.format(at);
}

/** To the second, in UTC, for who compares it with what the API says. */
export function moment(iso: string | undefined): string {
  const at = new Date(iso ?? "");
  return Number.isNaN(at.getTime()) ? "–" : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export const yesNo = (value: boolean | undefined) => (value ? "Yes" : "No");
export const gb = (size: number | undefined) => (size === undefined ? "–" : `${size} GB`);

export function To({ path, children }: { path: string[]; children: string }) {
  return <Link href={href(...path)}>{children}</Link>;
}

export const monitoring = (state: string | undefined) =>
  state === "enabled" || state === "pending" ? "Detailed" : "Basic";
