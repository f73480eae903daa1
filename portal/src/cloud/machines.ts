// Finding a machine by what a person calls it.
import type { Cloud } from "../api/client";
import { filters, instanceById, instances, PRESENT_STATES } from "../api/listings";
import type { Instance } from "../api/wire";

/** The machine of that id or name. Throws Error where there is none, or more than one. */
export async function findMachine(cloud: Cloud, wanted: string): Promise<Instance> {
  const text = wanted.trim();
  if (!text) throw new Error("Choose a virtual machine.");
  if (text.startsWith("i-")) {
    const machine = await instanceById(cloud, text);
    if (!machine) throw new Error(`There is no virtual machine ${text} in ${cloud.region}.`);
    return machine;
  }
  const named = filters({ "tag:Name": text, "instance-state-name": PRESENT_STATES.slice(0, 4) });
  const { rows } = await instances(cloud, { Filters: named })(undefined, 5);
  if (rows.length > 1) throw new Error(`Several virtual machines are called ${text}; give the id.`);
  if (!rows[0]) throw new Error(`There is no virtual machine ${text} in ${cloud.region}.`);
  return rows[0];
}
