import type { DependencyGraph } from './dependency-graph';
import { edgeKey, neighbours } from './graph-structure';

export interface GraphColumns {
  /** By node: 0 for those that wait for nothing, else one more than the last of those it waits for. */
  readonly columnOf: ReadonlyMap<string, number>;
  /** Keys of edges that close a cycle, and so lead back or stay in the column. */
  readonly backEdges: ReadonlySet<string>;
}

/** Columns by the longest way from a node that waits for nothing; edges that close a cycle do not count. */
export function columnsOf({ nodes, edges }: DependencyGraph): GraphColumns {
  const next = neighbours(edges);
  const { order, backEdges } = depthFirst(
    nodes.map(({ id }) => id),
    next,
  );
  const columnOf = new Map<string, number>();
  for (const id of order.toReversed()) {
    const column = columnOf.get(id) ?? 0;
    columnOf.set(id, column);
    for (const target of next.get(id) ?? []) {
      if (!backEdges.has(edgeKey({ from: id, to: target }))) {
        columnOf.set(target, Math.max(columnOf.get(target) ?? 0, column + 1));
      }
    }
  }
  return { columnOf, backEdges };
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
        backEdges.add(edgeKey({ from: top.id, to: target }));
      } else if (!seen.has(target)) {
        path.push(enter(target));
      }
    }
  }
  return { order, backEdges };
}
