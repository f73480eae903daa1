// Deleting one thing for good, after its word is typed.
import Alert from "@cloudscape-design/components/alert";
import type { ReactNode } from "react";
import type { Step } from "../cloud/run";
import { ChangeDialog } from "./ChangeDialog";

interface Props {
  what: string;
  warning: ReactNode;
  build: () => Step[] | Promise<Step[]>;
  onDone?: () => void;
}

export function DeleteDialog({ what, warning, build, onDone }: Props) {
  return (
    <ChangeDialog title={`Delete ${what}`} submit="Delete" confirmWord="delete" build={build} done={`${what} is deleted.`} onDone={onDone}>
      <Alert type="warning" header="This can’t be undone">
        {warning}
      </Alert>
    </ChangeDialog>
  );
}

/** Steps of a single call that deletes. */
export function deleting(what: string, call: () => Promise<unknown>): Step[] {
  return [{ says: `Delete ${what}`, do: async () => void (await call()) }];
}
