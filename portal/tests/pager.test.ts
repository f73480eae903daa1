import { expect, it, vi } from "vitest";
import { all, type Batch, Pager } from "../src/api/pager";

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

/** A cloud that pages as it is asked to. */
function paging(total: number) {
  return vi.fn(async (token: string | undefined, size: number): Promise<Batch<number>> => {
    const from = Number(token ?? 0);
    const to = Math.min(from + size, total);
    return { rows: rows(from, to), next: to < total ? String(to) : undefined };
  });
}

it("fetches one page at a time", async () => {
  const fetch = paging(60);
  const pager = new Pager(fetch);
  const page = await pager.page(1);
  expect(page).toMatchObject({ number: 1, known: 2, open: true });
  expect(page.rows).toEqual(rows(0, 25));
  expect(fetch).toHaveBeenCalledTimes(1);
});

it("goes to the end and says so", async () => {
  const pager = new Pager(paging(60));
  await pager.page(1);
  await pager.page(2);
  expect(await pager.page(3)).toEqual({ rows: rows(50, 60), number: 3, known: 3, open: false });
});

it("goes back by the token that it remembers", async () => {
  const fetch = paging(60);
  const pager = new Pager(fetch);
  await pager.page(1);
  await pager.page(2);
  expect((await pager.page(1)).rows).toEqual(rows(0, 25));
  expect(fetch.mock.calls.map(([token]) => token)).toEqual([undefined, "25", undefined]);
});

it("splits what a cloud answers beyond what it was asked for", async () => {
  const fetch = vi.fn(async () => ({ rows: rows(0, 60) }));
  const pager = new Pager<number>(fetch);
  await pager.page(1);
  expect((await pager.page(2)).rows).toEqual(rows(25, 50));
  expect(await pager.page(3)).toMatchObject({ rows: rows(50, 60), open: false });
});

it("passes over empty answers that a filter leaves", async () => {
  const fetch = vi.fn(async (token: string | undefined): Promise<Batch<number>> =>
    token === "b" ? { rows: [1] } : { rows: [], next: token === "a" ? "b" : "a" },
  );
  expect((await new Pager(fetch).page(1)).rows).toEqual([1]);
});

it("knows no page beyond the next one", async () => {
  const pager = new Pager(paging(200));
  await pager.page(1);
  expect((await pager.page(7)).number).toBe(2);
});

it("gives every row where all are wanted", async () => {
  expect(await all(paging(120), 50)).toEqual(rows(0, 120));
});
