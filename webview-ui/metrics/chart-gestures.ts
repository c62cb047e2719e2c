import type { Disposable } from '../../src/core/disposable';

/** What a person can do on a chart; positions are pixels within the chart's surface. */
export interface ChartGestureTargets {
  hover(pixel: number): void;
  leave(): void;
  /** A stretch is being marked for zooming. */
  mark(from: number, to: number): void;
  unmark(): void;
  zoomTo(from: number, to: number): void;
  /** `factor` > 1 shows more. Without a pixel: around the crosshair or the middle. */
  zoomBy(factor: number, pixel?: number): void;
  /** Shifts the view by a share of its width; positive shows later points. */
  panBy(share: number): void;
  resetZoom(): void;
  /** Moves the crosshair to a neighbouring point, or to the first or last. */
  moveTo(where: 'previous' | 'next' | 'first' | 'last'): void;
}

const LEAST_MARK_PIXELS = 6;
const WHEEL_ZOOM_RATE = 0.002;
const KEY_ZOOM = 1.5;
const KEY_PAN = 0.15;

type Drag = { readonly kind: 'mark'; readonly from: number } | { readonly kind: 'pan'; last: number };

/**
 * Mouse: drag marks a stretch to zoom into, shift-drag moves, ctrl-wheel (and pinching) zooms, double click shows
 * all. Keyboard: arrows go from point to point, shift-arrows move, + and − zoom, 0 or Escape shows all.
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
    surface.addEventListener('dblclick', () => this.targets.resetZoom(), { signal });
    surface.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
    surface.addEventListener('keydown', (event) => this.key(event), { signal });
    surface.addEventListener('blur', () => this.targets.leave(), { signal });
  }

  dispose(): void {
    this.abort.abort();
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    const pixel = event.offsetX;
    this.surface.setPointerCapture(event.pointerId);
    this.drag = event.shiftKey ? { kind: 'pan', last: pixel } : { kind: 'mark', from: pixel };
  }

  private moved(event: PointerEvent): void {
    const pixel = event.offsetX;
    if (this.drag === undefined) {
      this.targets.hover(pixel);
      return;
    }
    if (this.drag.kind === 'mark') {
      this.targets.mark(this.drag.from, pixel);
      return;
    }
    this.targets.panBy((this.drag.last - pixel) / Math.max(1, this.surface.clientWidth));
    this.drag.last = pixel;
  }

  private released(event: PointerEvent): void {
    const drag = this.drag;
    this.endDrag();
    if (drag?.kind === 'mark' && Math.abs(event.offsetX - drag.from) >= LEAST_MARK_PIXELS) {
      this.targets.zoomTo(Math.min(drag.from, event.offsetX), Math.max(drag.from, event.offsetX));
    }
  }

  private endDrag(): void {
    this.drag = undefined;
    this.targets.unmark();
  }

  private wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.targets.zoomBy(Math.exp(event.deltaY * WHEEL_ZOOM_RATE), event.offsetX);
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const action = this.keyAction(event.key, event.shiftKey);
    if (action !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      action();
    }
  }

  private keyAction(key: string, isShift: boolean): (() => void) | undefined {
    const { targets } = this;
    switch (key) {
      case 'ArrowLeft':
        return () => (isShift ? targets.panBy(-KEY_PAN) : targets.moveTo('previous'));
      case 'ArrowRight':
        return () => (isShift ? targets.panBy(KEY_PAN) : targets.moveTo('next'));
      case 'Home':
        return () => targets.moveTo('first');
      case 'End':
        return () => targets.moveTo('last');
      case '+':
      case '=':
        return () => targets.zoomBy(1 / KEY_ZOOM);
      case '-':
      case '_':
        return () => targets.zoomBy(KEY_ZOOM);
      case '0':
      case 'Escape':
        return () => targets.resetZoom();
      default:
        return undefined;
    }
  }
}
