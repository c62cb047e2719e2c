import type { Disposable } from '../../src/core/disposable';
import {
  BAR_AXIS_PX,
  BAR_ROW_PX,
  barsHeight,
  type Bar,
  type BarDrawer,
  type BarLook,
} from '../kit/bar-drawer';
import { element, setText } from '../kit/dom';

/** Browsers draw nothing on a canvas that is much higher, in device pixels. */
const MOST_HIGH = 8_000;
/** Charts so far from what is in sight are drawn already. */
const NEAR_MARGIN = '200px 0px';

/** The bar of a run. */
export interface RunBar extends Bar {
  readonly run: string;
  /** With every digit. */
  readonly exact: string;
}

/** The bars of one value. */
export interface RunBars {
  readonly title: string;
  readonly bars: readonly RunBar[];
}

/** How many runs a chart has room for. */
export function mostBars(): number {
  return Math.floor((MOST_HIGH / pixelRatio() - BAR_AXIS_PX) / BAR_ROW_PX);
}

/** A chart of bars for each value. Those that are in sight have their pixels, all others only their place. */
export class ValueBars implements Disposable {
  readonly root = element('div', {
    class: 'value-bars',
    attributes: {
      tabindex: '0',
      role: 'region',
      'aria-label': 'Values of the runs as bars; the table has the same values',
    },
  });
  private figures: BarFigure[] = [];
  private readonly byStage = new Map<Element, BarFigure>();
  private readonly near = new IntersectionObserver(
    (changes) =>
      changes.forEach(({ target, isIntersecting }) => this.byStage.get(target)?.setNear(isIntersecting)),
    { root: this.root, rootMargin: NEAR_MARGIN },
  );
  private readonly sizes = new ResizeObserver((changes) =>
    changes.forEach(({ target }) => this.byStage.get(target)?.resize()),
  );
  private readonly abort = new AbortController();

  constructor(private readonly point: (run: string | undefined) => void) {
    const { signal } = this.abort;
    // Pixels may have become smaller or larger.
    window.addEventListener('resize', () => this.figures.forEach((figure) => figure.resize()), { signal });
  }

  show(drawer: BarDrawer, charts: readonly RunBars[], look: BarLook): void {
    this.figures.splice(charts.length).forEach((figure) => this.remove(figure));
    charts.forEach((chart, index) => (this.figures[index] ?? this.add(drawer)).show(chart, look));
  }

  clear(): void {
    this.figures.splice(0).forEach((figure) => this.remove(figure));
  }

  dispose(): void {
    this.clear();
    this.near.disconnect();
    this.sizes.disconnect();
    this.abort.abort();
  }

  private add(drawer: BarDrawer): BarFigure {
    const figure = new BarFigure(drawer, this.point);
    this.figures.push(figure);
    this.byStage.set(figure.stage, figure);
    this.root.append(figure.root);
    this.near.observe(figure.stage);
    this.sizes.observe(figure.stage);
    return figure;
  }

  private remove(figure: BarFigure): void {
    this.near.unobserve(figure.stage);
    this.sizes.unobserve(figure.stage);
    this.byStage.delete(figure.stage);
    figure.clear();
    figure.root.remove();
  }
}

/** The chart of one value below its name. */
class BarFigure {
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  private readonly heading = element('h3', { class: 'ellipsis' });
  private readonly canvas = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  private shown: { readonly bars: readonly RunBar[]; readonly look: BarLook } | undefined;
  private isNear = false;
  /** The size that is drawn, as text; empty: nothing is. */
  private drawn = '';
  private pointed: RunBar | undefined;

  constructor(
    private readonly drawer: BarDrawer,
    private readonly point: (run: string | undefined) => void,
  ) {
    this.stage = element('div', { class: 'value-bars-stage' }, [this.canvas]);
    this.root = element('div', {}, [this.heading, this.stage]);
    this.stage.addEventListener('pointermove', ({ clientY }) => this.pointAt(this.barAt(clientY)));
    this.stage.addEventListener('pointerleave', () => this.pointAt(undefined));
  }

  show({ title, bars }: RunBars, look: BarLook): void {
    setText(this.heading, title);
    this.heading.title = title;
    this.shown = { bars, look };
    this.stage.style.height = `${barsHeight(bars.length)}px`;
    this.drawn = '';
    this.resize();
  }

  setNear(isNear: boolean): void {
    this.isNear = isNear;
    if (isNear) {
      this.resize();
    } else {
      this.clear();
    }
  }

  /** Draws, unless what is drawn has that size. */
  resize(): void {
    const height = barsHeight(this.shown?.bars.length ?? 0);
    const size = { width: this.stage.clientWidth, ratio: Math.min(pixelRatio(), MOST_HIGH / height) };
    const text = JSON.stringify(size);
    if (this.shown !== undefined && this.isNear && size.width > 0 && text !== this.drawn) {
      this.drawn = text;
      this.drawer.draw(this.canvas, this.shown.bars, this.shown.look, size);
    }
  }

  clear(): void {
    this.drawn = '';
    this.drawer.clear(this.canvas);
    this.pointAt(undefined);
  }

  private barAt(clientY: number): RunBar | undefined {
    const row = Math.floor((clientY - this.stage.getBoundingClientRect().top - BAR_AXIS_PX) / BAR_ROW_PX);
    return this.shown?.bars[row];
  }

  private pointAt(bar: RunBar | undefined): void {
    const before = this.pointed;
    this.pointed = bar;
    if (bar !== before) {
      this.stage.title = bar === undefined ? '' : `${bar.name}: ${bar.exact}`;
    }
    if (bar?.run !== before?.run) {
      this.point(bar?.run);
    }
  }
}

function pixelRatio(): number {
  return window.devicePixelRatio || 1;
}
