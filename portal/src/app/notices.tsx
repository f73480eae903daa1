// Notices on top of the page: what is under way, done or wrong.
import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { createContext, useCallback, useContext, useState } from "react";
import type { Notice } from "./context";

export interface Kept extends Notice {
  id: string;
  since: number;
}

const MOST = 6;
/** A notice this young belongs to the page that is about to be shown. */
const YOUNG_MILLISECONDS = 1500;
let counted = 0;

export function useNotices() {
  const [notices, setNotices] = useState<Kept[]>([]);
  const notify = useCallback((notice: Notice) => {
    counted += 1;
    const kept = { ...notice, id: `notice-${counted}`, since: Date.now() };
    setNotices((before) => [kept, ...before.filter((one) => !notice.key || one.key !== notice.key)].slice(0, MOST));
  }, []);
  const dismiss = useCallback((id: string) => setNotices((before) => before.filter((one) => one.id !== id)), []);
  const quiet = useCallback((evenYoung = false) => {
    const isYoung = (one: Kept) => !evenYoung && Date.now() - one.since < YOUNG_MILLISECONDS;
    setNotices((before) => before.filter((one) => one.type === "in-progress" || isYoung(one)));
  }, []);
  return { notices, notify, dismiss, quiet };
}

interface Shown {
  notices: Kept[];
  dismiss: (id: string) => void;
}

export const NoticesContext = createContext<Shown>({ notices: [], dismiss: () => undefined });

export function Notices() {
  const { notices, dismiss } = useContext(NoticesContext);
  const items = notices.map((notice): FlashbarProps.MessageDefinition => {
    const isWork = notice.type === "in-progress";
    return {
      id: notice.id,
      type: notice.type,
      loading: isWork,
      header: notice.header,
      content: notice.text,
      ariaRole: notice.type === "error" || notice.type === "warning" ? "alert" : "status",
      dismissible: !isWork,
      dismissLabel: `Dismiss: ${notice.header ?? "notice"}`,
      onDismiss: () => dismiss(notice.id),
      buttonText: notice.again ? "Try again" : undefined,
      onButtonClick: notice.again,
    };
  });
  return <Flashbar items={items} i18nStrings={{ ariaLabel: "Notices" }} />;
}
