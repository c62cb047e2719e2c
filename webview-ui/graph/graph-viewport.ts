import type { GraphLayout, Place } from '../../src/core/graph-layout';
import { element } from '../kit/dom';
import { svgElement } from '../kit/svg-element';
import { NODE_HEIGHT, NODE_WIDTH } from './node-view';

const MARGIN = 16;
/** By hand; the whole of a large graph may be smaller still. */
const LEAST_SCALE = 0.05;
const MOST_SCALE = 2;
/** Smaller labels cannot be read: a graph opens no smaller, and the rest is reached by scrolling. */
const LEAST_READABLE = 0.8;
/** A room that is not laid out yet has no size. */
const LEAST_WHOLE = 0.001;

/** `readable`: as much as there is room for with labels that can be read; `whole`: everything. */
export type GraphFit = 'readable' | 'whole';

/** Where a node stands on the screen, so that it can stay there when the graph is drawn anew. */
export interface ViewAnchor {
  readonly nodeId: string;
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The part of the graph in view, in its own pixels. */
export interface ViewWindow extends Place {
  readonly width: number;
  readonly height: number;
}

/** The drawing in a scrolling room: dragging and scrolling move it, the wheel with Ctrl zooms. */
export class GraphViewport {
  readonly root: HTMLElement;
  /** Not there until it is fitted or restored: a large one would be laid out for its first scale as well. */
  readonly scene = svgElement('g', { display: 'none' });
  private readonly drawing = svgElement('svg', { class: 'graph', role: 'group' });
  private scale = 1;
  private fitted: GraphFit | undefined;
  /** Of the room that it was fitted to. */
  private fittedSize = '';
  private drag: { x: number; y: number; moved: boolean } | undefined;

