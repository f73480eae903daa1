// Reading from the cloud for a page: once, again after a change, and again while something is under way.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Cloud } from "../api/client";
import { usePortal } from "../app/context";

const POLL_MILLISECONDS = 2500;

export interface Read<T> {
  data?: T;
  error?: unknown;
  loading: boolean;
  reload(): void;
}

/**
 * What `read` gives. It is read anew when `key`, the region or something in the cloud changes, and every few
 * seconds while `busy` says that the data is about to change by itself.
 */
export function useRead<T>(key: string, read: (cloud: Cloud) => Promise<T>, busy?: (data: T) => boolean): Read<T> {
  const { cloud, changes } = usePortal();
  const [state, setState] = useState<{ data?: T; error?: unknown; loading: boolean }>({ loading: true });
  const [asked, setAsked] = useState(0);
  const latest = useRef(0);
  const current = useRef({ read, busy });
  current.current = { read, busy };
  const place = `${cloud.region} ${key}`;
  const shown = useRef(place);

  useEffect(() => {
    latest.current += 1;
    const mine = latest.current;
    const isOther = shown.current !== place;
    shown.current = place;
    setState((before) => (isOther ? { loading: true } : { ...before, loading: before.data === undefined }));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      try {
        const data = await current.current.read(cloud);
        if (mine !== latest.current) return;
        setState({ data, loading: false });
        if (current.current.busy?.(data)) timer = setTimeout(() => void load(), POLL_MILLISECONDS);
      } catch (error) {
        if (mine === latest.current) setState((before) => ({ ...before, error, loading: false }));
      }
    };
    void load();
    return () => {
      clearTimeout(timer);
      latest.current += 1;
    };
  }, [cloud, place, changes, asked]);

  const reload = useCallback(() => setAsked((before) => before + 1), []);
  return { ...state, reload };
}
