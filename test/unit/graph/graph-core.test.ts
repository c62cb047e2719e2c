import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { DependencyGraph } from '../../../src/core/dependency-graph';
import { columnsOf } from '../../../src/core/graph-columns';
import { layLanes, MOST_LANES, MOST_PASSES } from '../../../src/core/graph-lanes';
import { layoutGraph, type GraphLayout, type Place } from '../../../src/core/graph-layout';
import {
  completeGraph,
  edgeKey,
  findCycles,
  foldStages,
  stageNodeId,
} from '../../../src/core/graph-structure';

const SIZES = { width: 100, height: 40, columnGap: 50, rowGap: 10 };

function graphOf(count: number, pairs: readonly (readonly [number, number])[]): DependencyGraph {
  return {
    title: 'g',
    nodes: Array.from({ length: count }, (_, index) => ({
      id: `n${index}`,
      label: `N${index}`,
      status: 'draft' as const,
    })),
    edges: pairs.map(([from, to]) => ({ from: `n${from}`, to: `n${to}` })),
    notes: [],
  };
}

const pairs = fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 40 });

describe('dependency graphs', () => {
  it('get a node for what an edge names and nobody lists', () => {
    const graph = completeGraph({ ...graphOf(1, []), edges: [{ from: 'gone', to: 'n0' }] });
    assert.deepEqual(graph.nodes[1], { id: 'gone', label: 'gone', status: 'unknown', isMissing: true });
  });

  it('have no cycle when edges lead forward only', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const forward = given.filter(([from, to]) => from < to);
        assert.deepEqual(findCycles(graphOf(15, forward)), []);
      }),
    );
  });

  it('name exactly the nodes that can come back to themselves', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const inCycles = new Set(findCycles(graphOf(15, given)).flat());
        for (let node = 0; node < 15; node += 1) {
          assert.equal(inCycles.has(`n${node}`), reaches(node, given), `n${node}`);
        }
      }),
    );
  });

  it('are laid out without overlaps, each node right of those it waits for', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const forward = given.filter(([from, to]) => from < to);
        for (const graph of [graphOf(15, given), graphOf(15, forward)]) {
          assertNoOverlap(graph);
        }
        const { places } = layoutGraph(graphOf(15, forward), SIZES);
        for (const [from, to] of forward) {
          assert.ok((places.get(`n${from}`)?.x ?? 0) < (places.get(`n${to}`)?.x ?? 0));
        }
      }),
    );
  });

  it('fold a stage into one node that keeps the edges to the others', () => {
    const graph = graphOf(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const staged: DependencyGraph = {
      ...graph,
      nodes: graph.nodes.map((node, index) =>
        index === 1 || index === 2
          ? { ...node, stage: 'train', status: index === 2 ? 'failed' : 'draft' }
          : node,
      ),
    };
    const folded = foldStages(staged, new Set(['train']));
    const id = stageNodeId('train');
    assert.deepEqual(
      folded.nodes.map((node) => node.id),
      ['n0', 'n3', id],
    );
    assert.deepEqual(folded.edges, [
      { from: 'n0', to: id },
      { from: id, to: 'n3' },
    ]);
    const stage = folded.nodes.find((node) => node.id === id);
    assert.equal(stage?.status, 'failed');
    assert.equal(stage.label, 'train (2 steps)');
  });

  it('are laid out whatever their size', () => {
    const chain = Array.from({ length: 1999 }, (_, index): [number, number] => [index, index + 1]);
    const deep = layoutGraph(graphOf(2000, chain), SIZES);
    assert.equal(deep.places.get('n1999')?.x, 1999 * 150);
    const wide = layoutGraph(
      graphOf(
        2000,
        chain.map(([, child]) => [0, child]),
      ),
      SIZES,
    );
    assert.equal(wide.width, 250);
    assert.deepEqual(layoutGraph(graphOf(0, []), SIZES).height, 0);
  });
});

