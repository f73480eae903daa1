// A listing shown page by page: keeps the pager for as long as the question stays the same.
import { useMemo, useState } from "react";
import type { Cloud } from "../api/client";
import { type Fetch, type Page, Pager } from "../api/pager";
import { usePortal } from "../app/context";
import { type Read, useRead } from "./useRead";

export interface Pages<T> extends Read<Page<T>> {
  rows: T[];
  number: number;
  /** The rows are at hand; there is nothing to read again. */
  local?: boolean;
  goTo(number: number): void;
}

export function usePages<T>(key: string, list: (cloud: Cloud) => Fetch<T>, busy?: (row: T) => boolean): Pages<T> {
  const { cloud } = usePortal();
  const place = `${cloud.region} ${key}`;
  // The question is told apart by its key, so that a new function of the same meaning starts nothing anew.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const pager = useMemo(() => new Pager(list(cloud)), [cloud, place]);
  const [wish, setWish] = useState({ place, number: 1 });
  const wanted = wish.place === place ? wish.number : 1;
  const read = useRead(`${key} ${wanted}`, () => pager.page(wanted), busy && ((page) => page.rows.some(busy)));
  return {
    ...read,
    rows: read.data?.rows ?? [],
    number: read.data?.number ?? wanted,
    goTo: (number) => setWish({ place, number }),
  };
}