  constructor(
    private readonly layout: GraphLayout,
    label: string,
    /** Scrolled, zoomed or resized. */
    private readonly onMove: () => void,
  ) {
    const arrow = svgElement('path', { d: 'M0 0L8 4L0 8z', class: 'arrow' });
    const size = { refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto' };
    this.drawing.setAttribute('aria-label', label);
    this.drawing.append(
      svgElement('defs', {}, [
        svgElement('marker', { id: 'arrow', ...size, markerUnits: 'userSpaceOnUse' }, [arrow]),
      ]),
      this.scene,
    );
    this.root = element('div', { class: 'scroller' }, [this.drawing]);
    this.setScale(1);
    this.listen();
  }

  /** True right after the pointer dragged the graph: the click that ends it is none. */
  get wasDragged(): boolean {
    return this.drag?.moved === true;
  }

  /** No larger than life. What does not fit begins with a whole column from which this node is in view. */
  fitTo(fit: GraphFit, nodeId: string | undefined): void {
    const { clientWidth, clientHeight } = this.root;
    this.fittedSize = this.sizeOfRoom();
    const across = (clientWidth - 2 * MARGIN) / Math.max(1, this.layout.width);
    const down = (clientHeight - 2 * MARGIN) / Math.max(1, this.layout.height);
    const least = fit === 'whole' ? LEAST_WHOLE : LEAST_READABLE;
    this.setScale(Math.max(least, Math.min(1, across, down)));
    this.showScene();
    const place = this.layout.places.get(nodeId ?? '');
    this.centre({ x: (place?.x ?? 0) + NODE_WIDTH / 2, y: (place?.y ?? 0) + NODE_HEIGHT / 2 });
    this.beginAtColumn(place?.x ?? 0);
    this.fitted = fit;
    this.onMove();
  }

  /** After the room may have changed. A view that somebody chose stays; one that was fitted fits again. */
  fitAgain(nodeId: string | undefined): void {
    if (this.fitted !== undefined && this.fittedSize !== this.sizeOfRoom()) {
      this.fitTo(this.fitted, nodeId);
    }
  }

  /** `at` stays where it is on the screen; absent: the middle. */
  zoom(factor: number, at?: Place): void {
    this.fitted = undefined;
    const room = this.root.getBoundingClientRect();
    const fixed = at ?? { x: room.left + room.width / 2, y: room.top + room.height / 2 };
    const before = this.drawing.getBoundingClientRect();
    const [x, y] = [
      (fixed.x - before.left - MARGIN) / this.scale,
      (fixed.y - before.top - MARGIN) / this.scale,
    ];
    const least = Math.min(LEAST_SCALE, this.scale);
    this.setScale(Math.min(MOST_SCALE, Math.max(least, this.scale * factor)));
    const after = this.drawing.getBoundingClientRect();
    this.root.scrollBy(
      after.left + MARGIN + x * this.scale - fixed.x,
      after.top + MARGIN + y * this.scale - fixed.y,
    );
    this.onMove();
  }

  /** Scrolls no more than is needed to see the whole node. */
  reveal(nodeId: string): void {
    const box = this.boxOf(nodeId);
    if (box !== undefined) {
      const { clientWidth, clientHeight } = this.root;
      this.root.scrollBy(
        inside(box.left, NODE_WIDTH * this.scale, clientWidth),
        inside(box.top, NODE_HEIGHT * this.scale, clientHeight),
      );
    }
  }

  /** Brings this point of the graph into the middle. */
  centre(point: Place): void {
    this.fitted = undefined;
    const { clientWidth, clientHeight } = this.root;
    this.root.scrollTo(
      point.x * this.scale + MARGIN - clientWidth / 2,
      point.y * this.scale + MARGIN - clientHeight / 2,
    );
  }

  /** Begins with the first column that leaves the one at `x` whole in view; stays where there is none. */
  private beginAtColumn(x: number): void {
    const { clientWidth, scrollWidth } = this.root;
    const end = (x + NODE_WIDTH) * this.scale + 2 * MARGIN;
    const starts = [...this.layout.places.values()]
      .map((place) => place.x * this.scale)
      .filter((start) => end - start <= clientWidth);
    const start = Math.min(...starts);
    if (start < Infinity) {
      if (start + clientWidth > scrollWidth) {
        this.drawing.setAttribute('width', String(start + clientWidth));
      }
      this.root.scrollLeft = start;
    }
  }

  anchor(nodeId: string): ViewAnchor | undefined {
    const box = this.boxOf(nodeId);
    return box && { nodeId, scale: this.scale, ...box };
  }

  /** False when the node of the anchor is not there any more. */
  restore({ nodeId, scale, left, top }: ViewAnchor): boolean {
    this.setScale(scale);
    this.showScene();
    const box = this.boxOf(nodeId);
    if (box === undefined) {
      return false;
    }
    this.root.scrollBy(box.left - left, box.top - top);
    this.onMove();
    return true;
  }

  window(): ViewWindow {
    const room = this.root.getBoundingClientRect();
    const drawn = this.drawing.getBoundingClientRect();
    return {
      x: (room.left - drawn.left - MARGIN) / this.scale,
      y: (room.top - drawn.top - MARGIN) / this.scale,
      width: this.root.clientWidth / this.scale,
      height: this.root.clientHeight / this.scale,
    };
  }

  /** Relative to the room. */
  private boxOf(nodeId: string): { readonly left: number; readonly top: number } | undefined {
    const place = this.layout.places.get(nodeId);
    if (place === undefined) {
      return undefined;
    }
    const room = this.root.getBoundingClientRect();
    const drawn = this.drawing.getBoundingClientRect();
    return {
      left: drawn.left - room.left + MARGIN + place.x * this.scale,
      top: drawn.top - room.top + MARGIN + place.y * this.scale,
    };
  }

  private sizeOfRoom(): string {
    const { width, height } = this.root.getBoundingClientRect();
    return `${width} ${height}`;
  }

  private showScene(): void {
    this.scene.removeAttribute('display');
  }

  private setScale(scale: number): void {
    this.scale = scale;
    this.drawing.setAttribute('width', String(this.layout.width * this.scale + 2 * MARGIN));
    this.drawing.setAttribute('height', String(this.layout.height * this.scale + 2 * MARGIN));
    this.scene.setAttribute('transform', `translate(${MARGIN} ${MARGIN}) scale(${this.scale})`);
  }

  private listen(): void {
    const { root } = this;
    root.addEventListener('scroll', () => this.onMove(), { passive: true });
    root.addEventListener('pointerdown', (event) => {
      const { left, top } = root.getBoundingClientRect();
      const isOnScrollbar =
        event.clientX > left + root.clientWidth || event.clientY > top + root.clientHeight;
      const isDrag = event.button === 0 && event.pointerType === 'mouse' && !isOnScrollbar;
      this.drag = isDrag ? { x: event.clientX, y: event.clientY, moved: false } : undefined;
    });
    root.addEventListener('pointermove', (event) => this.dragTo(event));
    root.addEventListener(
      'wheel',
      (event) => {
        this.fitted = undefined;
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.zoom(Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY });
        }
      },
      { passive: false },
    );
  }

  private dragTo(event: PointerEvent): void {
    const { drag, root } = this;
    if (drag === undefined || event.buttons !== 1) {
      return;
    }
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (drag.moved || Math.hypot(x, y) > 3) {
      root.setPointerCapture(event.pointerId);
      this.drag = { x: event.clientX, y: event.clientY, moved: true };
      this.fitted = undefined;
      root.scrollBy(-x, -y);
    }
  }
}

/** How far to scroll so that something is seen whole. */
function inside(start: number, length: number, room: number): number {
  return start < MARGIN ? start - MARGIN : Math.max(0, start + length + MARGIN - room);
}
