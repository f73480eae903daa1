// Rules of security groups, one row for each port and source.
import type { Permission, SecurityGroup } from "../../api/wire";
import type { Column } from "../../parts/ResourceTable";

export interface Rule {
  id: string;
  group: SecurityGroup;
  permission: Permission;
  /** Only this source, as it has to be said to take the rule away. */
  alone: Permission;
  source: string;
}

export function portText(rule: Permission): string {
  if (rule.IpProtocol === "-1") return "All";
  if (rule.FromPort === undefined || rule.FromPort === -1) return "All";
  return rule.FromPort === rule.ToPort ? `${rule.FromPort}` : `${rule.FromPort}-${rule.ToPort}`;
}

const protocolText = (rule: Permission) => (rule.IpProtocol === "-1" ? "All" : rule.IpProtocol.toUpperCase());

/** The inbound rules of a group, each source by itself. */
export function rulesOf(group: SecurityGroup, permissions = group.IpPermissions ?? []): Rule[] {
  return permissions.flatMap((permission) => {
    const bare: Permission = { IpProtocol: permission.IpProtocol };
    if (permission.FromPort !== undefined) bare.FromPort = permission.FromPort;
    if (permission.ToPort !== undefined) bare.ToPort = permission.ToPort;
    const rows: [string, Permission][] = [
      ...(permission.IpRanges ?? []).map((one): [string, Permission] => [
        one.CidrIp,
        { ...bare, IpRanges: [{ CidrIp: one.CidrIp }] },
      ]),
      ...(permission.Ipv6Ranges ?? []).map((one): [string, Permission] => [one.CidrIpv6, { ...bare, Ipv6Ranges: [one] }]),
      ...(permission.UserIdGroupPairs ?? []).map((one): [string, Permission] => [
        one.GroupId,
        { ...bare, UserIdGroupPairs: [{ GroupId: one.GroupId }] },
      ]),
    ];
    return rows.map(([source, alone]) => ({
      id: `${group.GroupId} ${permission.IpProtocol} ${portText(permission)} ${source}`,
      group,
      permission,
      alone,
      source,
    }));
  });
}

export const ruleLabel = (rule: Rule) =>
  `${protocolText(rule.permission)} ${portText(rule.permission)} from ${rule.source}`;

export const RULE_COLUMNS: readonly Column<Rule>[] = [
  { id: "port", header: "Port", isRowHeader: true, cell: (rule) => portText(rule.permission) },
  { id: "protocol", header: "Protocol", cell: (rule) => protocolText(rule.permission) },
  { id: "source", header: "Open to", cell: (rule) => (rule.source === "0.0.0.0/0" ? "0.0.0.0/0 (everybody)" : rule.source) },
  { id: "group", header: "Security group", cell: (rule) => `${rule.group.GroupName} (${rule.group.GroupId})`, width: 220 },
];
