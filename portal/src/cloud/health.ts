// Incidents and maintenance, as AWS Health tells them.
import type { Cloud } from "../api/client";
import { HEALTH_REGION, healthEvents } from "../api/listings";
import { all } from "../api/pager";
import type { HealthEvent } from "../api/wire";

export interface Told extends HealthEvent {
  text: string;
  /** The account's own things that it is about; empty: everybody's. */
  affected: string[];
}

export type Kind = "open" | "maintenance" | "past" | "notice";

/** Events are told of in tens: the most that one call takes. */
const AT_ONCE = 10;

export function kindOf(event: HealthEvent): Kind {
  if (event.eventTypeCategory === "scheduledChange" && event.statusCode !== "closed") return "maintenance";
  if (event.statusCode === "closed") return "past";
  if (event.statusCode === "upcoming") return "maintenance";
  return event.eventTypeCategory === "accountNotification" ? "notice" : "open";
}

/** An open problem of a region or of all of them. */
export function isTrouble(event: HealthEvent, region: string): boolean {
  return kindOf(event) === "open" && (event.region === region || event.region === "global");
}

export const countTroubles = (events: readonly HealthEvent[], region: string) =>
  events.filter((event) => isTrouble(event, region)).length;

export const readEvents = (cloud: Cloud, filter: Record<string, unknown> = {}) => all(healthEvents(cloud, filter), 100);

/** The events with their words and what they affect, the newest first. */
export async function readTold(cloud: Cloud): Promise<Told[]> {
  const events = await readEvents(cloud);
  const texts = new Map<string, string>();
  const affected = new Map<string, string[]>();
  for (let at = 0; at < events.length; at += AT_ONCE) {
    const eventArns = events.slice(at, at + AT_ONCE).map((event) => event.arn);
    const [details, entities] = await Promise.all([
      cloud.call("health/DescribeEventDetails", { eventArns }, HEALTH_REGION),
      cloud.call("health/DescribeAffectedEntities", { filter: { eventArns } }, HEALTH_REGION),
    ]);
    for (const one of details.successfulSet ?? []) texts.set(one.event.arn, one.eventDescription?.latestDescription ?? "");
    for (const one of entities.entities ?? []) {
      affected.set(one.eventArn, [...(affected.get(one.eventArn) ?? []), one.entityValue]);
    }
  }
  return events
    .map((event) => ({ ...event, text: texts.get(event.arn) ?? "", affected: affected.get(event.arn) ?? [] }))
    .sort((a, b) => ((a.startTime ?? "") < (b.startTime ?? "") ? 1 : -1));
}
