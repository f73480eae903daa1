// A dialog that changes something: a form, and the progress of what it starts. Stays open with its form as it
// was when something goes wrong.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useId, useRef, useState } from "react";
import { explain } from "../api/client";
import { usePortal } from "../app/context";
import { Run, type Step } from "../cloud/run";
import { TextField } from "./fields";
import { Problem, problemHeader } from "./Problem";
import { RunProgress, useRun } from "./RunProgress";

interface Props {
  title: string;
  /** The word on the button that starts it. */
  submit: string;
  /** Says what is to be done; throws where the form's values don't go. */
  build: () => Promise<Step[]> | Step[];
  /** What is told when it is done. */
  done: string;
  onDone?: () => void;
  /** Has to be typed first. */
  confirmWord?: string;
  size?: "small" | "medium" | "large";
  children?: ReactNode;
}

const NOTHING = new Run([]);

export function ChangeDialog({ title, submit, build, done, onDone, confirmWord, size = "medium", children }: Props) {
  const { closeDialog, notify, changed } = usePortal();
  const form = useId();
  const [run, setRun] = useState(NOTHING);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<unknown>();
  const [building, setBuilding] = useState(false);
  const open = useRef(true);
  const progress = useRun(run);
  const working = building || progress.state === "working";
  const begun = progress.steps.some((step) => step.status === "done" || step.status === "failed");
  const stuck = progress.state === "failed" && progress.steps.some((step) => step.status === "done");

  const close = () => {
    open.current = false;
    closeDialog();
  };

  const carryOut = async (next: Run) => {
    setProblem(undefined);
    const ok = await next.start();
    changed();
    if (ok) {
      notify({ type: "success", text: done });
      if (open.current) closeDialog();
      onDone?.();
    } else if (open.current) {
      setProblem(next.snapshot().error);
    } else {
      const { error } = next.snapshot();
      notify({ type: "error", header: `${title}: ${problemHeader(error)}`, text: explain(error) });
    }
  };

  const start = async () => {
    if (working) return;
    if (stuck) return carryOut(run);
    if (confirmWord && typed.trim().toLowerCase() !== confirmWord) {
      setProblem(new Error(`Type ${confirmWord} to confirm.`));
      return;
    }
    setBuilding(true);
    setProblem(undefined);
    try {
      const next = new Run(await build());
      setRun(next);
      setBuilding(false);
      await carryOut(next);
    } catch (error) {
      setBuilding(false);
      setProblem(error);
    }
  };

  return (
    <Modal
      visible
      header={title}
      size={size}
      onDismiss={close}
      closeAriaLabel="Close dialog"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
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
          <Problem error={problem} />
          {!stuck && !working && children}
          {confirmWord && !stuck && !working && (
            <TextField label={`To confirm, type ${confirmWord}`} value={typed} onChange={setTyped} placeholder={confirmWord} />
          )}
          {(working || stuck) && (progress.steps.length > 0 || begun) && <RunProgress progress={progress} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
