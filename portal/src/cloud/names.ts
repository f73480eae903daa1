// Names for new things, made the way that every other modality of Skywright makes them.

export const MOST_MACHINES = 50;
const PLAIN_GROUP_NAME = /[^A-Za-z0-9 _.:/()#,@+=&;{}!$*-]/g;

/** The names in a list that commas separate. */
export const listed = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

/** The stem and joint that numbered names are made of: `web` and `web-` give `web-1`, `web_` gives `web_1`. */
export function numbering(prefix: string): { stem: string; joint: string } {
  return { stem: prefix.replace(/[-_*#]+$/, ""), joint: /[-_]$/.test(prefix) ? prefix.slice(-1) : "-" };
}

/**
 * A name for each machine: those listed, or numbered from a prefix, passing over those in use.
 * Throws Error when the list does not fit the number.
 */
export function machineNames(text: string, count: number, used: ReadonlySet<string>, prefix = "vm"): string[] {
  const given = listed(text);
  if (given.length > 1 && given.length !== count) {
    throw new Error(`There are ${given.length} names for ${count} ${count === 1 ? "machine" : "machines"}.`);
  }
  if (given.length > 1 || (given.length === 1 && count === 1)) return given;
  const { stem, joint } = numbering(given[0] ?? prefix);
  const names: string[] = [];
  for (let at = 1; names.length < count; at += 1) {
    const name = `${stem}${joint}${at}`;
    if (!used.has(name)) names.push(name);
  }
  return names;
}

/** The first of `stem`, `stem 2`, `stem 3` … that is free. */
export function free(stem: string, used: ReadonlySet<string>, joint = " "): string {
  let name = stem;
  for (let number = 2; used.has(name); number += 1) name = `${stem}${joint}${number}`;
  return name;
}

/** A name for a new security group: the first machine's, and what the group is for. */
export function groupName(first: string, suffix: string, used: ReadonlySet<string>): string {
  const stem = first.replace(PLAIN_GROUP_NAME, "").slice(0, 100).trim() || "machine";
  return free(`${stem} ${suffix}`.replace("sg-", "sg "), used);
}

/** A free name for a load balancer or target group: letters, digits and hyphens, at most 32 characters. */
export function balancerName(wanted: string, suffix: string, fallback: string, used: ReadonlySet<string>): string {
  const plain = wanted.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 32 - suffix.length);
  let stem = plain || fallback;
  if (stem.startsWith("internal-")) stem = stem.slice("internal-".length) || "balancer";
  stem = `${stem}${suffix}`;
  if (!used.has(stem)) return stem;
  let number = 2;
  while (used.has(`${stem.slice(0, 28)}-${number}`)) number += 1;
  return `${stem.slice(0, 28)}-${number}`;
}

/** `20261127140501`, in UTC: what images are called by default. */
export const stamp = (at = new Date()) => at.toISOString().replace(/\D/g, "").slice(0, 14);

/** A name for the image that a spot machine is made from. It has no time in it, so it is the same in a rehearsal. */
export function imageForSpot(label: string, id: string): string {
  const stem = label.replace(/[^A-Za-z0-9 ./@_-]/g, "-").slice(0, 90);
  return `${stem}-for-spot-${id.slice(-6)}`;
}

/** The next device name that is free on a machine, from /dev/sdf on; undefined if none is left. */
export function freeDevice(devices: string[]): string | undefined {
  const used = new Set(devices.filter((name) => /d[a-z]$/.test(name)).map((name) => name.slice(-1)));
  const letter = [..."fghijklmnopqrstuvwxyz"].find((one) => !used.has(one));
  return letter && `/dev/sd${letter}`;
}
