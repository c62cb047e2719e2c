import type { DependencyGraph } from './dependency-graph';
import { columnsOf } from './graph-columns';
import { layLanes, type LanedGraph } from './graph-lanes';
import { edgeKey } from './graph-structure';

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
  /**
   * By edge, an even number of points: from the side of a node to a lane, past the nodes of that column to its other
   * side, and so on to the side of the other node. From the first point of a pair to the second one goes through the
   * room between columns, from there to the next pair straight.
   */
  readonly routes: ReadonlyMap<string, readonly Place[]>;
  readonly width: number;
  readonly height: number;
}

const SWEEPS = 6;
/** Of the room that a lane takes, in parts of the gap between nodes. */
const LANE_PARTS = 0.5;

/**
 * Columns from left to right: every node stands right of those it waits for, edges that close a cycle aside. Within a
 * column nodes stand near their neighbours and never over each other, and edges pass between them. The same graph gets
 * the same places.
 */
export function layoutGraph(graph: DependencyGraph, sizes: LayoutSizes): GraphLayout {
  const columns = columnsOf(graph);
  const laned = layLanes(graph, columns);
  const rows = new Rows(laned, sizes).settled();
  return new Places(laned, columns.backEdges, rows, sizes).layout(graph);
}

/** By item, the items that edges lead to. */
type Neighbours = readonly (readonly number[])[];

/** The middles of all items, in pixels from top to bottom. */
class Rows {
  private readonly rows: number[];
  private readonly columns: number[][] = [];

  constructor(
    private readonly graph: LanedGraph,
    private readonly sizes: LayoutSizes,
  ) {
    graph.items.forEach(({ column }, item) => (this.columns[column] ??= []).push(item));
    this.rows = graph.items.map(() => 0);
    for (const column of this.columns) {
      this.offsets(column).forEach((offset, index) => (this.rows[column[index] ?? 0] = offset));
    }
  }

  settled(): readonly number[] {
    const { before, after } = this.graph;
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      const isForward = sweep % 2 === 0;
      for (const column of isForward ? this.columns : this.columns.toReversed()) {
        this.order(column, isForward ? before : after);
        this.settle(column, isForward ? before : after, isForward ? after : before);
      }
    }
    for (const column of this.columns) {
      this.place(column, (item) => this.wanted(item, [before, after]));
    }
    return this.rows;
  }

  /** Sorts those that have neighbours there; the others keep their places among them. */
  private order(column: number[], towards: Neighbours): void {
    const isSorted = (item: number): boolean => (towards[item] ?? []).length > 0;
    const wanted = new Map(column.filter(isSorted).map((item) => [item, this.wanted(item, [towards])]));
    const sorted = [...wanted].sort(([, a], [, b]) => a - b).map(([item]) => item);
    let next = 0;
    column.forEach((item, index) => {
      column[index] = isSorted(item) ? (sorted[next++] ?? item) : item;
    });
  }

  /** By the neighbours on one side, or where there are none on the other. */
  private settle(column: readonly number[], side: Neighbours, other: Neighbours): void {
    this.place(column, (item) => this.wanted(item, [(side[item] ?? []).length > 0 ? side : other]));
  }

  /**
   * Moves a column's items, in their order, as near as can be to where they want to be. Neighbours that want to be
   * nearer than they may become one block that stands where its members want to be on average.
   */
  private place(column: readonly number[], wanted: (item: number) => number): void {
    const offsets = this.offsets(column);
    const blocks: { sum: number; count: number }[] = [];
    column.forEach((item, index) => {
      let block = { sum: wanted(item) - (offsets[index] ?? 0), count: 1 };
      for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
        if (last.sum / last.count < block.sum / block.count) {
          break;
        }
        blocks.pop();
        block = { sum: last.sum + block.sum, count: last.count + block.count };
      }
      blocks.push(block);
    });
    let index = 0;
    for (const { sum, count } of blocks) {
      for (const end = index + count; index < end; index += 1) {
        this.rows[column[index] ?? 0] = sum / count + (offsets[index] ?? 0);
      }
    }
  }

  /** How far below the first item the others stand at least. */
  private offsets(column: readonly number[]): number[] {
    let offset = 0;
    return column.map((item, index) => {
      const above = column[index - 1];
      offset += above === undefined ? 0 : (this.heightOf(above) + this.heightOf(item)) / 2;
      return offset;
    });
  }

  /** With its part of the gaps above and below. */
  private heightOf(item: number): number {
    const { height, rowGap } = this.sizes;
    return this.graph.items[item]?.nodeId === undefined ? rowGap * LANE_PARTS : height + rowGap;
  }

  private wanted(item: number, towards: readonly Neighbours[]): number {
    let sum = 0;
    let count = 0;
    for (const side of towards) {
      for (const near of side[item] ?? []) {
        sum += this.rows[near] ?? 0;
        count += 1;
      }
    }
    if (count > 0) {
      return sum / count;
    }
    const beside = this.graph.items[item]?.beside;
    return beside === undefined
      ? (this.rows[item] ?? 0)
      : (this.rows[beside] ?? 0) + (this.sizes.height + this.sizes.rowGap) / 2;
  }
}

