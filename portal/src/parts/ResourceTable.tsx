// A table of resources: one page at a time, searchable, with actions for what is selected.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { type ReactNode, useMemo } from "react";
import type { Pages } from "./usePages";
import { PagesOf } from "./PagesOf";
import { Problem } from "./Problem";
import { SearchBox } from "./SearchBox";

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  width?: number;
  /** Names the row to screen readers. */
  isRowHeader?: boolean;
}

interface Props<T> {
  title: string;
  /** In the plural, small: "disks". */
  noun: string;
  description?: string;
  level?: "h1" | "h2";
  columns: readonly Column<T>[];
  pages: Pages<T>;
  idOf: (row: T) => string;
  /** How a row is called when it is spoken of. */
  labelOf?: (row: T) => string;
  search?: { text: string; onChange: (text: string) => void; hint: string };
  filter?: ReactNode;
  /** Long texts go on in a second line. */
  wrap?: boolean;
  selection?: { type: "single" | "multi"; ids: ReadonlySet<string>; onChange: (rows: T[]) => void };
  actions?: ReactNode;
  empty?: ReactNode;
}

export function ResourceTable<T>(props: Props<T>) {
  const { title, noun, columns, pages, idOf, selection } = props;
  const label = uniqueLabels(pages.rows, props.labelOf ?? idOf, idOf);
  const definitions = useMemo<TableProps.ColumnDefinition<T>[]>(
    () => columns.map(({ width, ...column }) => ({ ...column, minWidth: width ?? 110 })),
    [columns],
  );
  return (
    <Table<T>
      variant={props.level === "h2" ? "container" : "full-page"}
      items={pages.rows}
      trackBy={idOf}
      columnDefinitions={definitions}
      loading={pages.loading && !pages.data}
      loadingText={`Loading ${noun}`}
      wrapLines={props.wrap}
      selectionType={selection?.type}
      selectedItems={selection ? pages.rows.filter((row) => selection.ids.has(idOf(row))) : undefined}
      onSelectionChange={({ detail }) => selection?.onChange(detail.selectedItems)}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: `Selection of ${noun}`,
        allItemsSelectionLabel: () => `Select all ${noun} on this page`,
        itemSelectionLabel: (_, row) => `Select ${label(row)}`,
      }}
      header={
        <Header
          variant={props.level ?? "h1"}
          description={props.description}
          counter={pages.data ? counter(pages.rows.length, pages.number, pages.data.open) : undefined}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {!pages.local && <Button iconName="refresh" ariaLabel={`Refresh ${noun}`} onClick={pages.reload} />}
              {props.actions}
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      filter={
        (props.search || props.filter) && (
          <SpaceBetween direction="horizontal" size="s" alignItems="end">
            {props.search && (
              <SearchBox label={`Find ${noun}`} {...props.search} />
            )}
            {props.filter}
          </SpaceBetween>
        )
      }
      pagination={<PagesOf noun={noun} pages={pages} />}
      empty={
        pages.error !== undefined ? (
          <Problem error={pages.error} />
        ) : (
          <Box textAlign="center" color="inherit" padding={{ vertical: "m" }}>
            {props.search?.text ? `No ${noun} match` : (props.empty ?? `No ${noun}`)}
          </Box>
        )
      }
    />
  );
}

/** Names rows to screen readers: where two are called the same, by their ids too. */
function uniqueLabels<T>(rows: readonly T[], labelOf: (row: T) => string, idOf: (row: T) => string): (row: T) => string {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(labelOf(row), (counts.get(labelOf(row)) ?? 0) + 1);
  return (row) => ((counts.get(labelOf(row)) ?? 0) > 1 ? `${labelOf(row)} ${idOf(row)}` : labelOf(row));
}

function counter(rows: number, page: number, open: boolean): string {
  if (page === 1 && !open) return `(${rows})`;
  const first = (page - 1) * 25 + 1;
  return `(${first}–${first + rows - 1}${open ? "" : `, ${first + rows - 1} in all`})`;
}
