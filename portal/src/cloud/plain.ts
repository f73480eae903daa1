// Arguments without what is not said: the API takes an absent key, not an empty one.

/** The same arguments without entries that are undefined. */
export function plain(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

/** What a step that has run has left for a later one. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An earlier step left no result.");
  return value;
}
