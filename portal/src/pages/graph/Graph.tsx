// What depends on what: a drawing, and the same in a table.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { setParam, useRoute } from "../../app/route";
import { everyVpc } from "../../api/listings";
import { buildGraph, flat, type Node } from "../../cloud/graph/build";
import { MOST_MACHINES, readInventory } from "../../cloud/graph/inventory";
import { layout } from "../../cloud/graph/packing";
import { everything, type Thing, within } from "../../cloud/graph/things";
import { nameOf } from "../../cloud/tags";
import { Choice } from "../../parts/fields";
import { Problem } from "../../parts/Problem";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { To } from "../../parts/show";
import { useLocalPages } from "../../parts/useLocalPages";
import { useRead } from "../../parts/useRead";
import { Drawing } from "./Drawing";

const MOST_NEEDING = 8;
const WIDTH = 1080;

const few = (names: string[]) =>
  names.length > MOST_NEEDING ? `${names.slice(0, MOST_NEEDING).join(", ")} and ${names.length - MOST_NEEDING} more` : names.join(", ") || "–";

function columnsFor(things: Thing[]): Column<Thing>[] {
  const names = new Map(things.map((one) => [one.id, one.name]));
  const needing = new Map<string, string[]>();
  for (const one of things) for (const id of one.needs) needing.set(id, [...(needing.get(id) ?? []), one.name || one.id]);
  const needed = (id: string) => (names.get(id) ? `${names.get(id)} (${id})` : id);
  return [
    {
      id: "name",
      header: "Name",
      isRowHeader: true,
      cell: (one) => (one.path && one.name ? <To path={one.path}>{one.name}</To> : one.name || "–"),
      width: 150,
    },
    { id: "kind", header: "Kind", cell: (one) => one.kind, width: 120 },
    { id: "id", header: "ID", cell: (one) => (one.path && !one.name ? <To path={one.path}>{one.id}</To> : one.id), width: 190 },
    { id: "needs", header: "Depends on", cell: (one) => one.needs.map(needed).join(", ") || "–", width: 300 },
    { id: "needed", header: "Needed by", cell: (one) => few(needing.get(one.id) ?? []), width: 240 },
  ];
}

/** The chosen thing, what it needs and what needs it. */
function connected(things: Thing[], chosen: string): Thing[] {
  const needs = things.find((one) => one.id === chosen)?.needs ?? [];
  return things.filter((one) => one.id === chosen || needs.includes(one.id) || one.needs.includes(chosen));
}

/** What the chosen node needs and what needs it, as far as it is drawn. */
function neighbours(nodes: Node[], chosen: string): Set<string> {
  const node = nodes.find((one) => one.id === chosen);
  if (!node) return new Set();
  const drawn = new Set(nodes.map((one) => one.id));
  return new Set([...node.needs.filter((id) => drawn.has(id)), ...nodes.filter((one) => one.needs.includes(chosen)).map((one) => one.id)]);
}

export function Graph() {
  const { params } = useRoute();
  const network = params.get("network") ?? "";
  const selected = params.get("selected") ?? "";
  const networks = useRead("networks", everyVpc);
  const read = useRead(`graph ${network}`, (cloud) => readInventory(cloud, network));
  const roots = useMemo(() => (read.data ? buildGraph(read.data) : []), [read.data]);
  const nodes = useMemo(() => flat(roots), [roots]);
  const places = useMemo(() => layout(roots, WIDTH), [roots]);
  const things = useMemo(() => (read.data ? within(everything(read.data), network) : []), [read.data, network]);
  const columns = useMemo(() => columnsFor(things), [things]);
  const near = useMemo(() => neighbours(nodes, selected), [nodes, selected]);
  const chosen = nodes.find((node) => node.id === selected);
  const shown = useMemo(() => (chosen ? connected(things, selected) : things), [things, chosen, selected]);
  const pages = useLocalPages(`${network} ${selected}`, shown);

  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description="Networks, subnets and what is in them. Choose a box to see what it depends on and what needs it."
        actions={<Button iconName="refresh" ariaLabel="Refresh dependencies" onClick={read.reload} />}
      >
        Dependencies
      </Header>
      <SpaceBetween size="s" direction="horizontal" alignItems="end">
        <Choice
          label="Network"
          value={network}
          onChange={(value) => setParam("network", value)}
          options={[
            { value: "", text: "All networks" },
            ...(networks.data ?? []).map((one) => ({ value: one.VpcId, text: nameOf(one) || one.VpcId })),
          ]}
        />
        <Button disabled={!chosen} onClick={() => setParam("selected", "")}>
          Clear the choice
        </Button>
      </SpaceBetween>
      <Problem error={read.data ? undefined : read.error} />
      {read.data?.more && (
        <Alert type="info">Only the first {MOST_MACHINES} virtual machines are drawn. Choose a network to see fewer.</Alert>
      )}
      <Box>
        <div role="status">
          {chosen
            ? `${chosen.label}: connected with ${shown.length - 1} other ${shown.length === 2 ? "thing" : "things"}.`
            : read.data
              ? `${things.length} things.`
              : "Loading…"}
        </div>
      </Box>
      {nodes.length > 0 && (
        <Drawing places={places} selected={selected} near={near} onSelect={(id) => setParam("selected", id)} />
      )}
      {read.data && (
        <ResourceTable
          title={chosen ? `Connected with ${chosen.label}` : "All things"}
          noun="things"
          wrap
          level="h2"
          columns={columns}
          pages={pages}
          idOf={(one) => one.id}
        />
      )}
    </SpaceBetween>
  );
}
