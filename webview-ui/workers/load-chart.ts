import type { Disposable } from '../../src/core/disposable';
import { ticksAcross, usualWidth, xLabels } from '../metrics/axis-labels';
import { element, setText } from '../kit/dom';
import { svgElement } from '../kit/svg-element';
import { loadPictureButton, type LoadPicture, type LoadPicturePorts } from './load-picture';
import { heightMarks, lineWords, type LoadChartModel, type LoadLine } from './load-model';

const HEIGHT = 120;
/** Left: room for `800 MB/s`; the same in all charts, since they are read along one moment. */
const MARGIN = { left: 58, right: 10, top: 8, bottom: 18 };
const TICK_COUNT_Y = 4;
/** Steps that Page Up and Page Down go. */
const PAGE_STEPS = 10;

/** One chart: means as a line, what lies between them and the highest values as a faint band, and a reading line. */
export class LoadChart implements Disposable {
  readonly root: HTMLElement;
  private readonly heading = element('h2');
  private readonly words = element('p', { class: 'words' });
  /** Says what keys read; what the pointer reads would be too much to hear. */
  private readonly heard = element('p', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  private readonly surface = element('div', {
    class: 'surface',
    attributes: { tabindex: '0', role: 'application', 'aria-roledescription': 'chart' },
  });
  private readonly observer = new ResizeObserver(() => this.draw());
  private model: LoadChartModel;
  private cursor: number | undefined;

  /** @param read tells which step a person points at; undefined: none. */
  constructor(
    model: LoadChartModel,
    private readonly read: (index: number | undefined) => void,
    pictures: LoadPicturePorts,
  ) {
    this.model = model;
    this.root = element('section', { class: 'chart' }, [
      element('div', { class: 'chart-head' }, [
        this.heading,
        this.words,
        loadPictureButton(pictures, `Picture of ${model.title}`, () => this.picture()),
      ]),
      this.surface,
      this.heard,
    ]);
    this.surface.addEventListener('pointermove', (event) => this.read(this.indexAt(event.offsetX)));
    this.surface.addEventListener('pointerleave', () => this.read(undefined));
    this.surface.addEventListener('keydown', (event) => this.key(event));
    this.observer.observe(this.surface);
    this.update(model);
  }

  update(model: LoadChartModel): void {
    this.model = model;
    if (this.cursor !== undefined && this.cursor >= this.steps) {
      this.cursor = undefined;
    }
    setText(this.heading, model.title);
    this.draw();
  }

  setCursor(index: number | undefined): void {
    if (index !== this.cursor) {
      this.cursor = index;
      this.draw();
    }
  }

  dispose(): void {
    this.observer.disconnect();
  }

  private get steps(): number {
    return this.model.lines[0]?.means.length ?? 0;
  }

  private get width(): number {
    return Math.max(160, this.surface.clientWidth);
  }

  /** A step is drawn at its middle. */
  private xAt(index: number): number {
    return MARGIN.left + ((index + 0.5) / this.steps) * (this.width - MARGIN.left - MARGIN.right);
  }

  private yAt(value: number): number {
    const share = Math.min(1, Math.max(0, value / this.model.top));
    return MARGIN.top + (1 - share) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  }

  private indexAt(x: number): number | undefined {
    const share = (x - MARGIN.left) / (this.width - MARGIN.left - MARGIN.right);
    return share < 0 || share > 1 ? undefined : Math.min(this.steps - 1, Math.floor(share * this.steps));
  }

  private key(event: KeyboardEvent): void {
    const last = this.steps - 1;
    const at = this.cursor ?? last;
    const moves: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: this.cursor === undefined ? last : at - 1,
      ArrowRight: at + 1,
      PageUp: at - PAGE_STEPS,
      PageDown: at + PAGE_STEPS,
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      this.read(Math.min(last, Math.max(0, next)));
      setText(this.heard, this.surface.getAttribute('aria-label') ?? '');
    } else if (event.key === 'Escape' && this.cursor !== undefined) {
      this.read(undefined);
    } else {
      return;
    }
    event.preventDefault();
  }

  private draw(): void {
    const { cursor, width } = this;
    this.describe();
    this.surface.replaceChildren(
      svgElement('svg', { width, height: HEIGHT, 'aria-hidden': 'true' }, [
        ...this.parts(),
        ...(cursor === undefined ? [] : this.drawCursor(cursor)),
      ]),
    );
  }

  /** All but the reading line. */
  private parts(): SVGElement[] {
    const lines = this.model.lines.flatMap((line, index) => this.drawLine(line, index));
    return [...this.heightAxis(), ...this.timeAxis(), ...lines];
  }

