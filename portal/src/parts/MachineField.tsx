// A machine to be named: by its name or id, with suggestions from the cloud.
import { useDeferredValue } from "react";
import type { Cloud } from "../api/client";
import { filters, instances, PRESENT_STATES, search } from "../api/listings";
import type { Fetch } from "../api/pager";
import type { Instance } from "../api/wire";
import { labelOf, nameOf } from "../cloud/tags";
import { SuggestField } from "./fields";
import { useRead } from "./useRead";

const SUGGESTIONS = 25;

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string;
  /** Other machines than those that are there and match. */
  list?: (cloud: Cloud) => Fetch<Instance>;
  listKey?: string;
  textOf?: (machine: Instance) => string;
}

export function MachineField({ label, value, onChange, hint, error, list, listKey = "", textOf = labelOf }: Props) {
  const text = useDeferredValue(list ? "" : value);
  const usual = (cloud: Cloud) =>
    instances(cloud, {
      Filters: [...search(text, "i", "instance-id"), ...filters({ "instance-state-name": PRESENT_STATES.slice(0, 4) })],
    });
  const read = useRead(`machines ${listKey} ${text}`, async (cloud) => (await (list ?? usual)(cloud)(undefined, SUGGESTIONS)).rows);
  const options = (read.data ?? []).slice(0, SUGGESTIONS).map((machine) => ({
    value: nameOf(machine) ? textOf(machine) : machine.InstanceId,
    description: `${machine.InstanceId}, ${machine.InstanceType}, ${machine.State.Name}`,
  }));
  return (
    <SuggestField label={label} value={value} onChange={onChange} options={options} hint={hint} error={error} placeholder="Name or id" />
  );
}
