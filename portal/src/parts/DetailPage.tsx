// The page of one thing: its name, where it is in the whole, what can be done with it.
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { Problem } from "./Problem";
import type { Read } from "./useRead";

interface Props<T> {
  /** The list that it belongs to. */
  parent: { text: string; href: string };
  id: string;
  read: Read<T | undefined>;
  titleOf: (thing: T) => ReactNode;
  actions?: (thing: T) => ReactNode;
  children: (thing: T) => ReactNode;
}

export function DetailPage<T>({ parent, id, read, titleOf, actions, children }: Props<T>) {
  const thing = read.data;
  return (
    <SpaceBetween size="l">
      <BreadcrumbGroup items={[parent, { text: id, href: "" }]} ariaLabel="Breadcrumbs" />
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Refresh" onClick={read.reload} />
            {thing !== undefined && actions?.(thing)}
          </SpaceBetween>
        }
      >
        {thing === undefined ? id : titleOf(thing)}
      </Header>
      {read.error !== undefined && thing === undefined && <Problem error={read.error} />}
      {thing === undefined && read.loading && <Box>Loading…</Box>}
      {thing === undefined && !read.loading && read.error === undefined && <Box>There is no {id} in this region.</Box>}
      {thing !== undefined && children(thing)}
    </SpaceBetween>
  );
}
