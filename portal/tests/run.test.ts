import { expect, it, vi } from "vitest";
import { CloudError } from "../src/api/client";
import { Run, type Step } from "../src/cloud/run";

const refused = new CloudError("SkywrightRefused", "rule no-public", 403);
const lost = new CloudError("Unreachable", "no answer", 0);

function failing(error: Error, times = 1): Step & { do: ReturnType<typeof vi.fn> } {
  const act = vi.fn();
  for (let at = 0; at < times; at += 1) act.mockRejectedValueOnce(error);
  return { says: "fails first", do: act.mockResolvedValue(undefined) };
}

const fine = () => ({ says: "fine", do: vi.fn().mockResolvedValue(undefined) });
const states = (run: Run) => run.snapshot().steps.map((step) => step.status);

it("does the steps in order and tells of each", async () => {
  const [a, b] = [fine(), fine()];
  const run = new Run([a, b]);
  const seen: string[] = [];
  run.subscribe(() => seen.push(states(run).join(" ")));
  expect(await run.start()).toBe(true);
  expect(seen).toContain("done working");
  expect(run.snapshot().state).toBe("done");
});

it("stops at the first error, and says what is done and what is not", async () => {
  const last = fine();
  const run = new Run([fine(), failing(refused), last]);
  expect(await run.start()).toBe(false);
  expect(states(run)).toEqual(["done", "failed", "waiting"]);
  expect(run.snapshot().error).toBe(refused);
  expect(last.do).not.toHaveBeenCalled();
});

it("goes on at the step that failed and does nothing twice", async () => {
  const [first, second, third] = [fine(), failing(refused), fine()];
  const run = new Run([first, second, third]);
  await run.start();
  expect(await run.start()).toBe(true);
  expect(first.do).toHaveBeenCalledTimes(1);
  expect(second.do).toHaveBeenCalledTimes(2);
  expect(third.do).toHaveBeenCalledTimes(1);
});

it("looks for what an attempt of unknown outcome has done before it tries again", async () => {
  const step = failing(lost);
  const did = vi.fn().mockResolvedValue(true);
  const run = new Run([{ ...step, did }]);
  await run.start();
  expect(did).not.toHaveBeenCalled();
  expect(await run.start()).toBe(true);
  expect(step.do).toHaveBeenCalledTimes(1);
});

it("tries again when the attempt of unknown outcome did nothing", async () => {
  const step = failing(lost);
  const run = new Run([{ ...step, did: vi.fn().mockResolvedValue(false) }]);
  await run.start();
  expect(await run.start()).toBe(true);
  expect(step.do).toHaveBeenCalledTimes(2);
});

it("does not look after a plain refusal, which did nothing", async () => {
  const step = failing(refused);
  const did = vi.fn();
  const run = new Run([{ ...step, did }]);
  await run.start();
  await run.start();
  expect(did).not.toHaveBeenCalled();
});

it("stays in doubt when looking fails too", async () => {
  const step = failing(lost);
  const did = vi.fn().mockRejectedValueOnce(lost).mockResolvedValue(true);
  const run = new Run([{ ...step, did }]);
  await run.start();
  expect(await run.start()).toBe(false);
  expect(await run.start()).toBe(true);
  expect(step.do).toHaveBeenCalledTimes(1);
});
