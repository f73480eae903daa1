import { expect, it } from "vitest";
import { parseRange, quarter, rangeProblem, source } from "../src/cloud/ranges";
import { parsePorts } from "../src/cloud/recipes/groups";

it("quarters a network's range", () => {
  expect(quarter("10.0.0.0/16", 0)).toBe("10.0.0.0/18");
  expect(quarter("10.0.0.0/16", 1)).toBe("10.0.64.0/18");
  expect(quarter("192.168.4.0/24", 3)).toBe("192.168.4.192/26");
});

it("says why a range can't be a network's", () => {
  expect(rangeProblem("10.0.0.0/16")).toBeUndefined();
  expect(rangeProblem("10.0.0.0/8")).toContain("not /8");
  expect(rangeProblem("10.0.0.1/16")).toContain("not an address range");
  expect(rangeProblem("")).toContain("not an address range");
});

it("takes single addresses for ranges of one, and nothing else for either", () => {
  expect(source("0.0.0.0/0")).toBe("0.0.0.0/0");
  expect(source("203.0.113.7")).toBe("203.0.113.7/32");
  expect(source("300.0.0.1")).toBeUndefined();
  expect(parseRange("255.255.255.255/32")?.base).toBe(2 ** 32 - 1);
});

it("reads ports and ranges of ports", () => {
  expect(parsePorts("22, 443 8000-8010")).toEqual([
    [22, 22],
    [443, 443],
    [8000, 8010],
  ]);
  expect(() => parsePorts("0")).toThrow();
  expect(() => parsePorts("90-80")).toThrow();
  expect(() => parsePorts("http")).toThrow("http is not a port");
});
