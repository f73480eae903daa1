// Pages of rows that are at hand already.
import { useState } from "react";
import { PAGE_SIZE } from "../api/pager";
import type { Pages } from "./usePages";

/** A new `key` begins at the first page again. */
export function useLocalPages<T>(key: string, rows: readonly T[]): Pages<T> {
  const [wish, setWish] = useState({ key, number: 1 });
  const known = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const number = Math.min(wish.key === key ? wish.number : 1, known);
  const shown = rows.slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE);
  return {
    data: { rows: shown, number, known, open: number < known },
    rows: shown,
    number,
    local: true,
    loading: false,
    reload: () => undefined,
    goTo: (wanted) => setWish({ key, number: wanted }),
  };
}
