import type { DependencyEdge, DependencyGraph, DependencyNode } from './dependency-graph';

/** A graph in which every edge has both its nodes, every node is there once, and every edge is there once. */
export function completeGraph(graph: DependencyGraph): DependencyGraph {
  const nodes = new Map<string, DependencyNode>();
  for (const node of graph.nodes) {
    if (!nodes.has(node.id)) {
      nodes.set(node.id, node);
    }
  }
  const edges = new Map<string, DependencyEdge>();
  for (const edge of graph.edges) {
    edges.set(edgeKey(edge), edge);
    for (const id of [edge.from, edge.to]) {
      if (!nodes.has(id)) {
        nodes.set(id, { id, label: id, status: 'unknown', isMissing: true });
      }
    }
  }
  return { ...graph, nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** Unlike any other edge's key, whatever ids hold. */
export function edgeKey({ from, to }: DependencyEdge): string {
  return JSON.stringify([from, to]);
}

/**
 * Ids of nodes that wait for each other, one list per knot, and of nodes that wait for themselves. Empty when nothing
 * does. Takes time in proportion to nodes and edges, and no stack.
 */
export function findCycles({ nodes, edges }: DependencyGraph): readonly (readonly string[])[] {
  const next = neighbours(edges);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const cycles: string[][] = [];
  const enter = (id: string): { id: string; at: number } => {
    order.set(id, order.size);
    low.set(id, order.size - 1);
    open.push(id);
    isOpen.add(id);
    return { id, at: 0 };
  };
  const lower = (id: string, to: number | undefined): void => {
    low.set(id, Math.min(low.get(id) ?? 0, to ?? 0));
  };
  const close = (id: string): void => {
    const members = open.splice(open.lastIndexOf(id));
    members.forEach((member) => isOpen.delete(member));
    if (members.length > 1 || (next.get(id) ?? []).includes(id)) {
      cycles.push(members);
    }
  };
  for (const { id: root } of nodes) {
    const path = order.has(root) ? [] : [enter(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = next.get(top.id)?.[top.at++];
      if (target === undefined) {
        path.pop();
        const above = path.at(-1);
        if (above !== undefined) {
          lower(above.id, low.get(top.id));
        }
        if (low.get(top.id) === order.get(top.id)) {
          close(top.id);
        }
      } else if (!order.has(target)) {
        path.push(enter(target));
      } else if (isOpen.has(target)) {
        lower(top.id, order.get(target));
      }
    }
  }
  return cycles;
}

/** Ids of nodes that edges lead to, by the node they come from. */
export function neighbours(
  edges: readonly DependencyEdge[],
  isReversed = false,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [key, value] = isReversed ? [to, from] : [from, to];
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, [value]);
    } else {
      known.push(value);
    }
  }
  return found;
}

/** The id of the node that stands for a folded stage; no server's id looks like it. */
export function stageNodeId(stage: string): string {
  return `\u0000stage ${stage}`;
}

/** Each stage of `folded` as one node, with the edges of its members; edges inside it are gone. */
export function foldStages(graph: DependencyGraph, folded: ReadonlySet<string>): DependencyGraph {
  const shownAs = new Map<string, string>();
  const stages = new Map<string, DependencyNode[]>();
  for (const node of graph.nodes) {
    if (node.stage !== undefined && folded.has(node.stage)) {
      shownAs.set(node.id, stageNodeId(node.stage));
      stages.set(node.stage, [...(stages.get(node.stage) ?? []), node]);
    }
  }
  if (stages.size === 0) {
    return graph;
  }
  const shown = (id: string): string => shownAs.get(id) ?? id;
  const stageIds = new Set(shownAs.values());
  return completeGraph({
    ...graph,
    nodes: [
      ...graph.nodes.filter(({ id }) => !shownAs.has(id)),
      ...[...stages].map(([stage, members]) => stageNode(stage, members)),
    ],
    edges: graph.edges
      .map((edge) => ({ ...edge, from: shown(edge.from), to: shown(edge.to) }))
      .filter((edge) => edge.from !== edge.to || !stageIds.has(edge.from)),
    ...(graph.focusId === undefined ? {} : { focusId: shown(graph.focusId) }),
  });
}

/** What most needs attention speaks for a stage. */
const LOUDEST = [
  'failed',
  'running',
  'queued',
  'blocked',
  'stopped',
  'unknown',
  'draft',
  'completed',
  'published',
] as const;

function stageNode(stage: string, members: readonly DependencyNode[]): DependencyNode {
  const status = LOUDEST.find((each) => members.some((member) => member.status === each)) ?? 'unknown';
  const steps = members.length === 1 ? '1 step' : `${members.length} steps`;
  return { id: stageNodeId(stage), label: `${stage} (${steps})`, status, type: 'stage', stage };
}
