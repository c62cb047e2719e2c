import type { ComparedRow } from '../../src/core/comparison';
import { axisOf, rowLabel, type ComparedAxis } from '../../src/core/comparison-axes';
import { ellipsized } from '../../src/core/short-text';
import type { AxisChoice } from '../../src/features/compare/compare-contract';
import { svgElement } from '../kit/svg-element';
import { element, setShown, setText } from '../kit/dom';
import { plainButton } from '../kit/plain-button';
import { closePopup, openPopup } from '../kit/popup';
import { pictureButton, type AxesPicture, type AxesPicturePorts } from './axes-picture';
import { AxesTable, runLabel } from './axes-table';
import { axisPicker } from './axis-picker';
import { placelessText, ticksOf } from './axis-scale';
import { writeValue } from './cell-view';
import type { CompareModel } from './compare-model';
import type { RunLooks } from './run-looks';
import { MARK_PX, markSample, runMark } from './run-mark';

const MARGIN = { left: 76, right: 18, top: 8, bottom: 34 };
/** Keeps marks with their numbers off the frame and what stands around it. */
const INSET_PX = 18;
/** Numbers beside the points, while they can be read. */
const MOST_NUMBERED = 30;
const NEAR_PX = 9;

type Side = 'x' | 'y';

export interface ScatterEvents {
  onAxes(axes: { readonly x: AxisChoice | null; readonly y: AxisChoice | null }): void;
  /** Runs whose points are pointed at, by their place. */
  onPoint(places: readonly number[]): void;
}

/** One run. */
interface Point {
  readonly run: number;
  readonly left: number;
  readonly top: number;
}

/** Any parameter or metric against any other, a point per run. */
export class ScatterView {
  readonly root: HTMLElement;
  private readonly choosers: Readonly<Record<Side, HTMLButtonElement>>;
  private readonly logs: Readonly<Record<Side, HTMLInputElement>>;
  private readonly picture = element('div', { class: 'picture' });
  private readonly save: HTMLButtonElement;
  private readonly note = element('p', { class: 'dim note-line', attributes: { role: 'status' } });
  private readonly readout = element('p', { class: 'readout' });
  private readonly twin = new AxesTable((run) => markSample(this.looks.markOf(run)));
  private points: readonly Point[] = [];

  constructor(
    private readonly model: CompareModel,
    private readonly looks: RunLooks,
    private readonly events: ScatterEvents,
    pictures: AxesPicturePorts,
  ) {
    this.save = pictureButton(pictures, () => this.pictureNow());
    this.choosers = { y: this.chooser('y', 'Vertical axis'), x: this.chooser('x', 'Horizontal axis') };
    this.logs = { y: this.logBox('y'), x: this.logBox('x') };
    const bar = element('div', { class: 'bar', attributes: { role: 'group', 'aria-label': 'Axes' } }, [
      this.control('y', 'Vertical'),
      this.control('x', 'Horizontal'),
      this.save,
    ]);
    this.root = element('div', { class: 'chart' }, [
      bar,
      this.picture,
      this.readout,
      this.note,
      this.twin.root,
    ]);
    this.picture.addEventListener('mousemove', (event) => this.point(event));
    this.picture.addEventListener('mouseleave', () => this.showNear([]));
    new ResizeObserver(() => this.draw()).observe(this.picture);
  }

  draw(): void {
    const rows = this.rows();
    for (const side of ['x', 'y'] as const) {
      const row = rows?.[side];
      const axis = row && axisOf(row, this.choice(side)?.isLogarithmic === true);
      setText(
        this.choosers[side].querySelector('.ellipsis') ?? this.choosers[side],
        axis?.label ?? 'Choose…',
      );
      this.logs[side].disabled = axis?.kind !== 'number' || !(axis.to > 0);
      this.logs[side].checked = this.choice(side)?.isLogarithmic === true;
    }
    setShown(this.save, rows !== undefined);
    if (rows === undefined) {
      this.points = [];
      this.twin.show(undefined);
      const text = 'A scatter needs two parameters or metrics that the runs have.';
      this.picture.replaceChildren(element('p', { class: 'dim', text }));
      setText(this.note, '');
      return;
    }
    this.drawPoints(rows);
  }