  private picture(): LoadPicture {
    const { lines, title, unit } = this.model;
    const isOne = lines.length === 1;
    const said = lines.map((line) => `${isOne ? '' : `${line.name}: `}${lineWords(line, unit, undefined)}`);
    return {
      title,
      note: said.join('; '),
      width: this.width,
      height: HEIGHT,
      parts: this.parts(),
      names: isOne ? [] : lines.map(({ name }) => name),
    };
  }

  private describe(): void {
    const { lines, unit, title, now } = this.model;
    const { cursor } = this;
    const said = lines.map((line) => {
      const words = lineWords(line, unit, cursor);
      return lines.length > 1 ? `${line.name}: ${words}` : words;
    });
    const first = cursor !== undefined || now === '' ? [] : [`now ${now}`];
    const moment = cursor === undefined ? '' : `${this.momentOf(cursor)}: `;
    const text = [...first, ...said].join('; ');
    this.surface.setAttribute('aria-label', `${title}. ${moment}${text}`);
    if (this.words.dataset.text !== text) {
      this.words.dataset.text = text;
      const swatch = (place: number): HTMLElement[] =>
        lines.length > 1 ? [element('span', { class: `swatch line-${place}` })] : [];
      this.words.replaceChildren(
        ...first.map((words) => element('span', { text: words })),
        ...said.map((words, place) => element('span', {}, [...swatch(place), new Text(words)])),
      );
    }
  }

  private momentOf(index: number): string {
    return xLabels('wall', this.model.from).exact(this.model.from + index * this.model.stepMs);
  }

  private heightAxis(): SVGElement[] {
    return heightMarks(this.model, TICK_COUNT_Y).flatMap(({ value, label }) => {
      const y = this.yAt(value);
      return [
        svgElement('line', { class: 'grid', x1: MARGIN.left, x2: this.width - MARGIN.right, y1: y, y2: y }),
        svgElement('text', { class: 'tick is-height', x: MARGIN.left - 6, y: y + 3 }, [label]),
      ];
    });
  }

  private timeAxis(): SVGElement[] {
    const { from, stepMs } = this.model;
    const range = { from, to: from + this.steps * stepMs };
    const room = this.width - MARGIN.left - MARGIN.right;
    return ticksAcross(xLabels('wall', from), range, room, usualWidth).map(({ value, label }) => {
      const x = MARGIN.left + ((value - from) / (range.to - from)) * room;
      return svgElement('text', { class: 'tick is-time', x, y: HEIGHT - 4 }, [label]);
    });
  }

  private drawLine({ means, peaks }: LoadLine, place: number): SVGElement[] {
    const runs = measuredRuns(means);
    const at = (index: number, value: number | null | undefined): string =>
      `${this.xAt(index).toFixed(1)} ${this.yAt(value ?? 0).toFixed(1)}`;
    const path = runs.map((run) => `M${run.map((index) => at(index, means[index])).join('L')}h0.01`).join('');
    const band = runs
      .map((run) => {
        const [only, next] = run;
        const above = run.map((index) => at(index, peaks[index]));
        const below = run.map((index) => at(index, means[index])).reverse();
        if (only !== undefined && next === undefined) {
          return this.stepBand(only, means[only], peaks[only]);
        }
        return `M${[...above, ...below].join('L')}Z`;
      })
      .join('');
    return [
      svgElement('path', { class: `band line-${place}`, d: band }),
      svgElement('path', { class: `curve line-${place}`, d: path }),
    ];
  }

  /** A step without neighbours has no width of its own. */
  private stepBand(index: number, mean: number | null | undefined, peak: number | null | undefined): string {
    const [left, right] = [this.xAt(index - 0.5), this.xAt(index + 0.5)].map((x) => x.toFixed(1));
    const [top, bottom] = [this.yAt(peak ?? 0), this.yAt(mean ?? 0)].map((y) => y.toFixed(1));
    return `M${left} ${top}H${right}V${bottom}H${left}Z`;
  }

  private drawCursor(index: number): SVGElement[] {
    const x = this.xAt(index);
    const isLate = x > this.width / 2;
    return [
      svgElement('line', { class: 'cursor', x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }),
      svgElement('text', { class: `moment${isLate ? ' is-late' : ''}`, x: x + (isLate ? -5 : 5), y: 16 }, [
        this.momentOf(index),
      ]),
    ];
  }
}

/** Places of values without a gap between them. */
function measuredRuns(values: readonly (number | null)[]): number[][] {
  const runs: number[][] = [];
  values.forEach((value, index) => {
    if (value !== null) {
      const run = index > 0 && values[index - 1] !== null ? runs.at(-1) : undefined;
      if (run) {
        run.push(index);
      } else {
        runs.push([index]);
      }
    }
  });
  return runs;
}