describe('edges of a dependency graph', () => {
  it('pass between nodes and never behind one, cycles and loops too', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const graph = completeGraph(graphOf(15, given));
        const layout = layoutGraph(graph, SIZES);
        for (const { from, to } of graph.edges) {
          assertPassesBetween(layout, layout.routes.get(edgeKey({ from, to })) ?? []);
        }
      }),
    );
  });

  it('begin at the right side of one node and end at the left side of the other', () => {
    const graph = graphOf(3, [
      [0, 1],
      [1, 2],
      [0, 2],
    ]);
    const { places, routes } = layoutGraph(graph, SIZES);
    const route = routes.get(edgeKey({ from: 'n0', to: 'n2' })) ?? [];
    const [start, end] = [places.get('n0'), places.get('n2')];
    assert.deepEqual(route.at(0), { x: (start?.x ?? 0) + 100, y: (start?.y ?? 0) + 20 });
    assert.deepEqual(route.at(-1), { x: end?.x, y: (end?.y ?? 0) + 20 });
    assert.equal(route.length, 4);
  });

  it('cost a bounded number of lanes, shared by the edges of one node', () => {
    const chain = Array.from({ length: 1_999 }, (_, index): [number, number] => [index, index + 1]);
    const fan = chain.map(([, child]): [number, number] => [0, child]);
    const shared = lanesOf(graphOf(200, [...chain.slice(0, 199), ...fan.slice(0, 199)]));
    assert.equal(shared, 198);
    const { routes } = layoutGraph(graphOf(2_000, [...chain, ...fan]), SIZES);
    const points = [...routes.values()].reduce((sum, route) => sum + route.length, 0);
    assert.ok(points <= 2 * MOST_PASSES + 2 * routes.size, `${points} points`);
    const everything = chain.flatMap(([index]): [number, number][] =>
      [7, 400, 900].flatMap((step): [number, number][] =>
        index + step < 2_000 ? [[index, index + step]] : [],
      ),
    );
    assert.equal(lanesOf(graphOf(2_000, [...chain, ...everything])), MOST_LANES);
  });
});

function lanesOf(graph: DependencyGraph): number {
  return layLanes(completeGraph(graph), columnsOf(graph)).items.length - graph.nodes.length;
}

/** Curves stay in the room between two columns; the straight parts cross a column where no node is. */
function assertPassesBetween({ places }: GraphLayout, route: readonly Place[]): void {
  for (let index = 0; index + 1 < route.length; index += 1) {
    const [a, b] = [route[index], route[index + 1]];
    assert.ok(a !== undefined && b !== undefined);
    const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    if (index % 2 === 0) {
      const isInGap = [...places.values()].every(({ x }) => right <= x || left >= x + SIZES.width);
      assert.ok(isInGap, `${JSON.stringify([a, b])} leaves the gap`);
    } else {
      assert.equal(a.y, b.y);
      for (const { x, y } of places.values()) {
        const isBeside = right <= x || left >= x + SIZES.width || a.y <= y || a.y >= y + SIZES.height;
        assert.ok(isBeside, `${JSON.stringify([a, b])} runs behind ${JSON.stringify({ x, y })}`);
      }
    }
  }
}

function reaches(start: number, given: readonly (readonly [number, number])[]): boolean {
  const seen = new Set<number>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const [from, to] of given) {
      if (from === at && !seen.has(to)) {
        seen.add(to);
        open.push(to);
      }
    }
  }
  return seen.has(start);
}

function assertNoOverlap(graph: DependencyGraph): void {
  const all = [...layoutGraph(graph, SIZES).places.values()];
  assert.equal(all.length, graph.nodes.length);
  all.forEach((a, index) =>
    all.slice(index + 1).forEach((b) => {
      assert.ok(a.x !== b.x || Math.abs(a.y - b.y) >= SIZES.height, JSON.stringify([a, b]));
    }),
  );
}
