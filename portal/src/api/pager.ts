// Pages of a listing by the API's own tokens. Owns the tokens of pages seen; knows no operation.

/** One answer of a listing operation: its rows and the token of what follows. */
export interface Batch<T> {
  rows: T[];
  next?: string;
}

export type Fetch<T> = (token: string | undefined, size: number) => Promise<Batch<T>>;

export interface Page<T> {
  rows: T[];
  number: number;
  /** Pages that can be gone to: those seen and the one after them. */
  known: number;
  /** Whether there may be pages behind the known ones. */
  open: boolean;
}

interface Place {
  token?: string;
  /** Rows of the answer to pass over: some clouds answer more than was asked for. */
  skip: number;
}

export const PAGE_SIZE = 25;
const MOST_EMPTY = 20;

/** Goes forward by tokens and back by those remembered; never fetches more than the page that is shown. */
export class Pager<T> {
  private readonly places: Place[] = [{ skip: 0 }];

  constructor(
    private readonly fetch: Fetch<T>,
    private readonly size = PAGE_SIZE,
  ) {}

  /** The page of that number, from 1; the last known one if there is no such page. */
  async page(number: number): Promise<Page<T>> {
    const at = Math.min(Math.max(number, 1), this.places.length);
    const place = this.places[at - 1] ?? { skip: 0 };
    let batch = await this.fetch(place.token, this.size);
    let token = place.token;
    // A filter can leave an answer empty although more follow.
    for (let tries = 0; batch.rows.length <= place.skip && batch.next && tries < MOST_EMPTY; tries += 1) {
      token = batch.next;
      batch = await this.fetch(token, this.size);
    }
    const rows = batch.rows.slice(place.skip, place.skip + this.size);
    const rest = place.skip + this.size < batch.rows.length;
    const next: Place | undefined = rest
      ? { token, skip: place.skip + this.size }
      : batch.next
        ? { token: batch.next, skip: 0 }
        : undefined;
    this.places.length = at;
    if (next) this.places.push(next);
    return { rows, number: at, known: this.places.length, open: next !== undefined };
  }
}

/** Every row of a listing; only for what is few, or has to be known whole. */
export async function all<T>(fetch: Fetch<T>, size: number): Promise<T[]> {
  const rows: T[] = [];
  let token: string | undefined;
  do {
    const batch = await fetch(token, size);
    rows.push(...batch.rows);
    token = batch.next;
  } while (token);
  return rows;
}
