import type { ComparedRow } from '../../src/core/comparison';
import { axisOf, brushOver, type AxisBrush, type ComparedAxis } from '../../src/core/comparison-axes';
import { ellipsized } from '../../src/core/short-text';
import type { AxisChoice } from '../../src/features/compare/compare-contract';
import { svgElement } from '../kit/svg-element';
import { toCss } from '../kit/colour';
import { element, setShown, setText } from '../kit/dom';
import { openMenu, type MenuEntry } from '../kit/menu';
import { plainButton } from '../kit/plain-button';
import { openPopup } from '../kit/popup';
import { AxesTable, runLabel } from './axes-table';
import { axisMenu } from './axis-menu';
import { axisPicker } from './axis-picker';
import { ticksOf } from './axis-scale';
import type { CompareModel } from './compare-model';
import { distanceTo, positionsOf } from './parallel-geometry';
import { rangeForm } from './range-form';
import type { RunLooks } from './run-looks';
import { pictureButton, type AxesPicture, type AxesPicturePorts } from './axes-picture';
import { lineNode } from '../kit/line-sample';

const MARGIN = { side: 70, top: 34, bottom: 34 };
const LEAST_GAP_PX = 120;
/** Axes that are there before a person chooses: parameters, then metrics. */
const FIRST_PARAMETERS = 4;
const FIRST_METRICS = 2;
const NEAR_PX = 6;
const BRUSH_PX = 18;
const LEAST_BRUSH_PX = 4;
/** Room for an axis' name, where its neighbours leave so much. */
const MOST_HEAD_PX = 180;

export interface ParallelEvents {
  onAxes(axes: readonly AxisChoice[]): void;
  onBrushes(brushes: readonly AxisBrush[]): void;
  /** Goes on with the runs that the brushes let through. */
  onKeep(places: readonly number[]): void;
  /** The run whose line is pointed at, by its place; none: no line is. */
  onPoint(places: readonly number[]): void;
}

interface Drawn {
  readonly row: ComparedRow;
  readonly axis: ComparedAxis;
  readonly left: number;
}

interface RunLine {
  readonly run: number;
  readonly points: readonly { readonly left: number; readonly top: number; readonly hasPlace: boolean }[];
}

/** A line per run over several axes; stretches of axes filter. Values without a place run through a slot below. */
export class ParallelView {
  readonly root: HTMLElement;
  private readonly scroller = element('div', { class: 'picture parallel', attributes: { tabindex: '0' } });
  private readonly count = element('span', { class: 'dim', attributes: { role: 'status' } });
  private readonly keep = plainButton('Keep these runs only', () => this.keepPassing());
  private readonly save: HTMLButtonElement;
  private readonly clear = plainButton('Clear brushes', () => this.events.onBrushes([]));
  private readonly readout = element('p', { class: 'readout' });
  private readonly note = element('p', { class: 'dim note-line' });
  private readonly twin = new AxesTable((run) => this.looks.sample(run));
  private drawn: readonly Drawn[] = [];
  private lines: readonly RunLine[] = [];
  private near: number | undefined;

  constructor(
    private readonly model: CompareModel,
    private readonly looks: RunLooks,
    private readonly events: ParallelEvents,
    pictures: AxesPicturePorts,
  ) {
    this.save = pictureButton(pictures, () => this.pictureNow());
    const axes = plainButton('Axes', (button) => this.pickAxes(button), { opens: 'dialog' });
    const bar = element('div', { class: 'bar' }, [axes, this.save, this.count, this.clear, this.keep]);
    this.root = element('div', { class: 'chart' }, [
      bar,
      this.scroller,
      this.readout,
      this.note,
      this.twin.root,
    ]);
    this.scroller.addEventListener('mousemove', (event) => this.point(event));
    this.scroller.addEventListener('mouseleave', () => this.highlight(undefined));
    new ResizeObserver(() => this.draw()).observe(this.scroller);
  }

