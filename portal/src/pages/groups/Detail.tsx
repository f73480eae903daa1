// One security group: its rules, and who uses it.
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Cloud } from "../../api/client";
import { usePortal } from "../../app/context";
import { filters } from "../../api/listings";
import type { Interface } from "../../api/wire";
import { DetailPage } from "../../parts/DetailPage";
import type { Column } from "../../parts/ResourceTable";
import { orDash, To } from "../../parts/show";
import { SmallTable } from "../../parts/SmallTable";
import { useRead } from "../../parts/useRead";
import { CloseRuleDialog } from "./CloseRule";
import { OpenRuleDialog } from "./OpenRule";
import { type Rule, RULE_COLUMNS, ruleLabel, rulesOf } from "./rules";

const USERS: readonly Column<Interface>[] = [
  { id: "interface", header: "Interface", isRowHeader: true, cell: (one) => one.NetworkInterfaceId, width: 190 },
  {
    id: "holder",
    header: "Of",
    cell: (one) => {
      const machine = one.Attachment?.InstanceId;
      return machine ? <To path={["vms", machine]}>{machine}</To> : orDash(one.Description);
    },
    width: 200,
  },
  { id: "private", header: "Private address", cell: (one) => orDash(one.PrivateIpAddress), width: 130 },
];

const MOST_USERS = 100;

async function read(cloud: Cloud, id: string) {
  const found = await cloud.call("ec2/DescribeSecurityGroups", { Filters: filters({ "group-id": id }) });
  const group = found.SecurityGroups?.[0];
  if (!group) return undefined;
  const args = { Filters: filters({ "group-id": id }), MaxResults: MOST_USERS };
  const users = (await cloud.call("ec2/DescribeNetworkInterfaces", args)).NetworkInterfaces ?? [];
  return { group, users };
}

export function GroupDetail({ id }: { id: string }) {
  const portal = usePortal();
  const found = useRead(`group ${id}`, (cloud) => read(cloud, id));
  const remove: Column<Rule> = {
    id: "close",
    header: "Close",
    cell: (rule) => (
      <Button
        variant="inline-link"
        ariaLabel={`Close ${ruleLabel(rule)}`}
        onClick={() => portal.openDialog(<CloseRuleDialog rule={rule} />)}
      >
        Close
      </Button>
    ),
  };
  return (
    <DetailPage
      parent={{ text: "Security groups", href: "#/groups" }}
      id={id}
      read={found}
      titleOf={({ group }) => group.GroupName}
    >
      {({ group, users }) => (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Details</Header>}>
            <KeyValuePairs
              columns={3}
              items={[
                { label: "ID", value: id },
                { label: "Network", value: group.VpcId ? <To path={["networks", group.VpcId]}>{group.VpcId}</To> : "–" },
                { label: "Description", value: orDash(group.Description) },
              ]}
            />
          </Container>
          <SmallTable
            title="Inbound rules"
            columns={[...RULE_COLUMNS.filter((column) => column.id !== "group"), remove]}
            rows={rulesOf(group)}
            idOf={(rule) => rule.id}
            empty="Nothing is admitted"
            actions={<Button onClick={() => portal.openDialog(<OpenRuleDialog group={group} />)}>Open port</Button>}
          />
          <SmallTable
            title="Outbound rules"
            columns={RULE_COLUMNS.filter((column) => column.id !== "group")}
            rows={rulesOf(group, group.IpPermissionsEgress)}
            idOf={(rule) => rule.id}
            empty="Nothing may go out"
          />
          <SmallTable
            title="Used by"
            description={users.length >= MOST_USERS ? `The first ${MOST_USERS}` : undefined}
            columns={USERS}
            rows={users.slice(0, MOST_USERS)}
            idOf={(one) => one.NetworkInterfaceId}
            empty="Nothing uses it"
          />
        </SpaceBetween>
      )}
    </DetailPage>
  );
}
