// One load balancer: where it listens, where it sends to, and how its targets are.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Cloud } from "../../api/client";
import { balancers } from "../../api/listings";
import type { Listener, TargetGroup, TargetHealth } from "../../api/wire";
import { usePortal } from "../../app/context";
import { targetGroups } from "../../cloud/lookups";
import { DetailPage } from "../../parts/DetailPage";
import type { Column } from "../../parts/ResourceTable";
import { orDash, State, To } from "../../parts/show";
import { SmallTable } from "../../parts/SmallTable";
import { useRead } from "../../parts/useRead";
import { DeleteBalancerDialog } from "./Delete";
import { AddTargetsDialog, RemoveTargetDialog } from "./targets";

interface Group {
  group: TargetGroup;
  targets: TargetHealth[];
}

async function read(cloud: Cloud, name: string) {
  const balancer = (await balancers(cloud, { Names: [name] })(undefined, 1)).rows[0];
  if (!balancer) return undefined;
  const LoadBalancerArn = balancer.LoadBalancerArn;
  const [listeners, groups] = await Promise.all([
    cloud.call("elbv2/DescribeListeners", { LoadBalancerArn }),
    targetGroups(cloud, { LoadBalancerArn }),
  ]);
  const targets = await Promise.all(
    groups.map(async (group): Promise<Group> => {
      const health = await cloud.call("elbv2/DescribeTargetHealth", { TargetGroupArn: group.TargetGroupArn });
      return { group, targets: health.TargetHealthDescriptions ?? [] };
    }),
  );
  return { balancer, listeners: listeners.Listeners ?? [], groups: targets };
}

const isSettling = ({ targets }: Group) =>
  targets.some((one) => ["initial", "draining"].includes(one.TargetHealth.State));

function listenerColumns(groups: Group[]): Column<Listener>[] {
  const nameOf = (arn: string | undefined) => groups.find((one) => one.group.TargetGroupArn === arn)?.group.TargetGroupName;
  return [
    { id: "port", header: "Port", isRowHeader: true, cell: (one) => one.Port },
    { id: "protocol", header: "Protocol", cell: (one) => one.Protocol },
    { id: "to", header: "Sends to", cell: (one) => orDash(nameOf(one.DefaultActions?.[0]?.TargetGroupArn)) },
  ];
}

function Targets({ group, targets }: Group) {
  const portal = usePortal();
  const columns: Column<TargetHealth>[] = [
    {
      id: "machine",
      header: "Virtual machine",
      isRowHeader: true,
      cell: ({ Target }) => <To path={["vms", Target.Id]}>{Target.Id}</To>,
      width: 190,
    },
    { id: "port", header: "Port", cell: ({ Target }) => orDash(Target.Port) },
    { id: "health", header: "Health", cell: ({ TargetHealth: health }) => <State name={health.State} /> },
    { id: "why", header: "Why", cell: ({ TargetHealth: health }) => orDash(health.Description ?? health.Reason), width: 200 },
    {
      id: "remove",
      header: "Remove",
      cell: ({ Target }) => (
        <Button
          variant="inline-link"
          ariaLabel={`Remove ${Target.Id}`}
          onClick={() => portal.openDialog(<RemoveTargetDialog group={group} id={Target.Id} />)}
        >
          Remove
        </Button>
      ),
    },
  ];
  return (
    <SmallTable
      title={`Targets in ${group.TargetGroupName}`}
      description={`${group.Protocol ?? ""} port ${group.Port ?? "–"}`}
      columns={columns}
      rows={targets}
      idOf={({ Target }) => `${Target.Id} ${Target.Port ?? ""}`}
      actions={<Button onClick={() => portal.openDialog(<AddTargetsDialog group={group} />)}>Add targets</Button>}
    />
  );
}

export function BalancerDetail({ name }: { name: string }) {
  const portal = usePortal();
  const found = useRead(
    `balancer ${name}`,
    (cloud) => read(cloud, name),
    (data) => data !== undefined && (data.balancer.State?.Code === "provisioning" || data.groups.some(isSettling)),
  );
  return (
    <DetailPage
      parent={{ text: "Load balancers", href: "#/balancers" }}
      id={name}
      read={found}
      titleOf={({ balancer }) => balancer.LoadBalancerName}
      actions={({ balancer }) => (
        <Button onClick={() => portal.openDialog(<DeleteBalancerDialog balancer={balancer} />)}>Delete load balancer</Button>
      )}
    >
      {({ balancer, listeners, groups }) => (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Details</Header>}>
            <KeyValuePairs
              columns={3}
              items={[
                { label: "State", value: <State name={balancer.State?.Code} /> },
                { label: "DNS name", value: orDash(balancer.DNSName) },
                { label: "Reached from", value: balancer.Scheme === "internal" ? "Inside the network" : "The internet" },
                { label: "Type", value: orDash(balancer.Type) },
                { label: "Network", value: orDash(balancer.VpcId) },
                { label: "Zones", value: orDash(balancer.AvailabilityZones?.map((zone) => zone.ZoneName).join(", ")) },
                { label: "Security groups", value: orDash(balancer.SecurityGroups?.join(", ")) },
                { label: "ARN", value: balancer.LoadBalancerArn },
              ]}
            />
          </Container>
          <SmallTable
            title="Listeners"
            columns={listenerColumns(groups)}
            rows={listeners}
            idOf={(one) => one.ListenerArn}
          />
          {groups.map((one) => (
            <Targets key={one.group.TargetGroupArn} {...one} />
          ))}
        </SpaceBetween>
      )}
    </DetailPage>
  );
}
