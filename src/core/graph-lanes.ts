import type { DependencyEdge, DependencyGraph } from './dependency-graph';
import type { GraphColumns } from './graph-columns';
import { edgeKey } from './graph-structure';

/** What takes a place in a column: a node, or the lane of an edge on its way past the nodes there. */
export interface ColumnItem {
  readonly column: number;
  /** Absent for a lane. */
  readonly nodeId?: string;
  /** The item of its own column that a lane keeps close to when nothing else says where it belongs. */
  readonly beside?: number;
}

/** Items by index; `before` and `after` are their neighbours in the columns left and right. */
export interface LanedGraph {
  readonly items: readonly ColumnItem[];
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
  /** By edge: the lanes it takes, in its own direction. Absent for those that need none or got none. */
  readonly lanes: ReadonlyMap<string, readonly number[]>;
}

/** Beyond this, edges do without lanes and may run behind nodes, the longest first. */
export const MOST_LANES = 6_000;
/** Beyond this many columns passed by all edges together too: shared lanes are drawn once per edge. */
export const MOST_PASSES = 30_000;

/** Gives every edge that passes a column a lane there. Edges of one node share theirs as far as they go together. */
export function layLanes(graph: DependencyGraph, columns: GraphColumns): LanedGraph {
  const laying = new LaneLaying(graph, columns);
  const { columnOf } = columns;
  const span = ({ from, to }: DependencyEdge): number =>
    Math.abs((columnOf.get(to) ?? 0) - (columnOf.get(from) ?? 0));
  for (const edge of graph.edges.toSorted((a, b) => span(a) - span(b))) {
    laying.lay(edge);
  }
  return laying;
}

class LaneLaying implements LanedGraph {
  readonly items: ColumnItem[];
  readonly before: number[][];
  readonly after: number[][];
  readonly lanes = new Map<string, readonly number[]>();
  private readonly indexOf = new Map<string, number>();
  private readonly known = new Map<string, number>();
  private readonly links = new Set<string>();
  /** How many long edges leave and enter each node. */
  private readonly leaving = new Map<string, number>();
  private readonly entering = new Map<string, number>();
  private readonly nodeCount: number;
  private passes = 0;

  constructor(
    graph: DependencyGraph,
    private readonly columns: GraphColumns,
  ) {
    this.items = graph.nodes.map(({ id }) => ({ column: this.columnOf(id), nodeId: id }));
    this.nodeCount = this.items.length;
    this.before = this.items.map(() => []);
    this.after = this.items.map(() => []);
    graph.nodes.forEach(({ id }, index) => this.indexOf.set(id, index));
    for (const { from, to } of graph.edges) {
      if (this.columnOf(to) - this.columnOf(from) > 1) {
        this.leaving.set(from, (this.leaving.get(from) ?? 0) + 1);
        this.entering.set(to, (this.entering.get(to) ?? 0) + 1);
      }
    }
  }

  lay(edge: DependencyEdge): void {
    const [from, to] = [this.indexOf.get(edge.from), this.indexOf.get(edge.to)];
    if (from === undefined || to === undefined) {
      return;
    }
    if (this.columns.backEdges.has(edgeKey(edge))) {
      this.layBack(edge, from, to);
    } else {
      this.layForward(edge, from, to);
    }
  }

  private layForward(edge: DependencyEdge, from: number, to: number): void {
    const first = this.columnOf(edge.from) + 1;
    const last = this.columnOf(edge.to) - 1;
    const isJoined = (this.entering.get(edge.to) ?? 0) > (this.leaving.get(edge.from) ?? 0);
    const owner = isJoined ? `to ${to}` : `from ${from}`;
    const chain = this.chain(owner, first, last);
    if (chain === undefined) {
      return; // without lanes it runs behind the nodes
    }
    [from, ...chain, to].reduce((left, right) => this.link(left, right));
    if (chain.length > 0) {
      this.lanes.set(edgeKey(edge), chain);
    }
  }

  /** Past its own columns too: it leaves to the right, goes back beside the nodes and comes in from the left. */
  private layBack(edge: DependencyEdge, from: number, to: number): void {
    const chain = this.chain(
      `back ${from} ${to}`,
      this.columnOf(edge.to),
      this.columnOf(edge.from),
      from,
      to,
    );
    if (chain !== undefined) {
      chain.slice(1).reduce((left, right) => this.link(left, right), chain[0] ?? from);
      this.lanes.set(edgeKey(edge), chain.toReversed());
    }
  }

  /** Lanes of this owner from column to column, made where they are not there yet. */
  private chain(
    owner: string,
    first: number,
    last: number,
    from?: number,
    to?: number,
  ): readonly number[] | undefined {
    const chain: number[] = [];
    this.passes += Math.max(0, last - first + 1);
    if (this.passes > MOST_PASSES) {
      return undefined;
    }
    for (let column = first; column <= last; column += 1) {
      const key = `${column} ${owner}`;
      let lane = this.known.get(key);
      if (lane === undefined) {
        if (this.items.length - this.nodeCount >= MOST_LANES) {
          return undefined;
        }
        const beside = column === last ? from : column === first ? to : undefined;
        lane = this.items.push({ column, ...(beside === undefined ? {} : { beside }) }) - 1;
        this.before.push([]);
        this.after.push([]);
        this.known.set(key, lane);
      }
      chain.push(lane);
    }
    return chain;
  }

  private link(left: number, right: number): number {
    const key = `${left} ${right}`;
    if (!this.links.has(key)) {
      this.links.add(key);
      this.after[left]?.push(right);
      this.before[right]?.push(left);
    }
    return right;
  }

  private columnOf(id: string): number {
    return this.columns.columnOf.get(id) ?? 0;
  }
}
