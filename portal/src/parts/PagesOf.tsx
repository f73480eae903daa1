// The numbers of a table's pages; nothing where there is one page only.
import Pagination from "@cloudscape-design/components/pagination";
import type { Pages } from "./usePages";

export function PagesOf<T>({ noun, pages }: { noun: string; pages: Pages<T> }) {
  const { data, number } = pages;
  if (!data || (number === 1 && !data.open)) return null;
  return (
    <Pagination
      currentPageIndex={number}
      pagesCount={data.known}
      onChange={({ detail }) => pages.goTo(detail.currentPageIndex)}
      ariaLabels={{
        paginationLabel: `Pages of ${noun}`,
        nextPageLabel: "Next page",
        previousPageLabel: "Previous page",
        pageLabel: (page) => `Page ${page}`,
      }}
    />
  );
}
