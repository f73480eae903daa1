// Which page belongs to which path.
import Box from "@cloudscape-design/components/box";
import { type ReactNode, useEffect } from "react";
import { CreateAlarm } from "../pages/alarms/Create";
import { AlarmList } from "../pages/alarms/List";
import { CreateBalancer } from "../pages/balancers/Create";
import { BalancerDetail } from "../pages/balancers/Detail";
import { BalancerList } from "../pages/balancers/List";
import { TargetGroupList } from "../pages/balancers/TargetGroups";
import { Dashboard } from "../pages/dashboard/Dashboard";
import { CreateDisk } from "../pages/disks/Create";
import { DiskDetail } from "../pages/disks/Detail";
import { DiskList } from "../pages/disks/List";
import { Graph } from "../pages/graph/Graph";
import { CreateGroup } from "../pages/groups/Create";
import { GroupDetail } from "../pages/groups/Detail";
import { GroupList } from "../pages/groups/List";
import { Health } from "../pages/health/Health";
import { ImageList } from "../pages/images/List";
import { CreateNetwork } from "../pages/networks/Create";
import { NetworkDetail } from "../pages/networks/Detail";
import { NetworkList } from "../pages/networks/List";
import { SnapshotList } from "../pages/snapshots/List";
import { CreateVms } from "../pages/vms/create/Create";
import { VmDetail } from "../pages/vms/detail/Detail";
import { VmList } from "../pages/vms/List";
import type { Route } from "./route";

interface Entry {
  title: string;
  page: (id: string) => ReactNode;
}

/** `vms` is a list, `vms/create` makes one, `vms/*` is one of them. */
const PAGES: Record<string, Entry> = {
  "": { title: "Dashboard", page: () => <Dashboard /> },
  health: { title: "Service health", page: () => <Health /> },
  graph: { title: "Dependencies", page: () => <Graph /> },
  vms: { title: "Virtual machines", page: () => <VmList /> },
  "vms/*": { title: "Virtual machine", page: (id) => <VmDetail id={id} /> },
  images: { title: "Images", page: () => <ImageList /> },
  disks: { title: "Disks", page: () => <DiskList /> },
  "disks/create": { title: "Create disk", page: () => <CreateDisk /> },
  "disks/*": { title: "Disk", page: (id) => <DiskDetail id={id} /> },
  snapshots: { title: "Snapshots", page: () => <SnapshotList /> },
  networks: { title: "Networks", page: () => <NetworkList /> },
  "networks/create": { title: "Create network", page: () => <CreateNetwork /> },
  "networks/*": { title: "Network", page: (id) => <NetworkDetail id={id} /> },
  groups: { title: "Security groups", page: () => <GroupList /> },
  "groups/create": { title: "Create security group", page: () => <CreateGroup /> },
  "groups/*": { title: "Security group", page: (id) => <GroupDetail id={id} /> },
  balancers: { title: "Load balancers", page: () => <BalancerList /> },
  "balancers/create": { title: "Create load balancer", page: () => <CreateBalancer /> },
  "balancers/*": { title: "Load balancer", page: (name) => <BalancerDetail name={name} /> },
  targets: { title: "Target groups", page: () => <TargetGroupList /> },
  alarms: { title: "Alarms", page: () => <AlarmList /> },
  "alarms/create": { title: "Create alarm", page: () => <CreateAlarm /> },
  "vms/create": { title: "Create virtual machines", page: () => <CreateVms /> },
};

export function Pages({ route }: { route: Route }) {
  const [kind = "", id = ""] = route.parts;
  const key = id && PAGES[`${kind}/${id}`] ? `${kind}/${id}` : id ? `${kind}/*` : kind;
  const entry = PAGES[key];
  const title = entry ? (key.endsWith("*") ? `${id}, ${entry.title}` : entry.title) : "No such page";
  useEffect(() => {
    document.title = `${title} · Cloud console`;
  }, [title]);
  if (!entry) return <Box variant="h1">There is no such page.</Box>;
  return <div key={`${key} ${id}`}>{entry.page(id)}</div>;
}
