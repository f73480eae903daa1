// One network: its subnets, routes and gateway.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Cloud } from "../../api/client";
import { usePortal } from "../../app/context";
import { filters } from "../../api/listings";
import type { RouteTable, Subnet } from "../../api/wire";
import { subnetsOf } from "../../cloud/lookups";
import { nameOf } from "../../cloud/tags";
import { DetailPage } from "../../parts/DetailPage";
import type { Column } from "../../parts/ResourceTable";
import { orDash, State, yesNo } from "../../parts/show";
import { SmallTable } from "../../parts/SmallTable";
import { useRead } from "../../parts/useRead";
import { DeleteNetworkDialog } from "./DeleteNetwork";

type Route = NonNullable<RouteTable["Routes"]>[number] & { table: string };

const SUBNETS: readonly Column<Subnet>[] = [
  { id: "name", header: "Name", cell: (one) => nameOf(one) || "–" },
  { id: "id", header: "ID", isRowHeader: true, cell: (one) => one.SubnetId, width: 200 },
  { id: "range", header: "Address range", cell: (one) => one.CidrBlock, width: 130 },
  { id: "zone", header: "Zone", cell: (one) => one.AvailabilityZone },
  { id: "free", header: "Free addresses", cell: (one) => orDash(one.AvailableIpAddressCount) },
  { id: "public", header: "Gives public addresses", cell: (one) => yesNo(one.MapPublicIpOnLaunch), width: 160 },
];

const ROUTES: readonly Column<Route>[] = [
  { id: "to", header: "To", isRowHeader: true, cell: (one) => orDash(one.DestinationCidrBlock) },
  { id: "over", header: "Over", cell: (one) => orDash(one.GatewayId ?? one.NatGatewayId), width: 200 },
  { id: "state", header: "State", cell: (one) => <State name={one.State} /> },
  { id: "table", header: "Route table", cell: (one) => one.table, width: 200 },
];

async function read(cloud: Cloud, id: string) {
  const vpcs = (await cloud.call("ec2/DescribeVpcs", { Filters: filters({ "vpc-id": id }) })).Vpcs ?? [];
  const vpc = vpcs[0];
  if (!vpc) return undefined;
  const [subnets, tables, gateways] = await Promise.all([
    subnetsOf(cloud, id),
    cloud.call("ec2/DescribeRouteTables", { Filters: filters({ "vpc-id": id }) }),
    cloud.call("ec2/DescribeInternetGateways", { Filters: filters({ "attachment.vpc-id": id }) }),
  ]);
  const routes = (tables.RouteTables ?? []).flatMap((table) =>
    (table.Routes ?? []).map((route): Route => ({ ...route, table: table.RouteTableId })),
  );
  return { vpc, subnets, routes, gateway: gateways.InternetGateways?.[0]?.InternetGatewayId };
}

export function NetworkDetail({ id }: { id: string }) {
  const portal = usePortal();
  const network = useRead(`network ${id}`, (cloud) => read(cloud, id));
  return (
    <DetailPage
      parent={{ text: "Networks", href: "#/networks" }}
      id={id}
      read={network}
      titleOf={({ vpc }) => nameOf(vpc) || (vpc.IsDefault ? "Default network" : id)}
      actions={({ vpc }) => (
        <Button onClick={() => portal.openDialog(<DeleteNetworkDialog network={vpc} />)}>Delete network</Button>
      )}
    >
      {({ vpc, subnets, routes, gateway }) => (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Details</Header>}>
            <KeyValuePairs
              columns={3}
              items={[
                { label: "ID", value: id },
                { label: "Address range", value: vpc.CidrBlock },
                { label: "State", value: <State name={vpc.State} /> },
                { label: "Default network", value: yesNo(vpc.IsDefault) },
                { label: "Internet gateway", value: gateway ?? "None" },
              ]}
            />
          </Container>
          <SmallTable title="Subnets" columns={SUBNETS} rows={subnets} idOf={(one) => one.SubnetId} />
          <SmallTable title="Routes" columns={ROUTES} rows={routes} idOf={(one) => `${one.table} ${one.DestinationCidrBlock}`} />
        </SpaceBetween>
      )}
    </DetailPage>
  );
}
