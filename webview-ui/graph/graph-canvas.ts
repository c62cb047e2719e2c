import type { DependencyGraph, DependencyNode } from '../../src/core/dependency-graph';
import { layoutGraph, type GraphLayout, type Place } from '../../src/core/graph-layout';
import { neighbours } from '../../src/core/graph-structure';
import type { NodeState } from '../../src/features/graph/graph-contract';
import { NODE_HEIGHT, NODE_WIDTH, NodeView } from './node-view';
import { svgElement } from './svg-element';

const SIZES = { width: NODE_WIDTH, height: NODE_HEIGHT, columnGap: 64, rowGap: 16 };
const MARGIN = 16;
const LEAST_SCALE = 0.05;
const MOST_SCALE = 2;

export interface GraphCanvasPorts {
  readonly connectionId: string;
  /** A node was clicked, or Enter pressed on it. */
  choose(nodeId: string): void;
}

/** The drawn graph: pan by dragging, zoom by wheel or keys, walk along edges by arrow keys. */
export class GraphCanvas {
  readonly root = svgElement('svg', { class: 'graph', role: 'group', 'aria-label': 'Dependencies' });
  private readonly scene = svgElement('g');
  private readonly nodes = new Map<string, NodeView>();
  private readonly next: ReadonlyMap<string, readonly string[]>;
  private readonly previous: ReadonlyMap<string, readonly string[]>;
  private readonly layout: GraphLayout;
  private view = { x: 0, y: 0, scale: 1 };
  private drag: { x: number; y: number; moved: boolean } | undefined;

