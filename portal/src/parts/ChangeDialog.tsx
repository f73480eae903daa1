// A dialog that changes something: a form, and the progress of what it starts. Stays open with its form as it
// was when something goes wrong.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useId, useState } from "react";
import { usePortal } from "../app/context";
import type { Step } from "../cloud/run";
import { TextField } from "./fields";
import { Problem } from "./Problem";
import { RunProgress } from "./RunProgress";
import { useChange } from "./useChange";

interface Props {
  title: string;
  /** The word on the button that starts it. */
  submit: string;
  build: () => Promise<Step[]> | Step[];
  /** What is told when it is done. */
  done: string;
  onDone?: () => void;
  /** Has to be typed first. */
  confirmWord?: string;
  size?: "small" | "medium" | "large";
  children?: ReactNode;
}

export function ChangeDialog({ title, submit, build, done, onDone, confirmWord, size = "medium", children }: Props) {
  const { closeDialog } = usePortal();
  const form = useId();
  const [typed, setTyped] = useState("");
  const change = useChange();
  const { working, stuck, progress } = change;

  const start = async () => {
    if (working) return;
    if (stuck) return change.again();
    if (confirmWord && typed.trim().toLowerCase() !== confirmWord) {
      change.fail(new Error(`Type ${confirmWord} to confirm.`));
      return;
    }
    const finish = () => {
      closeDialog();
      onDone?.();
    };
    await change.start({ title, build, done: () => done, onDone: finish });
  };

  return (
    <Modal
      visible
      header={title}
      size={size}
      onDismiss={closeDialog}
      closeAriaLabel="Close dialog"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={closeDialog}>
              {working ? "Go on in the background" : stuck ? "Leave it so" : "Cancel"}
            </Button>
            <Button variant="primary" form={form} formAction="submit" loading={working}>
              {stuck ? "Try again" : submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <SpaceBetween size="m">
          <Problem error={change.problem} />
          {!stuck && !working && children}
          {confirmWord && !stuck && !working && (
            <TextField label={`To confirm, type ${confirmWord}`} value={typed} onChange={setTyped} placeholder={confirmWord} />
          )}
          {(working || stuck) && progress.steps.length > 0 && <RunProgress progress={progress} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
