import type { DependencyGraph } from './dependency-graph';
import { neighbours } from './graph-structure';

export interface LayoutSizes {
  /** Of every node, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Between columns and between the nodes of one column. */
  readonly columnGap: number;
  readonly rowGap: number;
}

/** The left upper corner of a node, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly places: ReadonlyMap<string, Place>;
  readonly width: number;
  readonly height: number;
}

const SWEEPS = 6;

/**
 * Columns from left to right: every node stands right of those it waits for, edges that close a cycle aside. Within a
 * column nodes stand near their neighbours and never over each other. The same graph gets the same places.
 */
export function layoutGraph(graph: DependencyGraph, sizes: LayoutSizes): GraphLayout {
  const columns = columnsOf(graph);
  const before = neighbours(graph.edges, true);
  const after = neighbours(graph.edges);
  const step = sizes.height + sizes.rowGap;
  const rows = new Map<string, number>();
  columns.forEach((column) => column.forEach((id, index) => rows.set(id, index * step)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? columns : columns.toReversed()) {
      settle(column, isForward ? before : after, rows, step);
    }
  }
  return placed(columns, rows, sizes);
}

/** Ids by column: the longest way from a node that waits for nothing. */
function columnsOf({ nodes, edges }: DependencyGraph): string[][] {
  const next = neighbours(edges);
  const { order, backEdges } = depthFirst(
    nodes.map(({ id }) => id),
    next,
  );
  const depths = new Map<string, number>();
  for (const id of order.toReversed()) {
    const depth = depths.get(id) ?? 0;
    depths.set(id, depth);
    for (const target of next.get(id) ?? []) {
      if (!backEdges.has(JSON.stringify([id, target]))) {
        depths.set(target, Math.max(depths.get(target) ?? 0, depth + 1));
      }
    }
  }
  const columns: string[][] = [];
  for (const { id } of nodes) {
    (columns[depths.get(id) ?? 0] ??= []).push(id);
  }
  return columns;
}

/** Ids in the order in which their descendants were done, and the edges that lead back into the way taken. */
function depthFirst(
  ids: readonly string[],
  next: ReadonlyMap<string, readonly string[]>,
): { readonly order: readonly string[]; readonly backEdges: ReadonlySet<string> } {
  const order: string[] = [];
  const backEdges = new Set<string>();
  const seen = new Set<string>();
  const onPath = new Set<string>();
  const enter = (id: string): { id: string; at: number } => {
    seen.add(id);
    onPath.add(id);
    return { id, at: 0 };
  };
  for (const root of ids) {
    const path = seen.has(root) ? [] : [enter(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = next.get(top.id)?.[top.at++];
      if (target === undefined) {
        path.pop();
        onPath.delete(top.id);
        order.push(top.id);
      } else if (onPath.has(target)) {
        backEdges.add(JSON.stringify([top.id, target]));
      } else if (!seen.has(target)) {
        path.push(enter(target));
      }
    }
  }
  return { order, backEdges };
}

/** Orders a column by where its neighbours stand and moves it there, keeping the distance between nodes. */
function settle(
  column: string[],
  towards: ReadonlyMap<string, readonly string[]>,
  rows: Map<string, number>,
  step: number,
): void {
  const wanted = new Map(column.map((id) => [id, wantedRow(id, towards, rows)]));
  column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
  let least = -Infinity;
  let excess = 0;
  for (const id of column) {
    const row = Math.max(wanted.get(id) ?? 0, least);
    excess += row - (wanted.get(id) ?? 0);
    rows.set(id, row);
    least = row + step;
  }
  const shift = excess / Math.max(1, column.length);
  column.forEach((id) => rows.set(id, (rows.get(id) ?? 0) - shift));
}

function wantedRow(
  id: string,
  towards: ReadonlyMap<string, readonly string[]>,
  rows: ReadonlyMap<string, number>,
): number {
  const near = towards.get(id) ?? [];
  const sum = near.reduce((total, each) => total + (rows.get(each) ?? 0), 0);
  return near.length === 0 ? (rows.get(id) ?? 0) : sum / near.length;
}

function placed(
  columns: readonly (readonly string[])[],
  rows: ReadonlyMap<string, number>,
  { width, height, columnGap }: LayoutSizes,
): GraphLayout {
  const all = [...rows.values()];
  const top = all.reduce((least, row) => Math.min(least, row), all[0] ?? 0);
  const bottom = all.reduce((most, row) => Math.max(most, row), all[0] ?? 0);
  const places = new Map<string, Place>();
  columns.forEach((column, index) =>
    column.forEach((id) =>
      places.set(id, { x: index * (width + columnGap), y: Math.round((rows.get(id) ?? 0) - top) }),
    ),
  );
  return {
    places,
    width: Math.max(0, columns.length * (width + columnGap) - columnGap),
    height: places.size === 0 ? 0 : bottom - top + height,
  };
}
