// What every page may use: the cloud, notices, dialogs, and that something has changed.
import type { ReactNode } from "react";
import { createContext, useContext } from "react";
import type { Cloud, Session } from "../api/client";
import type { Step } from "../cloud/run";

export interface Notice {
  type: "success" | "error" | "info" | "warning" | "in-progress";
  header?: string;
  text: ReactNode;
  /** A second notice under the same key takes the first one's place. */
  key?: string;
  again?: () => void;
}

export interface Portal {
  session: Session;
  cloud: Cloud;
  setRegion(region: string): void;
  signOut(): void;
  notify(notice: Notice): void;
  /** Take away what is told of earlier changes; what has only just been told stays, unless `evenYoung`. */
  quiet(evenYoung?: boolean): void;
  openDialog(dialog: ReactNode): void;
  closeDialog(): void;
  /** Carry out steps in the background, told in a notice. */
  perform(title: string, steps: Step[], done: string): void;
  /** Counts changes; what depends on it reads again. */
  changes: number;
  changed(): void;
}

export const PortalContext = createContext<Portal | undefined>(undefined);

export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (!portal) throw new Error("There is no portal around this component.");
  return portal;
}

export const useCloud = () => usePortal().cloud;
