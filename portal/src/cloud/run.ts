// Changes that take several calls. Owns the order, what is done, and going on after an error without doing
// anything twice. Knows nothing of the cloud.
import { CloudError } from "../api/client";

export interface Step {
  says: string;
  do(): Promise<void>;
  /** Looks for what an attempt of unknown outcome may have done; true if it did. */
  did?(): Promise<boolean>;
}

export type Status = "waiting" | "working" | "done" | "failed";

export interface Progress {
  steps: { says: string; status: Status }[];
  state: "ready" | "working" | "done" | "failed";
  error?: unknown;
}

/** One change under way. `start` again after an error goes on at the step that failed. */
export class Run {
  private progress: Progress;
  private readonly listeners = new Set<() => void>();
  private inDoubt = false;

  constructor(private readonly steps: Step[]) {
    this.progress = { steps: steps.map(({ says }) => ({ says, status: "waiting" })), state: "ready" };
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly snapshot = () => this.progress;

  /** Do what is left. True when everything is done. */
  async start(): Promise<boolean> {
    if (this.progress.state === "working") return false;
    this.tell({ state: "working", error: undefined });
    for (const [at, step] of this.steps.entries()) {
      if (this.progress.steps[at]?.status === "done") continue;
      this.mark(at, "working");
      try {
        await this.once(step);
      } catch (error) {
        this.inDoubt = error instanceof CloudError && error.inDoubt;
        this.mark(at, "failed");
        this.tell({ state: "failed", error });
        return false;
      }
      this.mark(at, "done");
    }
    this.tell({ state: "done" });
    return true;
  }

  private async once(step: Step): Promise<void> {
    if (this.inDoubt && step.did && (await step.did())) {
      this.inDoubt = false;
      return;
    }
    this.inDoubt = false;
    await step.do();
  }

  private mark(at: number, status: Status) {
    this.tell({ steps: this.progress.steps.map((step, place) => (place === at ? { ...step, status } : step)) });
  }

  private tell(change: Partial<Progress>) {
    this.progress = { ...this.progress, ...change };
    for (const listener of this.listeners) listener();
  }
}
