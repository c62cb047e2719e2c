import type { DependencyGraph, DependencyNode } from '../../src/core/dependency-graph';
import type { Disposable } from '../../src/core/disposable';
import { layoutGraph, type GraphLayout } from '../../src/core/graph-layout';
import { edgeKey, neighbours } from '../../src/core/graph-structure';
import type { NodeState } from '../../src/features/graph/graph-contract';
import { element } from '../kit/dom';
import { svgElement } from '../kit/svg-element';
import { edgePath } from './edge-path';
import { GraphViewport, type GraphFit, type ViewAnchor } from './graph-viewport';
import { Minimap } from './minimap';
import { NODE_HEIGHT, NODE_WIDTH, NodeView } from './node-view';

const SIZES = { width: NODE_WIDTH, height: NODE_HEIGHT, columnGap: 64, rowGap: 16 };
/** Larger graphs get a small one beside them. */
const MOST_WITHOUT_MINIMAP = 60;
/** Neighbours that are named aloud. */
const MOST_SPOKEN = 3;

export interface GraphCanvasPorts {
  readonly connectionId: string;
  /** A node was clicked, or Enter pressed on it. */
  choose(nodeId: string): void;
}

/** The drawn graph: walk along edges by arrow keys, Enter opens. One shape; another one gets another canvas. */
export class GraphCanvas implements Disposable {
  readonly root = element('div', { class: 'room' });
  private readonly viewport: GraphViewport;
  private readonly minimap: Minimap | undefined;
  private readonly nodes = new Map<string, NodeView>();
  private readonly edgesOf = new Map<string, SVGElement[]>();
  private readonly next: ReadonlyMap<string, readonly string[]>;
  private readonly previous: ReadonlyMap<string, readonly string[]>;
  private readonly layout: GraphLayout;
  private currentId = '';
  private readonly observer = new ResizeObserver(() => this.viewport.fitAgain(this.currentId));

  constructor(
    private readonly graph: DependencyGraph,
    private readonly inCycle: ReadonlySet<string>,
    private readonly ports: GraphCanvasPorts,
  ) {
    this.layout = layoutGraph(graph, SIZES);
    this.next = neighbours(graph.edges);
    this.previous = neighbours(graph.edges, true);
    const size = graph.nodes.length === 1 ? '1 node' : `${graph.nodes.length} nodes`;
    this.viewport = new GraphViewport(this.layout, `Dependencies, ${size}`, () => this.minimap?.schedule());
    this.root.append(this.viewport.root);
    this.drawEdges();
    this.drawNodes();
    this.minimap = this.newMinimap();
    this.makeCurrent(graph.focusId ?? graph.nodes[0]?.id ?? '');
    this.observer.observe(this.viewport.root);
  }

  dispose(): void {
    this.observer.disconnect();
    this.minimap?.dispose();
  }

  /** The same nodes as they are now, and what can be done with their tasks; nothing moves. */
  update(nodes: readonly DependencyNode[], states: ReadonlyMap<string, NodeState>): void {
    for (const node of nodes) {
      this.nodes.get(node.id)?.draw(node, node.taskId === undefined ? undefined : states.get(node.taskId));
    }
    this.minimap?.schedule();
  }

  fit(fit: GraphFit): void {
    this.viewport.fitTo(fit, this.currentId);
  }

  zoom(factor: number): void {
    this.viewport.zoom(factor);
  }

  /** Where the current node is now, for the canvas that comes after this one. */
  anchor(): ViewAnchor | undefined {
    return this.viewport.anchor(this.currentId);
  }

  /** Shows it as the canvas before did, as far as that can be. */
  restore(anchor: ViewAnchor): void {
    if (this.viewport.restore(anchor)) {
      this.makeCurrent(anchor.nodeId);
    } else {
      this.viewport.reveal(this.currentId);
    }
  }

  get hasFocus(): boolean {
    return this.root.contains(document.activeElement);
  }

  /** Dims what the text does not match; returns ids of what it does. */
  search(text: string): readonly string[] {
    const wanted = text.trim().toLowerCase();
    const found: string[] = [];
    for (const [id, { root, current, stateText }] of this.nodes) {
      const searched = [current.label, stateText, current.taskId ?? ''].join('\n').toLowerCase();
      const isMatch = wanted === '' || searched.includes(wanted);
      root.classList.toggle('is-dim', !isMatch);
      if (isMatch) {
        found.push(id);
      }
    }
    return wanted === '' ? [] : found;
  }

  /** Absent: the node where the keys are now. */
  focus(id = this.currentId): void {
    this.makeCurrent(id);
    this.viewport.reveal(id);
    this.nodes.get(id)?.root.focus({ preventScroll: true });
  }

  /** Brings it into view and lets the keys go on from there, without taking the focus. */
  show(id: string): void {
    this.makeCurrent(id);
    this.viewport.reveal(id);
  }

