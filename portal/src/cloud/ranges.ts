// Address ranges: what may be a network's, and its quarters.

const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const address = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

/** The parts of an IPv4 range; undefined if it is none. */
export function parseRange(text: string): { base: number; prefix: number } | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text.trim());
  if (!match?.[1]) return undefined;
  const prefix = Number(match[2]);
  if (prefix > 32 || match[1].split(".").some((part) => Number(part) > 255)) return undefined;
  const base = number(match[1]);
  return base % 2 ** (32 - prefix) === 0 ? { base, prefix } : undefined;
}

/** Why a range can't be a new network's; undefined if it can. */
export function rangeProblem(text: string): string | undefined {
  const range = parseRange(text);
  if (!range) return `${text || "That"} is not an address range such as 10.0.0.0/16.`;
  if (range.prefix < 16 || range.prefix > 26) {
    return `A network's range must be between /16 and /26 here, not /${range.prefix}.`;
  }
  return undefined;
}

/** The n-th quarter of a range, from 0: where a new network's subnets go. */
export function quarter(text: string, part: number): string {
  const range = parseRange(text);
  if (!range) throw new Error(`${text} is not an address range.`);
  return `${address(range.base + part * 2 ** (30 - range.prefix))}/${range.prefix + 2}`;
}

/** A source of traffic as the API takes it: a single address is a range of one. Undefined if it is neither. */
export function source(text: string): string | undefined {
  const wanted = text.trim().includes("/") ? text.trim() : `${text.trim()}/32`;
  return parseRange(wanted) ? wanted : undefined;
}