  draw(): void {
    const choices = this.choices();
    const rows = new Map(this.model.axisRows().map((row) => [row.id, row]));
    const shown = choices.flatMap(({ id, isLogarithmic }) => {
      const row = rows.get(id);
      return row === undefined ? [] : [{ row, axis: axisOf(row, isLogarithmic) }];
    });
    setShown(this.save, shown.length > 0);
    if (shown.length === 0) {
      this.twin.show(undefined);
      this.scroller.replaceChildren(element('p', { class: 'dim', text: 'Choose axes to see the runs.' }));
      setText(this.count, '');
      return;
    }
    const height = this.scroller.clientHeight;
    const least = (shown.length - 1) * LEAST_GAP_PX + 2 * MARGIN.side;
    const width = Math.max(least, this.scroller.clientWidth);
    if (height < 120) {
      return;
    }
    const gap = (width - 2 * MARGIN.side) / Math.max(1, shown.length - 1);
    this.drawn = shown.map((each, index) => ({
      ...each,
      left: shown.length === 1 ? width / 2 : MARGIN.side + index * gap,
    }));
    this.drawPicture(width, height);
    this.drawWords();
  }

  private drawPicture(width: number, height: number): void {
    const passing = this.model.passing();
    const bottom = height - MARGIN.bottom - 14;
    this.lines = this.model.shownRuns.map((_, run) => ({
      run,
      points: this.drawn.map(({ axis, left }) => {
        const position = axis.positions[run] ?? null;
        return {
          left,
          top: position === null ? height - 14 : bottom - position * (bottom - MARGIN.top),
          hasPlace: position !== null,
        };
      }),
    }));
    const order = [...this.lines].sort((a, b) => Number(passing[a.run]) - Number(passing[b.run]));
    const view = { width, height, viewBox: `0 0 ${width} ${height}` };
    const drawing = svgElement('svg', { ...view, role: 'img', 'aria-label': this.title() }, [
      ...order.flatMap((line) => this.lineOf(line, passing[line.run] === true)),
      ...this.drawn.flatMap((drawn) => this.axisOf(drawn, bottom)),
    ]);
    const heads = this.drawn.map((drawn, index) => this.headOf(drawn, index, width));
    const frame = element('div', { class: 'parallel-frame' }, [...heads]);
    frame.prepend(drawing);
    frame.style.width = `${width}px`;
    this.scroller.replaceChildren(frame);
    this.scroller.setAttribute('aria-label', 'Parallel coordinates');
    this.scroller.setAttribute('role', 'group');
  }

  /** A parameter is known by its name alone while no other axis is called so; little room is left for its section. */
  private shortLabel({ axis, row }: Drawn): string {
    const isAlone = this.drawn.filter((other) => other.row.name === row.name).length === 1;
    return row.format !== 'number' && isAlone ? row.name : axis.label;
  }

  private title(): string {
    return `${this.model.shownRuns.length} runs over ${this.drawn.map(({ axis }) => axis.label).join(', ')}`;
  }

  private pictureNow(): AxesPicture | undefined {
    const drawing = this.scroller.querySelector('svg');
    const passing = this.model.passing();
    const legend = this.model.shownRuns
      .filter((_, run) => passing[run] === true)
      .map((run) => ({ name: runLabel(run), sample: lineNode(this.looks.of(run)) }));
    const heads = this.drawn.map(({ axis, left }) => ({ text: axis.label, left }));
    const note = `${this.count.textContent}. ${this.note.textContent}`;
    return drawing === null ? undefined : { title: this.title(), note, drawing, heads, legend };
  }

