// Addresses, interfaces and open ports of a virtual machine.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { usePortal } from "../../../app/context";
import type { Instance, Interface } from "../../../api/wire";
import { groupsOf } from "../../../cloud/recipes/openPort";
import type { Column } from "../../../parts/ResourceTable";
import { orDash, State, To } from "../../../parts/show";
import { SmallTable } from "../../../parts/SmallTable";
import { useRead } from "../../../parts/useRead";
import { RULE_COLUMNS, rulesOf } from "../../groups/rules";
import { ClosePortDialog } from "../dialogs/ClosePort";
import { OpenPortDialog } from "../dialogs/OpenPort";

const INTERFACES: readonly Column<Interface>[] = [
  { id: "id", header: "Interface", isRowHeader: true, cell: (one) => one.NetworkInterfaceId, width: 170 },
  { id: "subnet", header: "Subnet", cell: (one) => orDash(one.SubnetId), width: 190 },
  { id: "private", header: "Private address", cell: (one) => orDash(one.PrivateIpAddress) },
  { id: "public", header: "Public address", cell: (one) => orDash(one.Association?.PublicIp) },
  { id: "state", header: "State", cell: (one) => <State name={one.Status} /> },
];

function SecurityGroups({ machine }: { machine: Instance }) {
  const groups = machine.SecurityGroups ?? [];
  if (!groups.length) return <>–</>;
  return (
    <SpaceBetween size="xxs">
      {groups.map((group) => (
        <To key={group.GroupId} path={["groups", group.GroupId]}>
          {group.GroupName ?? group.GroupId}
        </To>
      ))}
    </SpaceBetween>
  );
}

export function Networking({ machine }: { machine: Instance }) {
  const portal = usePortal();
  const ids = (machine.SecurityGroups ?? []).map((group) => group.GroupId).join(" ");
  const groups = useRead(`groups of ${machine.InstanceId} ${ids}`, (cloud) => groupsOf(cloud, machine));
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Addresses</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: "Public address", value: orDash(machine.PublicIpAddress) },
            { label: "Private address", value: orDash(machine.PrivateIpAddress) },
            { label: "Public DNS name", value: orDash(machine.PublicDnsName) },
            { label: "Network", value: machine.VpcId ? <To path={["networks", machine.VpcId]}>{machine.VpcId}</To> : "–" },
            { label: "Subnet", value: orDash(machine.SubnetId) },
            { label: "Security groups", value: <SecurityGroups machine={machine} /> },
          ]}
        />
      </Container>
      <SmallTable
        title="Open ports"
        columns={RULE_COLUMNS}
        rows={groups.data?.flatMap((group) => rulesOf(group))}
        error={groups.error}
        idOf={(rule) => rule.id}
        empty="Nothing is admitted"
        actions={
          <>
            <Button onClick={() => portal.openDialog(<ClosePortDialog machine={machine} />)}>Close port</Button>
            <Button onClick={() => portal.openDialog(<OpenPortDialog machine={machine} />)}>Open port</Button>
          </>
        }
      />
      <SmallTable
        title="Network interfaces"
        columns={INTERFACES}
        rows={machine.NetworkInterfaces ?? []}
        idOf={(one) => one.NetworkInterfaceId}
      />
    </SpaceBetween>
  );
}
