import { hasFeature } from './api-level';

interface RowWindow {
  /** What to add to the request. */
  readonly paging: object;
  /** The rows of the window out of those of the answer. */
  readonly cut: <T>(rows: readonly T[]) => T[];
}

/**
 * How to ask for `size` rows from place `start` on. Servers that know whole pages only are asked for the smallest page
 * that has all of them; such servers cut no page.
 */
export function windowOf(start: number, size: number, apiVersion: string | undefined): RowWindow {
  if (hasFeature(apiVersion, 'rowsByPlace')) {
    return { paging: { start, size }, cut: (rows) => [...rows] };
  }
  let pageSize = Math.max(1, size);
  while (Math.floor(start / pageSize) !== Math.floor((start + size - 1) / pageSize)) {
    pageSize += 1;
  }
  const page = Math.floor(start / pageSize);
  const before = start - page * pageSize;
  return {
    paging: { page, page_size: pageSize },
    cut: (rows) => rows.slice(before, before + size),
  };
}
