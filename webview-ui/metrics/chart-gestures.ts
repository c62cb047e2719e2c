import type { Disposable } from '../../src/core/disposable';

/** The axis that a gesture is about: the one under the pointer, else x. */
export type GestureAxis = 'x' | 'y';

/** Pixels within the chart's surface. */
export interface SurfacePoint {
  readonly x: number;
  readonly y: number;
}

/** What a person can do on a chart; positions are pixels within the chart's surface. */
export interface ChartGestureTargets {
  axisAt(point: SurfacePoint): GestureAxis;
  hover(point: SurfacePoint): void;
  leave(): void;
  /** A stretch is being marked for zooming. */
  mark(axis: GestureAxis, from: number, to: number): void;
  unmark(): void;
  zoomTo(axis: GestureAxis, from: number, to: number): void;
  /** `factor` > 1 shows more. Without a pixel: around the crosshair or the middle. */
  zoomBy(axis: GestureAxis, factor: number, pixel?: number): void;
  /** Shifts the view by a share of its size; positive shows later points or higher values. */
  panBy(axis: GestureAxis, share: number): void;
  /** One step back. */
  zoomBack(): void;
  /** All charts whole again; `y`: this chart's heights only. */
  resetZoom(axis: GestureAxis): void;
  /** Moves the crosshair to a neighbouring point, or to the first or last. */
  moveTo(where: 'previous' | 'next' | 'first' | 'last'): void;
}

const LEAST_MARK_PIXELS = 6;
const WHEEL_ZOOM_RATE = 0.002;
const KEY_ZOOM = 1.5;
const KEY_PAN = 0.15;

type Drag =
  | { readonly kind: 'mark'; readonly axis: GestureAxis; readonly from: number }
  | { readonly kind: 'pan'; readonly axis: GestureAxis; last: number };

/**
 * Mouse: drag marks a stretch to zoom into, on the y axis one of heights; shift-drag moves, ctrl-wheel (and pinching)
 * zooms, double click shows all. Keyboard: arrows go from point to point, up and down zoom heights, shift-arrows
 * move, + and − zoom, Backspace goes one step back, 0 or Escape shows all.
 */
export class ChartGestures implements Disposable {
  private drag: Drag | undefined;
  private readonly abort = new AbortController();

  constructor(
    private readonly surface: HTMLElement,
    private readonly targets: ChartGestureTargets,
  ) {
    const { signal } = this.abort;
    surface.addEventListener('pointerdown', (event) => this.pressed(event), { signal });
    surface.addEventListener('pointermove', (event) => this.moved(event), { signal });
    surface.addEventListener('pointerup', (event) => this.released(event), { signal });
    surface.addEventListener('pointercancel', () => this.endDrag(), { signal });
    surface.addEventListener('pointerleave', () => this.targets.leave(), { signal });
    surface.addEventListener('dblclick', (event) => this.targets.resetZoom(this.axisOf(event)), { signal });
    surface.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
    surface.addEventListener('keydown', (event) => this.key(event), { signal });
    surface.addEventListener('blur', () => this.targets.leave(), { signal });
  }

  dispose(): void {
    this.abort.abort();
  }

  private axisOf(event: MouseEvent): GestureAxis {
    return this.targets.axisAt(pointOf(event));
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    const axis = this.axisOf(event);
    const pixel = pointOf(event)[axis];
    this.surface.setPointerCapture(event.pointerId);
    this.drag = event.shiftKey ? { kind: 'pan', axis, last: pixel } : { kind: 'mark', axis, from: pixel };
  }

  private moved(event: PointerEvent): void {
    const { drag } = this;
    if (drag === undefined) {
      this.surface.classList.toggle('is-over-heights', this.axisOf(event) === 'y');
      this.targets.hover(pointOf(event));
      return;
    }
    const pixel = pointOf(event)[drag.axis];
    if (drag.kind === 'mark') {
      this.targets.mark(drag.axis, drag.from, pixel);
      return;
    }
    const { clientWidth, clientHeight } = this.surface;
    const share = (drag.last - pixel) / Math.max(1, drag.axis === 'x' ? clientWidth : clientHeight);
    this.targets.panBy(drag.axis, drag.axis === 'x' ? share : -share);
    drag.last = pixel;
  }

  private released(event: PointerEvent): void {
    const { drag } = this;
    this.endDrag();
    if (drag?.kind === 'mark') {
      const to = pointOf(event)[drag.axis];
      if (Math.abs(to - drag.from) >= LEAST_MARK_PIXELS) {
        this.targets.zoomTo(drag.axis, Math.min(drag.from, to), Math.max(drag.from, to));
      }
    }
  }

  private endDrag(): void {
    this.drag = undefined;
    this.targets.unmark();
  }

  private wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const axis = this.axisOf(event);
      this.targets.zoomBy(axis, Math.exp(event.deltaY * WHEEL_ZOOM_RATE), pointOf(event)[axis]);
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const action = this.arrowAction(event.key, event.shiftKey) ?? this.keyAction(event.key);
    if (action !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      action();
    }
  }

  private arrowAction(key: string, isShift: boolean): (() => void) | undefined {
    const { targets } = this;
    switch (key) {
      case 'ArrowLeft':
        return () => (isShift ? targets.panBy('x', -KEY_PAN) : targets.moveTo('previous'));
      case 'ArrowRight':
        return () => (isShift ? targets.panBy('x', KEY_PAN) : targets.moveTo('next'));
      case 'ArrowUp':
        return () => (isShift ? targets.panBy('y', KEY_PAN) : targets.zoomBy('y', 1 / KEY_ZOOM));
      case 'ArrowDown':
        return () => (isShift ? targets.panBy('y', -KEY_PAN) : targets.zoomBy('y', KEY_ZOOM));
      default:
        return undefined;
    }
  }

  private keyAction(key: string): (() => void) | undefined {
    const { targets } = this;
    switch (key) {
      case 'Home':
        return () => targets.moveTo('first');
      case 'End':
        return () => targets.moveTo('last');
      case '+':
      case '=':
        return () => targets.zoomBy('x', 1 / KEY_ZOOM);
      case '-':
      case '_':
        return () => targets.zoomBy('x', KEY_ZOOM);
      case 'Backspace':
        return () => targets.zoomBack();
      case '0':
      case 'Escape':
        return () => targets.resetZoom('x');
      default:
        return undefined;
    }
  }
}

function pointOf({ offsetX, offsetY }: MouseEvent): SurfacePoint {
  return { x: offsetX, y: offsetY };
}
