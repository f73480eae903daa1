// What depends on what: a drawing, and the same in a table.
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { setParam, useRoute } from "../../app/route";
import { everyVpc } from "../../api/listings";
import { buildGraph, flat, KIND_WORDS, type Node } from "../../cloud/graph/build";
import { MOST_MACHINES, readInventory } from "../../cloud/graph/inventory";
import { layout } from "../../cloud/graph/packing";
import { nameOf } from "../../cloud/tags";
import { Choice } from "../../parts/fields";
import { Problem } from "../../parts/Problem";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { To } from "../../parts/show";
import { useLocalPages } from "../../parts/useLocalPages";
import { useRead } from "../../parts/useRead";
import { Drawing } from "./Drawing";

const MOST_NEEDS = 8;
const WIDTH = 1080;

const few = (names: string[]) =>
  names.length > MOST_NEEDS ? `${names.slice(0, MOST_NEEDS).join(", ")} and ${names.length - MOST_NEEDS} more` : names.join(", ") || "–";

function columnsFor(nodes: Node[]): Column<Node>[] {
  const labels = new Map(nodes.map((node) => [node.id, node.label]));
  const needing = new Map<string, string[]>();
  for (const node of nodes) for (const id of node.needs) needing.set(id, [...(needing.get(id) ?? []), node.label]);
  return [
    {
      id: "name",
      header: "Name",
      isRowHeader: true,
      cell: (node) => (node.path ? <To path={node.path}>{node.label}</To> : node.label),
      width: 150,
    },
    { id: "kind", header: "Kind", cell: (node) => KIND_WORDS[node.kind], width: 120 },
    { id: "id", header: "ID", cell: (node) => (node.kind === "balancer" ? "–" : node.id), width: 190 },
    { id: "needs", header: "Depends on", cell: (node) => few(node.needs.map((id) => labels.get(id) ?? id)), width: 300 },
    { id: "needed", header: "Needed by", cell: (node) => few(needing.get(node.id) ?? []), width: 240 },
  ];
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
  const columns = useMemo(() => columnsFor(nodes), [nodes]);
  const near = useMemo(() => neighbours(nodes, selected), [nodes, selected]);
  const shown = near.size ? nodes.filter((node) => node.id === selected || near.has(node.id)) : nodes;
  const pages = useLocalPages(`${network} ${selected}`, shown);
  const chosen = nodes.find((node) => node.id === selected);

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
            ? `${chosen.label}: connected with ${near.size} other ${near.size === 1 ? "thing" : "things"}.`
            : read.data
              ? `${nodes.length} things.`
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
          idOf={(node) => node.id}
        />
      )}
    </SpaceBetween>
  );
}
