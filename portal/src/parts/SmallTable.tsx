// A table of few things, at hand already; in pages where they are more than few.
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { ReactNode } from "react";
import { Problem } from "./Problem";
import { PagesOf } from "./PagesOf";
import type { Column } from "./ResourceTable";
import { useLocalPages } from "./useLocalPages";

interface Props<T> {
  title: string;
  columns: readonly Column<T>[];
  rows: readonly T[] | undefined;
  error?: unknown;
  idOf: (row: T) => string;
  labelOf?: (row: T) => string;
  description?: string;
  empty?: string;
  actions?: ReactNode;
  /** Long texts go on in a second line. */
  wrap?: boolean;
  variant?: "container" | "embedded" | "borderless";
  selected?: T;
  onSelect?: (row: T) => void;
}

export function SmallTable<T>({ title, columns, rows, idOf, onSelect, selected, ...rest }: Props<T>) {
  const pages = useLocalPages(title, rows ?? []);
  return (
    <Table<T>
      variant={rest.variant ?? "container"}
      items={pages.rows}
      wrapLines={rest.wrap}
      trackBy={idOf}
      columnDefinitions={columns.map(({ width, ...column }) => ({ ...column, minWidth: width ?? 100 }))}
      loading={rows === undefined && rest.error === undefined}
      loadingText={`Loading ${title.toLowerCase()}`}
      selectionType={onSelect ? "single" : undefined}
      selectedItems={selected ? [selected] : []}
      onSelectionChange={({ detail }) => detail.selectedItems[0] && onSelect?.(detail.selectedItems[0])}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: `Selection in ${title.toLowerCase()}`,
        itemSelectionLabel: (_, row) => `Select ${(rest.labelOf ?? idOf)(row)}`,
      }}
      header={
        <Header
          variant="h2"
          counter={rows ? `(${rows.length})` : undefined}
          description={rest.description}
          actions={
            rest.actions && (
              <SpaceBetween direction="horizontal" size="xs">
                {rest.actions}
              </SpaceBetween>
            )
          }
        >
          {title}
        </Header>
      }
      pagination={<PagesOf noun={title.toLowerCase()} pages={pages} />}
      empty={
        rest.error === undefined ? (
          <Box textAlign="center" color="inherit">
            {rest.empty ?? "None"}
          </Box>
        ) : (
          <Problem error={rest.error} />
        )
      }
    />
  );
}
