// A change that a form starts: building its steps, carrying them out, going on after an error. Used by dialogs
// and by pages.
import { useCallback, useEffect, useRef, useState } from "react";
import { CloudError, explain } from "../api/client";
import { usePortal } from "../app/context";
import { type Progress, Run, type Step } from "../cloud/run";
import { problemHeader } from "./Problem";
import { useRun } from "./RunProgress";

export interface Wish {
  title: string;
  /** Says what is to be done; throws where the form's values don't go. */
  build: () => Promise<Step[]> | Step[];
  /** What is told when it is done. */
  done: () => string;
  onDone?: () => void;
}

export interface Change {
  progress: Progress;
  problem: unknown;
  working: boolean;
  /** Something is done, or may be, and the rest is not. */
  stuck: boolean;
  start(wish: Wish): Promise<void>;
  /** Go on where it stopped. */
  again(): Promise<void>;
  /** Leave what is not done; the form can be used anew. */
  leave(): void;
  fail(problem: unknown): void;
}

const NOTHING = new Run([]);
const isInDoubt = (error: unknown) => error instanceof CloudError && error.inDoubt;

export function useChange(): Change {
  const { notify, quiet, changed } = usePortal();
  const [run, setRun] = useState(NOTHING);
  const [problem, setProblem] = useState<unknown>();
  const [building, setBuilding] = useState(false);
  const wish = useRef<Wish>();
  const shown = useRef(true);
  const progress = useRun(run);

  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);

  const carryOut = useCallback(
    async (next: Run) => {
      setProblem(undefined);
      const ok = await next.start();
      changed();
      const { error } = next.snapshot();
      if (ok) {
        notify({ type: "success", text: wish.current?.done() });
        if (shown.current) wish.current?.onDone?.();
      } else if (shown.current) {
        setProblem(error);
      } else {
        notify({ type: "error", header: `${wish.current?.title}: ${problemHeader(error)}`, text: explain(error) });
      }
    },
    [changed, notify],
  );

  const start = useCallback(
    async (wanted: Wish) => {
      wish.current = wanted;
      quiet(true);
      setProblem(undefined);
      setBuilding(true);
      try {
        const next = new Run(await wanted.build());
        setRun(next);
        setBuilding(false);
        await carryOut(next);
      } catch (error) {
        setBuilding(false);
        setProblem(error);
      }
    },
    [carryOut, quiet],
  );

  return {
    progress,
    problem,
    working: building || progress.state === "working",
    stuck: progress.state === "failed" && (progress.steps.some((step) => step.status === "done") || isInDoubt(progress.error)),
    start,
    again: () => carryOut(run),
    leave: () => {
      setRun(NOTHING);
      setProblem(undefined);
    },
    fail: setProblem,
  };
}
