import type { GraphLayout, Place } from '../../src/core/graph-layout';
import { element } from '../kit/dom';
import { svgElement } from '../kit/svg-element';
import { NODE_HEIGHT, NODE_WIDTH } from './node-view';

const MARGIN = 16;
const LEAST_SCALE = 0.05;
const MOST_SCALE = 2;
/** What Fit does not go below: smaller labels cannot be read, so the rest is reached by scrolling. */
const LEAST_FIT = 0.8;

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
  readonly scene = svgElement('g');
  private readonly drawing = svgElement('svg', { class: 'graph', role: 'group' });
  private scale = 1;
  private hasFit = false;
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

  /** True until the person scrolls or zooms away from what {@link fit} chose. */
  get isFitted(): boolean {
    return this.hasFit;
  }

  /** As much of it as can be read, no larger than life, with this node in the middle. */
  fit(nodeId: string | undefined): void {
    const { clientWidth, clientHeight } = this.root;
    const across = (clientWidth - 2 * MARGIN) / Math.max(1, this.layout.width);
    const down = (clientHeight - 2 * MARGIN) / Math.max(1, this.layout.height);
    this.setScale(Math.max(LEAST_FIT, Math.min(1, across, down)));
    const place = this.layout.places.get(nodeId ?? '');
    this.centre({ x: (place?.x ?? 0) + NODE_WIDTH / 2, y: (place?.y ?? 0) + NODE_HEIGHT / 2 });
    this.hasFit = true;
    this.onMove();
  }

  /** `at` stays where it is on the screen; absent: the middle. */
  zoom(factor: number, at?: Place): void {
    this.hasFit = false;
    const room = this.root.getBoundingClientRect();
    const fixed = at ?? { x: room.left + room.width / 2, y: room.top + room.height / 2 };
    const before = this.drawing.getBoundingClientRect();
    const [x, y] = [
      (fixed.x - before.left - MARGIN) / this.scale,
      (fixed.y - before.top - MARGIN) / this.scale,
    ];
    this.setScale(this.scale * factor);
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
    this.hasFit = false;
    const { clientWidth, clientHeight } = this.root;
    this.root.scrollTo(
      point.x * this.scale + MARGIN - clientWidth / 2,
      point.y * this.scale + MARGIN - clientHeight / 2,
    );
  }

  anchor(nodeId: string): ViewAnchor | undefined {
    const box = this.boxOf(nodeId);
    return box && { nodeId, scale: this.scale, ...box };
  }

  /** False when the node of the anchor is not there any more. */
  restore({ nodeId, scale, left, top }: ViewAnchor): boolean {
    this.setScale(scale);
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

  private setScale(scale: number): void {
    this.scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale));
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
        this.hasFit = false;
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
      this.hasFit = false;
      root.scrollBy(-x, -y);
    }
  }
}

/** How far to scroll so that something is seen whole. */
function inside(start: number, length: number, room: number): number {
  return start < MARGIN ? start - MARGIN : Math.max(0, start + length + MARGIN - room);
}
