// What can be done with the virtual machines that are chosen.
import ButtonDropdown, { type ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import { type Portal, usePortal } from "../../app/context";
import type { Instance } from "../../api/wire";
import * as recipes from "../../cloud/recipes/machines";
import { AttachDialog } from "./dialogs/Attach";
import { DeleteDialog } from "./dialogs/Delete";
import { ImageDialog } from "./dialogs/Image";
import { OpenPortDialog } from "./dialogs/OpenPort";
import { RenameDialog } from "./dialogs/Rename";
import { ResizeDialog } from "./dialogs/Resize";
import { SpotDialog } from "./dialogs/Spot";
import { StaticAddressDialog } from "./dialogs/StaticAddress";
import { StopDialog } from "./dialogs/Stop";
import { TagDialog } from "./dialogs/Tag";
import { UntagDialog } from "./dialogs/Untag";

interface Action {
  id: string;
  text: string;
  /** For how many at once. */
  for: "one" | "many";
  /** In which states it makes sense. */
  states?: string[];
  run(portal: Portal, machines: Instance[], only: Instance): void;
}

const UP = ["running", "pending"];
const STEADY = ["running", "stopped"];

const ACTIONS: readonly Action[] = [
  {
    id: "start",
    text: "Start",
    for: "many",
    states: ["stopped"],
    run: (portal, machines) => {
      const title = `Start ${recipes.labels(machines)}`;
      portal.perform(title, recipes.startSteps(portal.cloud, machines), `${recipes.labels(machines)} started.`);
    },
  },
  {
    id: "stop",
    text: "Stop…",
    for: "many",
    states: UP,
    run: (portal, machines) => portal.openDialog(<StopDialog machines={machines} restart={false} />),
  },
  {
    id: "reboot",
    text: "Reboot…",
    for: "many",
    states: UP,
    run: (portal, machines) => portal.openDialog(<StopDialog machines={machines} restart />),
  },
  {
    id: "resize",
    text: "Resize…",
    for: "many",
    states: STEADY,
    run: (portal, machines) => portal.openDialog(<ResizeDialog machines={machines} />),
  },
  {
    id: "spot",
    text: "Convert to spot…",
    for: "one",
    states: STEADY,
    run: (portal, _, machine) => portal.openDialog(<SpotDialog machine={machine} />),
  },
  {
    id: "attach",
    text: "Attach disk…",
    for: "one",
    states: STEADY,
    run: (portal, _, machine) => portal.openDialog(<AttachDialog machine={machine} />),
  },
  {
    id: "monitor",
    text: "Turn on detailed monitoring",
    for: "many",
    run: (portal, machines) => monitor(portal, machines, true),
  },
  {
    id: "unmonitor",
    text: "Turn off detailed monitoring",
    for: "many",
    run: (portal, machines) => monitor(portal, machines, false),
  },
  {
    id: "image",
    text: "Create image…",
    for: "one",
    states: STEADY,
    run: (portal, _, machine) => portal.openDialog(<ImageDialog machine={machine} />),
  },
  {
    id: "alarm",
    text: "Create alarm…",
    for: "one",
    run: (_, __, machine) => void (window.location.hash = `#/alarms/create?instance=${machine.InstanceId}`),
  },
  {
    id: "address",
    text: "Give a static address…",
    for: "one",
    states: STEADY,
    run: (portal, _, machine) => portal.openDialog(<StaticAddressDialog machine={machine} />),
  },
  {
    id: "rename",
    text: "Rename…",
    for: "one",
    run: (portal, _, machine) => portal.openDialog(<RenameDialog machine={machine} />),
  },
  {
    id: "port",
    text: "Open port…",
    for: "one",
    run: (portal, _, machine) => portal.openDialog(<OpenPortDialog machine={machine} />),
  },
  {
    id: "tag",
    text: "Add tags…",
    for: "many",
    run: (portal, machines) => portal.openDialog(<TagDialog ids={idsOf(machines)} label={recipes.labels(machines)} />),
  },
  {
    id: "untag",
    text: "Remove tags…",
    for: "many",
    run: (portal, machines) => portal.openDialog(<UntagDialog ids={idsOf(machines)} label={recipes.labels(machines)} />),
  },
  { id: "protect", text: "Protect from deletion", for: "many", run: (portal, machines) => protect(portal, machines, true) },
  {
    id: "unprotect",
    text: "Stop protecting from deletion",
    for: "many",
    run: (portal, machines) => protect(portal, machines, false),
  },
  {
    id: "delete",
    text: "Delete…",
    for: "many",
    run: (portal, machines) => portal.openDialog(<DeleteDialog machines={machines} />),
  },
];

const idsOf = (machines: Instance[]) => machines.map((machine) => machine.InstanceId);

function monitor(portal: Portal, machines: Instance[], on: boolean) {
  const title = `Detailed monitoring ${on ? "on" : "off"}`;
  const done = `Detailed monitoring of ${recipes.labels(machines)} is ${on ? "on" : "off"}.`;
  portal.perform(title, recipes.monitoringSteps(portal.cloud, machines, on), done);
}

function protect(portal: Portal, machines: Instance[], on: boolean) {
  const done = `${recipes.labels(machines)}: ${on ? "protected from deletion" : "no longer protected from deletion"}.`;
  portal.perform(on ? "Protect from deletion" : "Stop protecting", recipes.protectionSteps(portal.cloud, machines, on), done);
}

/** Why an action can't be chosen now; undefined if it can. */
function hindrance(action: Action, machines: Instance[]): string | undefined {
  if (!machines.length) return "Select a virtual machine first";
  if (action.for === "one" && machines.length > 1) return "For one virtual machine at a time";
  const gone = machines.some((machine) => ["terminated", "shutting-down"].includes(machine.State.Name));
  if (gone) return "It is deleted";
  if (action.states && machines.some((machine) => !action.states?.includes(machine.State.Name))) {
    return `Only when ${action.states[0]}`;
  }
  if (action.id === "spot" && machines[0]?.InstanceLifecycle === "spot") return "It is a spot machine already";
  return undefined;
}

export function ActionsMenu({ machines }: { machines: Instance[] }) {
  const portal = usePortal();
  const items = ACTIONS.map((action): ButtonDropdownProps.Item => {
    const reason = hindrance(action, machines);
    return { id: action.id, text: action.text, disabled: reason !== undefined, disabledReason: reason };
  });
  return (
    <ButtonDropdown
      items={items}
      expandToViewport
      onItemClick={({ detail }) => {
        const only = machines[0];
        if (only) ACTIONS.find((action) => action.id === detail.id)?.run(portal, machines, only);
      }}
    >
      Actions
    </ButtonDropdown>
  );
}