/** From items in rows to places in pixels. */
class Places {
  private readonly top: number;
  private readonly bottom: number;
  private readonly inset: number;

  constructor(
    private readonly laned: LanedGraph,
    private readonly backEdges: ReadonlySet<string>,
    private readonly rows: readonly number[],
    private readonly sizes: LayoutSizes,
  ) {
    const { items } = laned;
    this.top = items.reduce((least, _, item) => Math.min(least, this.row(item) - this.reach(item)), Infinity);
    this.bottom = items.reduce(
      (most, _, item) => Math.max(most, this.row(item) + this.reach(item)),
      -Infinity,
    );
    // Edges that lead back turn round outside the first and the last column.
    this.inset = backEdges.size > 0 ? sizes.columnGap / 2 : 0;
  }

  layout(graph: DependencyGraph): GraphLayout {
    const { items } = this.laned;
    const { width, height, columnGap } = this.sizes;
    const places = new Map<string, Place>();
    const indexOf = new Map<string, number>();
    items.forEach(({ nodeId }, item) => {
      if (nodeId !== undefined) {
        indexOf.set(nodeId, item);
        places.set(nodeId, { x: this.left(item), y: this.middle(item) - height / 2 });
      }
    });
    const routes = new Map<string, readonly Place[]>();
    for (const edge of graph.edges) {
      const [from, to] = [indexOf.get(edge.from), indexOf.get(edge.to)];
      if (from !== undefined && to !== undefined) {
        routes.set(edgeKey(edge), this.route(edgeKey(edge), from, to));
      }
    }
    const columnCount = items.reduce((most, { column }) => Math.max(most, column + 1), 0);
    return {
      places,
      routes,
      width: Math.max(0, columnCount * (width + columnGap) - columnGap + 2 * this.inset),
      height: places.size === 0 ? 0 : this.bottom - this.top,
    };
  }

  private route(key: string, from: number, to: number): readonly Place[] {
    const { width } = this.sizes;
    const isBack = this.backEdges.has(key);
    const passes = (this.laned.lanes.get(key) ?? []).flatMap((lane) => {
      const sides = [this.left(lane), this.left(lane) + width].map((x) => ({ x, y: this.middle(lane) }));
      return isBack ? sides.toReversed() : sides;
    });
    const start = { x: this.left(from) + width, y: this.middle(from) };
    return [start, ...passes, { x: this.left(to), y: this.middle(to) }];
  }

  private left(item: number): number {
    const { width, columnGap } = this.sizes;
    return this.inset + (this.laned.items[item]?.column ?? 0) * (width + columnGap);
  }

  private middle(item: number): number {
    return Math.round(this.row(item) - this.top);
  }

  private row(item: number): number {
    return this.rows[item] ?? 0;
  }

  /** How far an item reaches above and below its middle. */
  private reach(item: number): number {
    const { height, rowGap } = this.sizes;
    return this.laned.items[item]?.nodeId === undefined ? (rowGap * LANE_PARTS) / 2 : height / 2;
  }
}