  constructor(
    private readonly graph: DependencyGraph,
    private readonly inCycle: ReadonlySet<string>,
    private readonly ports: GraphCanvasPorts,
  ) {
    this.layout = layoutGraph(graph, SIZES);
    this.next = neighbours(graph.edges);
    this.previous = neighbours(graph.edges, true);
    const arrow = svgElement('path', { d: 'M0 0L8 4L0 8z', class: 'arrow' });
    const size = { refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto' };
    this.root.append(
      svgElement('defs', {}, [
        svgElement('marker', { id: 'arrow', ...size, markerUnits: 'userSpaceOnUse' }, [arrow]),
      ]),
      this.scene,
    );
    this.drawEdges();
    this.drawNodes();
    this.listen();
  }

  /** The same nodes as they are now, and what can be done with their tasks; nothing moves. */
  update(nodes: readonly DependencyNode[], states: ReadonlyMap<string, NodeState>): void {
    for (const node of nodes) {
      const state = node.taskId === undefined ? undefined : states.get(node.taskId);
      this.nodes.get(node.id)?.draw(node, state?.actions ?? []);
    }
  }

  /** All of it, no larger than life. */
  fit(): void {
    const { clientWidth, clientHeight } = this.root;
    const across = (clientWidth - 2 * MARGIN) / Math.max(1, this.layout.width);
    const down = (clientHeight - 2 * MARGIN) / Math.max(1, this.layout.height);
    const scale = bounded(Math.min(1, across, down));
    this.move({
      scale,
      x: (clientWidth - this.layout.width * scale) / 2,
      y: (clientHeight - this.layout.height * scale) / 2,
    });
  }

  zoom(factor: number, at = { x: this.root.clientWidth / 2, y: this.root.clientHeight / 2 }): void {
    const scale = bounded(this.view.scale * factor);
    const ratio = scale / this.view.scale;
    this.move({ scale, x: at.x - (at.x - this.view.x) * ratio, y: at.y - (at.y - this.view.y) * ratio });
  }

  /** Dims what the text does not match; returns ids of what it does. */
  search(text: string): readonly string[] {
    const wanted = text.trim().toLowerCase();
    const found: string[] = [];
    for (const [id, { root, current }] of this.nodes) {
      const isMatch = wanted === '' || current.label.toLowerCase().includes(wanted);
      root.classList.toggle('is-dim', !isMatch);
      if (isMatch) {
        found.push(id);
      }
    }
    return wanted === '' ? [] : found;
  }

  focus(id: string): void {
    this.makeCurrent(id);
    this.reveal(id);
    this.nodes.get(id)?.root.focus({ preventScroll: true });
  }

  private drawEdges(): void {
    for (const { from, to } of this.graph.edges) {
      const start = this.layout.places.get(from);
      const end = this.layout.places.get(to);
      if (start !== undefined && end !== undefined) {
        const isKnot = this.inCycle.has(from) && this.inCycle.has(to);
        this.scene.append(
          svgElement('path', {
            d: edgePath(start, end),
            class: isKnot ? 'edge is-cycle' : 'edge',
            'marker-end': 'url(#arrow)',
          }),
        );
      }
    }
  }

  private drawNodes(): void {
    for (const node of this.graph.nodes) {
      const place = this.layout.places.get(node.id) ?? { x: 0, y: 0 };
      const view = new NodeView(node, this.ports.connectionId, place);
      view.root.classList.toggle('is-focus', node.id === this.graph.focusId);
      view.root.classList.toggle('is-cycle', this.inCycle.has(node.id));
      view.root.addEventListener('click', () => {
        if (this.drag?.moved !== true) {
          this.ports.choose(node.id);
        }
      });
      view.root.addEventListener('focus', () => this.makeCurrent(node.id));
      view.root.addEventListener('keydown', (event) => this.key(event, node.id));
      this.nodes.set(node.id, view);
      this.scene.append(view.root);
    }
    this.makeCurrent(this.graph.focusId ?? this.graph.nodes[0]?.id ?? '');
  }

  private listen(): void {
    this.root.addEventListener('pointerdown', (event) => {
      this.drag = event.button === 0 ? { x: event.clientX, y: event.clientY, moved: false } : undefined;
    });
    this.root.addEventListener('pointermove', (event) => {
      const { drag } = this;
      if (drag === undefined || event.buttons !== 1) {
        return;
      }
      const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
      if (drag.moved || Math.hypot(x, y) > 3) {
        this.root.setPointerCapture(event.pointerId);
        this.drag = { x: event.clientX, y: event.clientY, moved: true };
        this.move({ ...this.view, x: this.view.x + x, y: this.view.y + y });
      }
    });
    this.root.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const { left, top } = this.root.getBoundingClientRect();
        this.zoom(Math.exp(-event.deltaY / 400), { x: event.clientX - left, y: event.clientY - top });
      },
      { passive: false },
    );
  }

  private key(event: KeyboardEvent, id: string): void {
    const target = this.neighbourBy(event.key, id);
    if (target !== undefined) {
      this.focus(target);
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.ports.choose(id);
    } else if (event.key === '+' || event.key === '-') {
      this.zoom(event.key === '+' ? 1.25 : 0.8);
    } else if (event.key === '0') {
      this.fit();
    } else {
      return;
    }
    event.preventDefault();
  }

  private neighbourBy(key: string, id: string): string | undefined {
    switch (key) {
      case 'ArrowRight':
        return this.next.get(id)?.find((each) => each !== id);
      case 'ArrowLeft':
        return this.previous.get(id)?.find((each) => each !== id);
      case 'ArrowDown':
        return this.inColumn(id, 1);
      case 'ArrowUp':
        return this.inColumn(id, -1);
      default:
        return undefined;
    }
  }

  private inColumn(id: string, step: 1 | -1): string | undefined {
    const { places } = this.layout;
    const x = places.get(id)?.x;
    const column = [...places].filter(([, place]) => place.x === x).sort(([, a], [, b]) => a.y - b.y);
    return column[column.findIndex(([each]) => each === id) + step]?.[0];
  }

  private makeCurrent(id: string): void {
    for (const [each, { root }] of this.nodes) {
      root.setAttribute('tabindex', each === id ? '0' : '-1');
    }
  }

  private reveal(id: string): void {
    const place = this.layout.places.get(id);
    if (place !== undefined) {
      const { x, y, scale } = this.view;
      this.move({
        scale,
        x: x + inside(place.x * scale + x, NODE_WIDTH * scale, this.root.clientWidth),
        y: y + inside(place.y * scale + y, NODE_HEIGHT * scale, this.root.clientHeight),
      });
    }
  }

  private move(view: { x: number; y: number; scale: number }): void {
    this.view = view;
    this.scene.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }
}

function bounded(scale: number): number {
  return Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale));
}

/** How far something must move to be seen whole. */
function inside(start: number, length: number, room: number): number {
  if (start < MARGIN) {
    return MARGIN - start;
  }
  return Math.min(0, room - MARGIN - start - length);
}

function edgePath(from: Place, to: Place): string {
  const start = { x: from.x + NODE_WIDTH, y: from.y + NODE_HEIGHT / 2 };
  const end = { x: to.x, y: to.y + NODE_HEIGHT / 2 };
  const isBack = end.x <= start.x;
  const bend = isBack ? 64 : (end.x - start.x) / 2;
  // An edge that closes a cycle goes round below the nodes, not behind them.
  const drop = isBack ? NODE_HEIGHT * 1.5 : 0;
  const first = `${start.x + bend} ${start.y + drop}`;
  const second = `${end.x - bend} ${end.y + drop}`;
  return `M${start.x} ${start.y}C${first} ${second} ${end.x} ${end.y}`;
}
