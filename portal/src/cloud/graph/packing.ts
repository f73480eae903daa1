// Where boxes go: each box's children in rows, as wide as makes the whole about as wide as a page. Pure.
import type { Node } from "./build";

export interface Placed {
  node: Node;
  x: number;
  y: number;
  width: number;
  height: number;
  children: Placed[];
}

const LEAF_WIDTH = 168;
const LINE = 15;
const TITLE = 24;
const GAP = 10;
/** How much wider than high a box should be. */
const SHAPE = 2.4;
/** But no wider than this, so that one scrolls in one direction only. */
const MOST_WIDTH = 1020;

const heightOf = (node: Node) => TITLE + node.lines.length * LINE + 6;

interface Rows {
  placed: Placed[];
  width: number;
  height: number;
}

/** Boxes in rows from the left, in their order. */
function inRows(boxes: Placed[], left: number, top: number, wanted?: number): Rows {
  const area = boxes.reduce((sum, box) => sum + (box.width + GAP) * (box.height + GAP), 0);
  const widest = Math.max(0, ...boxes.map((box) => box.width));
  const limit = Math.max(widest, wanted ?? Math.min(MOST_WIDTH, Math.sqrt(area * SHAPE)));
  let [x, y, row, width] = [0, 0, 0, 0];
  const placed = boxes.map((box) => {
    if (x > 0 && x + box.width > limit) [x, y, row] = [0, y + row + GAP, 0];
    const at = moved(box, left + x, top + y);
    x += box.width + GAP;
    row = Math.max(row, box.height);
    width = Math.max(width, x - GAP);
    return at;
  });
  return { placed, width, height: y + row };
}

function moved(box: Placed, dx: number, dy: number): Placed {
  return { ...box, x: box.x + dx, y: box.y + dy, children: box.children.map((child) => moved(child, dx, dy)) };
}

function pack(node: Node): Placed {
  const isLeaf = node.kind !== "network" && node.kind !== "subnet";
  const head = heightOf(node);
  if (isLeaf || !node.children.length) {
    return { node, x: 0, y: 0, width: LEAF_WIDTH, height: head, children: [] };
  }
  const rows = inRows(ordered(node.children.map(pack)), GAP, head + 4);
  const width = Math.max(LEAF_WIDTH, rows.width + 2 * GAP);
  return { node, x: 0, y: 0, width, height: head + 4 + rows.height + GAP, children: rows.placed };
}

/** What holds nothing first, so that small boxes share rows, then the larger ones. */
function ordered(boxes: Placed[]): Placed[] {
  const area = (box: Placed) => box.width * box.height;
  const small = boxes.filter((box) => !box.children.length);
  const large = boxes.filter((box) => box.children.length);
  return [...small, ...large.sort((a, b) => area(b) - area(a))];
}

export interface Drawing {
  boxes: Placed[];
  width: number;
  height: number;
}

/** Places for all nodes; `width` is that of the page. */
export function layout(nodes: readonly Node[], width: number): Drawing {
  const rows = inRows(nodes.map(pack), GAP, GAP, width);
  return { boxes: rows.placed, width: rows.width + 2 * GAP, height: rows.height + 2 * GAP };
}

/** Whether a box stands in another, however deep. */
export const holds = (outer: Placed, inner: Placed): boolean => everyBox(outer.children).includes(inner);

export const everyBox = (boxes: readonly Placed[]): Placed[] => boxes.flatMap((box) => [box, ...everyBox(box.children)]);
