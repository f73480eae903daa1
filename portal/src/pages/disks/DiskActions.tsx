// What can be done with a disk.
import ButtonDropdown, { type ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import { type Portal, usePortal } from "../../app/context";
import type { Volume } from "../../api/wire";
import { AttachToDialog } from "./dialogs/AttachTo";
import { DeleteDiskDialog } from "./dialogs/Delete";
import { DetachDialog } from "./dialogs/Detach";
import { EnlargeDialog } from "./dialogs/Enlarge";
import { SnapshotDialog } from "./dialogs/Snapshot";

interface Action {
  id: string;
  text: string;
  /** Why it can't be chosen; undefined if it can. */
  hindrance?(volume: Volume): string | undefined;
  run(portal: Portal, volume: Volume): void;
}

const isAttached = (volume: Volume) => Boolean(volume.Attachments?.length);

const ACTIONS: readonly Action[] = [
  {
    id: "attach",
    text: "Attach…",
    hindrance: (volume) => (isAttached(volume) ? "It is attached already" : undefined),
    run: (portal, volume) => portal.openDialog(<AttachToDialog volume={volume} />),
  },
  {
    id: "detach",
    text: "Detach…",
    hindrance: (volume) => (isAttached(volume) ? undefined : "It is not attached"),
    run: (portal, volume) => portal.openDialog(<DetachDialog volume={volume} />),
  },
  { id: "enlarge", text: "Enlarge…", run: (portal, volume) => portal.openDialog(<EnlargeDialog volume={volume} />) },
  { id: "snapshot", text: "Take snapshot…", run: (portal, volume) => portal.openDialog(<SnapshotDialog volume={volume} />) },
  {
    id: "delete",
    text: "Delete…",
    hindrance: (volume) => (isAttached(volume) ? "Detach it first" : undefined),
    run: (portal, volume) => portal.openDialog(<DeleteDiskDialog volume={volume} />),
  },
];

export function DiskActions({ volume }: { volume: Volume | undefined }) {
  const portal = usePortal();
  const items = ACTIONS.map((action): ButtonDropdownProps.Item => {
    const reason = volume ? action.hindrance?.(volume) : "Select a disk first";
    return { id: action.id, text: action.text, disabled: reason !== undefined, disabledReason: reason };
  });
  return (
    <ButtonDropdown
      items={items}
      expandToViewport
      onItemClick={({ detail }) => {
        if (volume) ACTIONS.find((action) => action.id === detail.id)?.run(portal, volume);
      }}
    >
      Disk actions
    </ButtonDropdown>
  );
}
