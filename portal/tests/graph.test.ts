import { expect, it } from "vitest";
import type { Node } from "../src/cloud/graph/build";
import { everyBox, holds, layout, type Placed } from "../src/cloud/graph/packing";

const vm = (id: string): Node => ({ id, kind: "vm", label: id, lines: ["a", "b"], children: [], needs: [] });
const subnet = (id: string, children: Node[]): Node => ({ id, kind: "subnet", label: id, lines: ["x"], children, needs: [] });
const network = (id: string, children: Node[]): Node => ({ id, kind: "network", label: id, lines: [], children, needs: [] });

const many = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => vm(`${prefix}${at}`));

function overlap(a: Placed, b: Placed): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function isWithin(inner: Placed, outer: Placed): boolean {
  const right = inner.x + inner.width < outer.x + outer.width;
  return inner.x > outer.x && inner.y > outer.y && right && inner.y + inner.height < outer.y + outer.height;
}

it("places 500 machines in boxes that hold them and do not overlap", () => {
  const roots = [network("n1", [subnet("s1", many("a", 300)), subnet("s2", many("b", 50)), subnet("s3", [])]), network("n2", [subnet("s4", many("c", 150))])];
  const { boxes, width, height } = layout(roots, 1000);
  const every = everyBox(boxes);
  expect(every).toHaveLength(506);
  const wrong = every.flatMap((box) => {
    const out = box.x + box.width > width || box.y + box.height > height;
    const escaped = box.children.filter((child) => !isWithin(child, box));
    const clashing = box.children.filter((one, at) => box.children.slice(at + 1).some((other) => overlap(one, other)));
    return [...(out ? [box] : []), ...escaped, ...clashing].map((one) => one.node.id);
  });
  expect(wrong).toEqual([]);
});

it("knows which box stands in which, however deep", () => {
  const { boxes } = layout([network("n1", [subnet("s1", [vm("a")]), subnet("s2", [])])], 1000);
  const box = (id: string) => everyBox(boxes).find((one) => one.node.id === id)!;
  expect([holds(box("n1"), box("a")), holds(box("a"), box("n1")), holds(box("s2"), box("a"))]).toEqual([true, false, false]);
});