  private drawWords(): void {
    const passing = this.model.passing();
    const passed = passing.filter(Boolean).length;
    const hasBrush = this.brushes().length > 0;
    const runs = this.model.shownRuns.length;
    setText(this.count, hasBrush ? `${passed} of ${runs} runs are within the brushes` : `${runs} runs`);
    setShown(this.clear, hasBrush);
    setShown(this.keep, hasBrush && passed > 0 && passed < runs);
    const without = this.drawn.flatMap(({ axis: { label, placeless } }) => {
      const odd = placeless.notFinite + placeless.notPositive;
      const words = [
        ...(placeless.missing > 0 ? [`${placeless.missing} without a value`] : []),
        ...(odd > 0 ? [`${odd} without a place`] : []),
      ];
      return words.length === 0 ? [] : [`${label}: ${words.join(', ')}`];
    });
    setText(this.note, without.length === 0 ? '' : `In the slot below the axes: ${without.join('; ')}.`);
    this.twin.show({
      rows: this.drawn.map(({ row }) => row),
      runs: this.model.shownRuns.flatMap((run, place) => (passing[place] === true ? [{ run, place }] : [])),
    });
  }

  private lineOf({ run, points }: RunLine, isPassing: boolean): SVGElement[] {
    const shown = this.model.shownRuns[run];
    if (shown === undefined) {
      return [];
    }
    const { colour, dash } = this.looks.of(shown);
    const made = svgElement('polyline', {
      points: points.map(({ left, top }) => `${left.toFixed(1)},${top.toFixed(1)}`).join(' '),
      stroke: toCss(colour),
      'stroke-dasharray': dash.join(' '),
      class: `run-path${isPassing ? '' : ' is-out'}${run === this.model.baseline ? ' is-baseline' : ''}`,
    });
    made.dataset['run'] = String(run);
    return [made];
  }

  private axisOf(drawn: Drawn, bottom: number): SVGElement[] {
    const { axis, left } = drawn;
    const line = svgElement('line', { x1: left, x2: left, y1: MARGIN.top, y2: bottom, class: 'axis-main' });
    const ticks = ticksOf(axis, Math.max(2, Math.floor((bottom - MARGIN.top) / 36))).map(
      ({ position, text }) =>
        svgElement(
          'text',
          { x: left + 7, y: bottom - position * (bottom - MARGIN.top) + 4, class: 'axis-text axis-halo' },
          [ellipsized(text, 12)],
        ),
    );
    const slot = axis.positions.some((position) => position === null)
      ? [svgElement('text', { x: left + 7, y: bottom + 30, class: 'axis-text axis-halo' }, ['none'])]
      : [];
    const area = svgElement('rect', {
      x: left - BRUSH_PX,
      y: MARGIN.top,
      width: 2 * BRUSH_PX,
      height: bottom - MARGIN.top,
      class: 'brush-area',
    });
    area.addEventListener('pointerdown', (event) => this.brush(event, drawn, area, bottom));
    return [line, ...ticks, ...slot, ...this.brushMarks(drawn, bottom), area];
  }

  private brushMarks({ axis, left }: Drawn, bottom: number): SVGElement[] {
    const brush = this.brushes().find(({ id }) => id === axis.id);
    const inside = brush === undefined ? [] : positionsOf(axis, brush);
    if (inside.length === 0) {
      return [];
    }
    const height = bottom - MARGIN.top;
    const [low, high] = [Math.min(...inside), Math.max(...inside)];
    return [
      svgElement('rect', {
        x: left - BRUSH_PX / 2,
        y: bottom - high * height - 3,
        width: BRUSH_PX,
        height: (high - low) * height + 6,
        class: 'brush',
      }),
    ];
  }

  /** A drag along an axis; a press without one takes the brush away. */
  private brush(event: PointerEvent, { axis }: Drawn, area: SVGElement, bottom: number): void {
    event.preventDefault();
    area.setPointerCapture(event.pointerId);
    const top = this.scroller.getBoundingClientRect().top;
    const height = bottom - MARGIN.top;
    const positionAt = (clientY: number): number => (bottom - (clientY - top)) / height;
    area.addEventListener(
      'pointerup',
      (up) => {
        const others = this.brushes().filter(({ id }) => id !== axis.id);
        const isDrag = Math.abs(up.clientY - event.clientY) >= LEAST_BRUSH_PX;
        const from = Math.max(0, Math.min(1, positionAt(event.clientY)));
        const to = Math.max(0, Math.min(1, positionAt(up.clientY)));
        this.events.onBrushes(isDrag ? [...others, brushOver(axis, from, to)] : others);
      },
      { once: true },
    );
  }

