// What a change has done, is doing and has still to do.
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useSyncExternalStore } from "react";
import type { Progress, Run, Status } from "../cloud/run";

const SHOWN: Record<Status, { type: StatusIndicatorProps.Type; word: string }> = {
  waiting: { type: "pending", word: "not done" },
  working: { type: "in-progress", word: "working…" },
  done: { type: "success", word: "done" },
  failed: { type: "error", word: "failed" },
};

export const useRun = (run: Run): Progress => useSyncExternalStore(run.subscribe, run.snapshot);

export function RunProgress({ progress }: { progress: Progress }) {
  const done = progress.steps.filter((step) => step.status === "done").length;
  return (
    <>
      <ol className="steps-list" aria-label="Progress">
        {progress.steps.map((step, at) => (
          <li key={at}>
            <StatusIndicator type={SHOWN[step.status].type}>
              {step.says}: {SHOWN[step.status].word}
            </StatusIndicator>
          </li>
        ))}
      </ol>
      <div role="status" className="visually-hidden">
        {done} of {progress.steps.length} steps done
      </div>
    </>
  );
}
