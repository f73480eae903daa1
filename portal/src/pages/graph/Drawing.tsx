// The graph, drawn: nested boxes, each of which can be chosen, and lines around the chosen one only.
import { type KeyboardEvent, useMemo, useRef } from "react";
import { KIND_WORDS, type Kind, type Node } from "../../cloud/graph/build";
import { type Drawing as Places, everyBox, holds, type Placed } from "../../cloud/graph/packing";

const FILLS: Record<Kind, string> = {
  network: "#f3f7fd",
  subnet: "#ffffff",
  vm: "#e3f1e6",
  balancer: "#fdf0dc",
  group: "#f1e9fb",
  disk: "#e4eef9",
};

/** With more neighbours than this, lines would hide what they join; the neighbours' dashed frames tell enough. */
const MOST_LINES = 40;
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const MOST_LETTERS = { label: 21, line: 26 };

const short = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

interface Props {
  places: Places;
  selected: string;
  /** What hangs together with the selected one. */
  near: ReadonlySet<string>;
  onSelect: (id: string) => void;
}

export function Drawing({ places, selected, near, onSelect }: Props) {
  const boxes = useMemo(() => everyBox(places.boxes), [places]);
  const frame = useRef<SVGSVGElement>(null);
  const current = boxes.some((box) => box.node.id === selected) ? selected : (boxes[0]?.node.id ?? "");

  const onKeyDown = (event: KeyboardEvent, id: string) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onSelect(id);
    }
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = boxes.findIndex((box) => box.node.id === id);
    const next = boxes[Math.min(Math.max(at + step, 0), boxes.length - 1)];
    if (!next) return;
    onSelect(next.node.id);
    frame.current?.querySelector<SVGRectElement>(`[data-id="${CSS.escape(next.node.id)}"]`)?.focus();
  };

  const box = (placed: Placed) => {
    const { node } = placed;
    return (
      <g key={node.id} role={placed.children.length ? "group" : undefined} aria-label={placed.children.length ? `In ${node.label}` : undefined}>
        <Box
          placed={placed}
          isSelected={node.id === selected}
          isNear={near.has(node.id)}
          isCurrent={node.id === current}
          onSelect={onSelect}
          onKeyDown={onKeyDown}
        />
        {placed.children.map(box)}
      </g>
    );
  };

  const from = boxes.find((one) => one.node.id === selected);
  // What one holds is seen without a line.
  const apart = (one: Placed) => from && !holds(from, one) && !holds(one, from);
  const lines = near.size <= MOST_LINES ? boxes.filter((one) => near.has(one.node.id) && apart(one)) : [];
  return (
    <div className="graph">
      <svg ref={frame} width={places.width} height={places.height} role="group" aria-label="Dependency graph. Arrow keys go from box to box.">
        {places.boxes.map(box)}
        <g aria-hidden="true">{from && lines.map((to) => <path key={to.node.id} className="edge" d={line(from, to)} />)}</g>
      </svg>
    </div>
  );
}

interface BoxProps {
  placed: Placed;
  isSelected: boolean;
  isNear: boolean;
  isCurrent: boolean;
  onSelect: (id: string) => void;
  onKeyDown: (event: KeyboardEvent, id: string) => void;
}

function labelOf(node: Node): string {
  return `${node.label}, ${KIND_WORDS[node.kind]}, ${node.lines.join(", ")}`;
}

function Box({ placed, isSelected, isNear, isCurrent, onSelect, onKeyDown }: BoxProps) {
  const { node, x, y, width, height } = placed;
  return (
    <g className={isNear ? "node near" : "node"}>
      <rect x={x} y={y} width={width} height={height} rx={8} fill={FILLS[node.kind]} />
      <g aria-hidden="true">
        <text x={x + 9} y={y + 17} fontWeight={600}>
          {short(node.label, MOST_LETTERS.label)}
        </text>
        {node.lines.map((text, at) => (
          <text key={text} className="kind" x={x + 9} y={y + 32 + at * 15}>
            {short(text, MOST_LETTERS.line)}
          </text>
        ))}
      </g>
      <rect
        className="choose"
        x={x}
        y={y}
        width={width}
        height={height}
        rx={8}
        role="button"
        tabIndex={isCurrent ? 0 : -1}
        aria-pressed={isSelected}
        aria-label={labelOf(node)}
        data-id={node.id}
        onClick={() => onSelect(node.id)}
        onKeyDown={(event) => onKeyDown(event, node.id)}
      />
    </g>
  );
}

/** A curve between the sides of two boxes that face each other. */
function line(from: Placed, to: Placed): string {
  const isRight = to.x >= from.x + from.width / 2;
  const [x1, x2] = isRight ? [from.x + from.width, to.x] : [from.x, to.x + Math.min(to.width, from.width)];
  const [y1, y2] = [from.y + 14, to.y + 14];
  const bend = (isRight ? 1 : -1) * Math.max(24, Math.abs(x2 - x1) / 2);
  return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
}
