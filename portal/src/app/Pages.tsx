// Which page belongs to which path.
import Box from "@cloudscape-design/components/box";
import { type ReactNode, useEffect } from "react";
import { CreateDisk } from "../pages/disks/Create";
import { DiskDetail } from "../pages/disks/Detail";
import { DiskList } from "../pages/disks/List";
import { ImageList } from "../pages/images/List";
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
  vms: { title: "Virtual machines", page: () => <VmList /> },
  "vms/*": { title: "Virtual machine", page: (id) => <VmDetail id={id} /> },
  images: { title: "Images", page: () => <ImageList /> },
  disks: { title: "Disks", page: () => <DiskList /> },
  "disks/create": { title: "Create disk", page: () => <CreateDisk /> },
  "disks/*": { title: "Disk", page: (id) => <DiskDetail id={id} /> },
  snapshots: { title: "Snapshots", page: () => <SnapshotList /> },
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