  private headOf(drawn: Drawn, index: number, width: number): HTMLElement {
    const { axis, left } = drawn;
    const head = element('button', {
      class: 'axis-head ellipsis',
      text: this.shortLabel(drawn),
      title: axis.label,
      attributes: { type: 'button', 'aria-haspopup': 'menu', 'aria-label': axis.label },
    });
    const [first, second] = this.drawn;
    const gap = first === undefined || second === undefined ? width : second.left - first.left;
    const half = Math.min(left, width - left, gap / 2 - 2, MOST_HEAD_PX / 2);
    head.style.left = `${left - half}px`;
    head.style.width = `${2 * half}px`;
    head.addEventListener('click', () => openMenu(head, axis.label, this.axisMenu(axis, index, head)));
    return head;
  }

  private axisMenu(axis: ComparedAxis, index: number, head: HTMLElement): MenuEntry[] {
    const others = this.brushes().filter(({ id }) => id !== axis.id);
    return axisMenu(axis, index, this.choices(), {
      onFilter: () => openPopup(head, `Filter by ${axis.label}`, this.filterForm(axis, others)),
      onClear: others.length < this.brushes().length ? () => this.events.onBrushes(others) : undefined,
      onAxes: (axes) => this.events.onAxes(axes),
    });
  }

  private filterForm(axis: ComparedAxis, others: readonly AxisBrush[]): HTMLElement {
    const brush = this.brushes().find(({ id }) => id === axis.id);
    return rangeForm(axis, brush, (chosen) => {
      this.events.onBrushes(chosen === undefined ? others : [...others, chosen]);
    });
  }

  private point({ clientX, clientY }: MouseEvent): void {
    const box = this.scroller.getBoundingClientRect();
    const x = clientX - box.left + this.scroller.scrollLeft;
    const y = clientY - box.top;
    const distances = this.lines.map(({ run, points }) => ({ run, distance: distanceTo(points, x, y) }));
    const nearest = distances.reduce<{ run: number; distance: number } | undefined>(
      (best, each) => (best === undefined || each.distance < best.distance ? each : best),
      undefined,
    );
    this.highlight(nearest !== undefined && nearest.distance <= NEAR_PX ? nearest.run : undefined);
  }

  private highlight(run: number | undefined): void {
    if (run === this.near) {
      return;
    }
    this.near = run;
    this.scroller
      .querySelectorAll<SVGElement>('.run-path')
      .forEach((path) => path.classList.toggle('is-near', path.dataset['run'] === String(run)));
    this.events.onPoint(run === undefined ? [] : [run]);
    const shown = run === undefined ? undefined : this.model.shownRuns[run];
    setText(this.readout, shown === undefined ? '' : runLabel(shown));
  }

  private pickAxes(anchor: HTMLElement): void {
    const picker = axisPicker(
      this.model.axisRows(),
      ({ id }) => this.choices().some((choice) => choice.id === id),
      ({ id }) => {
        const now = this.choices();
        const others = now.filter((choice) => choice.id !== id);
        this.events.onAxes(others.length < now.length ? others : [...now, { id, isLogarithmic: false }]);
        this.pickAxes(anchor);
      },
    );
    openPopup(anchor, 'Axes', picker);
  }

  private keepPassing(): void {
    this.events.onKeep(this.model.passing().flatMap((isIn, run) => (isIn ? [run] : [])));
  }

  /** Only brushes of axes that are there filter in sight. */
  private brushes(): readonly AxisBrush[] {
    return this.model.view.brushes;
  }

  private choices(): readonly AxisChoice[] {
    const { parallel } = this.model.view;
    if (parallel !== null) {
      return parallel;
    }
    const { parameters, metrics } = this.model.usualAxes();
    const first = [...parameters.slice(0, FIRST_PARAMETERS), ...metrics.slice(0, FIRST_METRICS)];
    return first.map(({ id }) => ({ id, isLogarithmic: false }));
  }
}
