// Names and tags of things.
import type { Instance, Tag, Tagged } from "../api/wire";

export const nameOf = (thing: Tagged) => thing.Tags?.find((tag) => tag.Key === "Name")?.Value ?? "";

/** How to speak of a machine: its name, or its id if it has none. */
export const labelOf = (machine: Instance) => nameOf(machine) || machine.InstanceId;

/** A tag specification for something to be made; undefined where there is nothing to say. */
export function tagged(resource: string, name: string, more: Tag[] = []) {
  const tags = [...(name ? [{ Key: "Name", Value: name }] : []), ...more];
  return tags.length ? [{ ResourceType: resource, Tags: tags }] : undefined;
}
