// Gives every page the cloud in the chosen region, notices, dialogs and background work.
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { Cloud, explain, type Session, signOut } from "../api/client";
import { Run, type Step } from "../cloud/run";
import { problemHeader } from "../parts/Problem";
import { PortalContext, type Portal } from "./context";
import { NoticesContext, useNotices } from "./notices";
import { parseRoute, useHash } from "./route";

const REGION_KEY = "region";

/** The region chosen last in this tab, else the account's own. */
function firstRegion(session: Session): string {
  const chosen = sessionStorage.getItem(REGION_KEY);
  return chosen && session.regions.includes(chosen) ? chosen : session.region;
}

interface Props {
  session: Session;
  onSignedOut: () => void;
  children: ReactNode;
}

export function Provider({ session, onSignedOut, children }: Props) {
  const [region, setRegion] = useState(() => firstRegion(session));
  const hash = useHash();
  const [dialog, setDialog] = useState<ReactNode>();
  const [changes, setChanges] = useState(0);
  const cloud = useMemo(() => new Cloud(region, onSignedOut), [region, onSignedOut]);
  useEffect(() => {
    // A link may name the region: `#/vms?region=eu-west-1`.
    const named = parseRoute(hash).params.get("region");
    if (named && session.regions.includes(named)) setRegion(named);
  }, [hash, session]);
  const { notices, notify, dismiss, quiet } = useNotices();
  const changed = useCallback(() => setChanges((before) => before + 1), []);

  const perform = useCallback(
    (title: string, steps: Step[], done: string) => {
      const run = new Run(steps);
      const key = `${title} ${Date.now()}`;
      quiet(true);
      const start = async () => {
        notify({ key, type: "in-progress", header: title, text: "Working…" });
        const ok = await run.start();
        changed();
        if (ok) notify({ key, type: "success", text: done });
        else {
          const { error } = run.snapshot();
          const header = `${title}: ${problemHeader(error)}`;
          notify({ key, type: "error", header, text: explain(error), again: () => void start() });
        }
      };
      // What the first call changes is to be seen before the last one is done.
      setTimeout(changed, 1000);
      void start();
    },
    [notify, quiet, changed],
  );

  const portal = useMemo<Portal>(
    () => ({
      session,
      cloud,
      setRegion: (wanted) => {
        sessionStorage.setItem(REGION_KEY, wanted);
        setRegion(wanted);
      },
      signOut: () => {
        sessionStorage.removeItem(REGION_KEY);
        void signOut().finally(onSignedOut);
      },
      notify,
      quiet,
      openDialog: setDialog,
      closeDialog: () => setDialog(undefined),
      perform,
      changes,
      changed,
    }),
    [session, cloud, onSignedOut, notify, quiet, perform, changes, changed],
  );

  return (
    <PortalContext.Provider value={portal}>
      <NoticesContext.Provider value={{ notices, dismiss }}>{children}</NoticesContext.Provider>
      {dialog}
    </PortalContext.Provider>
  );
}