  private drawPoints(rows: Readonly<Record<Side, ComparedRow>>): void {
    const axes = {
      x: axisOf(rows.x, this.choice('x')?.isLogarithmic === true),
      y: axisOf(rows.y, this.choice('y')?.isLogarithmic === true),
    };
    const width = this.picture.clientWidth;
    const height = this.picture.clientHeight;
    const room = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    if (room.width < 60 || room.height < 60) {
      return;
    }
    const place = placesIn(room);
    this.points = this.model.shownRuns.flatMap((_, run) => {
      const [x, y] = [axes.x.positions[run] ?? null, axes.y.positions[run] ?? null];
      return x === null || y === null ? [] : [{ run, left: place.left(x), top: place.top(y) }];
    });
    const label = `${axes.y.label} against ${axes.x.label}, ${this.points.length} runs`;
    const drawing = svgElement(
      'svg',
      { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
      [...frameOf(axes, room), ...this.points.flatMap((point) => this.marksOf(point))],
    );
    this.picture.replaceChildren(drawing);
    setText(this.note, placelessText([axes.y, axes.x], this.points.length, this.model.shownRuns.length));
    this.twin.show({
      rows: [rows.y, rows.x],
      runs: this.model.shownRuns.map((run, place) => ({ run, place })),
    });
  }

  private pictureNow(): AxesPicture | undefined {
    const drawing = this.picture.querySelector('svg');
    const rows = this.rows();
    if (drawing === null || rows === undefined) {
      return undefined;
    }
    const legend = this.points.flatMap(({ run }) => {
      const shown = this.model.shownRuns[run];
      return shown === undefined
        ? []
        : [{ name: runLabel(shown), sample: runMark(this.looks.markOf(shown), 0, 0) }];
    });
    const title = `${rowLabel(rows.y)} against ${rowLabel(rows.x)}`;
    return { title, note: this.note.textContent, drawing, heads: [], legend };
  }

  private marksOf({ run, left, top }: Point): SVGElement[] {
    const shown = this.model.shownRuns[run];
    if (shown === undefined) {
      return [];
    }
    const isBaseline = run === this.model.baseline;
    const mark = runMark(this.looks.markOf(shown), left, top);
    const ring = svgElement('circle', { cx: left, cy: top, r: MARK_PX + 3, class: 'mark-ring' });
    const at = { x: left + MARK_PX + 3, y: top - MARK_PX };
    const number = svgElement('text', { ...at, class: 'axis-text axis-halo' }, [String(shown.number)]);
    return [mark, ...(isBaseline ? [ring] : []), ...(this.points.length <= MOST_NUMBERED ? [number] : [])];
  }

  private point({ clientX, clientY }: MouseEvent): void {
    const box = this.picture.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    const near = this.points.filter(({ left, top }) => Math.hypot(left - x, top - y) <= NEAR_PX);
    this.showNear(near.map(({ run }) => run));
  }

  private showNear(runs: readonly number[]): void {
    setText(this.readout, runs.map((run) => this.runText(run)).join('\n'));
    this.events.onPoint(runs);
  }

  private runText(run: number): string {
    const shown = this.model.shownRuns[run];
    const rows = this.rows();
    const text = (row: ComparedRow | undefined): string => {
      const value = row?.values[run] ?? null;
      return row === undefined || value === null ? '–' : writeValue(value, row.format);
    };
    return shown === undefined ? '' : `${runLabel(shown)}: ${text(rows?.y)} at ${text(rows?.x)}`;
  }

  /** The rows of both axes: as chosen, else the first parameter that differs against the first metric that does. */
  private rows(): Readonly<Record<Side, ComparedRow>> | undefined {
    const all = this.model.axisRows();
    const { x, y } = this.model.view.scatter;
    const usual = this.model.usualAxes();
    const [chosenX, chosenY] = [x, y].map((choice) => all.find(({ id }) => id === choice?.id));
    const other = (rows: readonly ComparedRow[], taken: ComparedRow | undefined): ComparedRow | undefined =>
      rows.find((row) => row !== taken);
    const rowX = chosenX ?? other(usual.parameters, chosenY) ?? other(all, chosenY);
    const rowY = chosenY ?? other(usual.metrics, rowX) ?? other(all, rowX);
    return rowX === undefined || rowY === undefined ? undefined : { x: rowX, y: rowY };
  }

  private choice(side: Side): AxisChoice | null {
    return this.model.view.scatter[side];
  }

  private control(side: Side, text: string): HTMLElement {
    const log = element('label', { class: 'check', title: `Logarithmic ${text.toLowerCase()} axis` }, [
      this.logs[side],
      element('span', { text: 'log' }),
    ]);
    return element('span', { class: 'check' }, [
      element('span', { class: 'dim', text }),
      this.choosers[side],
      log,
    ]);
  }

  private chooser(side: Side, label: string): HTMLButtonElement {
    const open = (button: HTMLButtonElement): void => {
      const now = this.rows()?.[side];
      const picker = axisPicker(
        this.model.axisRows(),
        ({ id }) => id === now?.id,
        ({ id }) => {
          closePopup();
          this.choose(side, { id, isLogarithmic: false });
        },
      );
      openPopup(button, label, picker);
    };
    const made = plainButton('', open, { opens: 'dialog' });
    made.classList.add('axis-button');
    made.setAttribute('aria-label', label);
    return made;
  }

  private logBox(side: Side): HTMLInputElement {
    const box = element('input', { attributes: { type: 'checkbox' } });
    box.addEventListener('change', () => {
      const id = this.rows()?.[side].id;
      if (id !== undefined) {
        this.choose(side, { id, isLogarithmic: box.checked });
      }
    });
    return box;
  }

  private choose(side: Side, choice: AxisChoice): void {
    this.events.onAxes({ ...this.model.view.scatter, [side]: choice });
  }
}

interface Room {
  readonly width: number;
  readonly height: number;
}

/** Where positions from 0 to 1 are in the picture. */
function placesIn({ width, height }: Room) {
  return {
    left: (x: number): number => MARGIN.left + INSET_PX + x * (width - 2 * INSET_PX),
    top: (y: number): number => MARGIN.top + INSET_PX + (1 - y) * (height - 2 * INSET_PX),
  };
}

function frameOf(axes: Readonly<Record<Side, ComparedAxis>>, room: Room): SVGElement[] {
  const place = placesIn(room);
  const bottom = MARGIN.top + room.height;
  const right = MARGIN.left + room.width;
  const xTicks = ticksOf(axes.x, Math.max(2, Math.floor(room.width / 90))).flatMap(({ position, text }) => {
    const left = place.left(position);
    return [
      svgElement('line', { x1: left, x2: left, y1: MARGIN.top, y2: bottom, class: 'axis-line' }),
      svgElement('text', { x: left, y: bottom + 18, 'text-anchor': 'middle', class: 'axis-text' }, [
        ellipsized(text, 14),
      ]),
    ];
  });
  const yTicks = ticksOf(axes.y, Math.max(2, Math.floor(room.height / 40))).flatMap(({ position, text }) => {
    const top = place.top(position);
    return [
      svgElement('line', { x1: MARGIN.left, x2: right, y1: top, y2: top, class: 'axis-line' }),
      svgElement('text', { x: MARGIN.left - 8, y: top + 4, 'text-anchor': 'end', class: 'axis-text' }, [
        ellipsized(text, 10),
      ]),
    ];
  });
  return [...xTicks, ...yTicks];
}
