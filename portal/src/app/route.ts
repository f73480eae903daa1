// Where the user is: the path and the parameters behind the address's `#`.
import { useSyncExternalStore } from "react";

export interface Route {
  /** The parts of the path: `#/vms/i-1` is `["vms", "i-1"]`. */
  parts: string[];
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  return { parts, params: new URLSearchParams(query) };
}

/** The address of a page: `href("vms", id)`. */
export function href(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(to: string): void {
  window.location.hash = to;
}

/** Change one parameter of the present page without a new entry in the browser's history. */
export function setParam(name: string, value: string): void {
  const { parts, params } = parseRoute(window.location.hash);
  params.set(name, value);
  window.history.replaceState(null, "", `${href(...parts)}?${params}`);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

export function useHash(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}

export const useRoute = (): Route => parseRoute(useHash());