  private drawEdges(): void {
    for (const edge of this.graph.edges) {
      const route = this.layout.routes.get(edgeKey(edge));
      if (route !== undefined) {
        const isKnot = this.inCycle.has(edge.from) && this.inCycle.has(edge.to);
        const line = svgElement('path', {
          d: edgePath(route),
          class: isKnot ? 'edge is-cycle' : 'edge',
          'marker-end': 'url(#arrow)',
        });
        this.viewport.scene.append(line);
        for (const id of new Set([edge.from, edge.to])) {
          this.edgesOf.set(id, [...(this.edgesOf.get(id) ?? []), line]);
        }
      }
    }
  }

  private drawNodes(): void {
    const labels = new Map(this.graph.nodes.map(({ id, label }) => [id, label]));
    for (const node of this.graph.nodes) {
      const place = this.layout.places.get(node.id) ?? { x: 0, y: 0 };
      const relations = this.relations(node.id, labels);
      const view = new NodeView(node, this.ports.connectionId, relations, place);
      view.root.classList.toggle('is-focus', node.id === this.graph.focusId);
      view.root.classList.toggle('is-cycle', this.inCycle.has(node.id));
      view.root.addEventListener('click', () => {
        if (!this.viewport.wasDragged) {
          this.ports.choose(node.id);
        }
      });
      view.root.addEventListener('focus', () => this.makeCurrent(node.id));
      view.root.addEventListener('keydown', (event) => this.key(event, node.id));
      this.nodes.set(node.id, view);
      this.viewport.scene.append(view.root);
    }
  }

  /** `after load and 2 more, before check`. */
  private relations(id: string, labels: ReadonlyMap<string, string>): string {
    const words = (word: string, ids: readonly string[] = []): string[] => {
      const named = ids.slice(0, MOST_SPOKEN).map((each) => labels.get(each) ?? each);
      const rest = ids.length - named.length;
      return ids.length === 0 ? [] : [`${word} ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`];
    };
    return [
      ...(this.inCycle.has(id) ? ['part of a cycle'] : []),
      ...words('after', this.previous.get(id)),
      ...words('before', this.next.get(id)),
    ].join(', ');
  }

  private newMinimap(): Minimap | undefined {
    if (this.graph.nodes.length <= MOST_WITHOUT_MINIMAP) {
      return undefined;
    }
    const minimap = new Minimap({
      layout: this.layout,
      statusOf: (id) => this.nodes.get(id)?.current.status ?? 'unknown',
      window: () => this.viewport.window(),
      go: (point) => this.viewport.centre(point),
    });
    this.root.append(minimap.root);
    return minimap;
  }

  private key(event: KeyboardEvent, id: string): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const target = this.neighbourBy(event.key, id);
    if (target !== undefined) {
      this.focus(target);
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.ports.choose(id);
    } else if (!event.key.startsWith('Arrow')) {
      return;
    }
    // Arrows that lead nowhere do not scroll either.
    event.preventDefault();
  }

  private neighbourBy(key: string, id: string): string | undefined {
    switch (key) {
      case 'ArrowRight':
        return this.nearest(id, this.next.get(id));
      case 'ArrowLeft':
        return this.nearest(id, this.previous.get(id));
      case 'ArrowDown':
        return this.inColumn(id, 1);
      case 'ArrowUp':
        return this.inColumn(id, -1);
      case 'Home':
        return this.graph.focusId;
      default:
        return undefined;
    }
  }

  /** Of those an edge leads to, the one in the nearest column, there the one whose row is nearest. */
  private nearest(id: string, others: readonly string[] = []): string | undefined {
    const own = this.layout.places.get(id) ?? { x: 0, y: 0 };
    const away = (each: string): { readonly x: number; readonly y: number } => {
      const place = this.layout.places.get(each) ?? own;
      return { x: Math.abs(place.x - own.x), y: Math.abs(place.y - own.y) };
    };
    const byDistance = (a: string, b: string): number => away(a).x - away(b).x || away(a).y - away(b).y;
    return others.filter((each) => each !== id).toSorted(byDistance)[0];
  }

  private inColumn(id: string, step: 1 | -1): string | undefined {
    const { places } = this.layout;
    const x = places.get(id)?.x;
    const column = [...places].filter(([, place]) => place.x === x).sort(([, a], [, b]) => a.y - b.y);
    return column[column.findIndex(([each]) => each === id) + step]?.[0];
  }

  private makeCurrent(id: string): void {
    this.mark(this.currentId, false);
    this.currentId = id;
    this.mark(id, true);
  }

  private mark(id: string, isCurrent: boolean): void {
    this.nodes.get(id)?.root.setAttribute('tabindex', isCurrent ? '0' : '-1');
    this.edgesOf.get(id)?.forEach((line) => line.classList.toggle('is-near', isCurrent));
  }
}
