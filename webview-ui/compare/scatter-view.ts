import type { ComparedRow } from '../../src/core/comparison';
import { axisOf, type ComparedAxis } from '../../src/core/comparison-axes';
import type { AxisChoice } from '../../src/features/compare/compare-contract';
import { svgElement } from '../kit/svg-element';
import { toCss } from '../kit/colour';
import { element, setShown, setText } from '../kit/dom';
import { plainButton } from '../kit/plain-button';
import { closePopup, openPopup } from '../kit/popup';
import { axesTable, runLabel } from './axes-table';
import { axisPicker } from './axis-picker';
import { placelessText, ticksOf } from './axis-scale';
import { writeValue } from './cell-view';
import type { CompareModel } from './compare-model';
import type { RunLooks } from './run-looks';

const MARGIN = { left: 76, right: 18, top: 14, bottom: 34 };
const POINT_PX = 6;
/** Numbers beside the points, while they can be read. */
const MOST_NUMBERED = 30;
const NEAR_PX = 9;

type Side = 'x' | 'y';

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
  private readonly note = element('p', { class: 'dim note-line', attributes: { role: 'status' } });
  private readonly readout = element('p', { class: 'readout' });
  private readonly twin = element('details', { class: 'twin' }, [element('summary', { text: 'Values' })]);
  private points: readonly Point[] = [];

  constructor(
    private readonly model: CompareModel,
    private readonly looks: RunLooks,
    private readonly onAxes: (axes: { readonly x: AxisChoice | null; readonly y: AxisChoice | null }) => void,
  ) {
    this.choosers = { y: this.chooser('y', 'Vertical axis'), x: this.chooser('x', 'Horizontal axis') };
    this.logs = { y: this.logBox('y'), x: this.logBox('x') };
    const bar = element('div', { class: 'bar', attributes: { role: 'group', 'aria-label': 'Axes' } }, [
      this.control('y', 'Vertical'),
      this.control('x', 'Horizontal'),
    ]);
    this.root = element('div', { class: 'chart' }, [bar, this.picture, this.readout, this.note, this.twin]);
    this.picture.addEventListener('mousemove', (event) => this.point(event));
    this.picture.addEventListener('mouseleave', () => setText(this.readout, ''));
    this.twin.addEventListener('toggle', () => this.draw());
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
    setShown(this.twin, rows !== undefined);
    if (rows === undefined) {
      this.points = [];
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
    if (room.width < 40 || room.height < 40) {
      return;
    }
    this.points = this.model.shownRuns.flatMap((_, run) => {
      const [x, y] = [axes.x.positions[run] ?? null, axes.y.positions[run] ?? null];
      return x === null || y === null
        ? []
        : [{ run, left: MARGIN.left + x * room.width, top: MARGIN.top + (1 - y) * room.height }];
    });
    const label = `${axes.y.label} against ${axes.x.label}, ${this.points.length} runs`;
    const drawing = svgElement('svg', { width, height, role: 'img', 'aria-label': label }, [
      ...frameOf(axes, room),
      ...this.points.flatMap((point) => this.marksOf(point)),
    ]);
    this.picture.replaceChildren(drawing);
    setText(this.note, placelessText([axes.y, axes.x], this.points.length, this.model.shownRuns.length));
    if (this.twin.open) {
      this.twin.querySelector('.twin-scroll')?.remove();
      this.twin.append(axesTable(this.model, this.looks, [rows.y, rows.x], () => true));
    }
  }

  private marksOf({ run, left, top }: Point): SVGElement[] {
    const shown = this.model.shownRuns[run];
    if (shown === undefined) {
      return [];
    }
    const fill = toCss(this.looks.of(shown).colour);
    const isBaseline = run === this.model.baseline;
    const mark = svgElement('circle', { cx: left, cy: top, r: POINT_PX, fill, class: 'mark' });
    const ring = svgElement('circle', { cx: left, cy: top, r: POINT_PX + 3, class: 'mark-ring' });
    const number = svgElement('text', { x: left + POINT_PX + 3, y: top - POINT_PX, class: 'axis-text' }, [
      String(shown.number),
    ]);
    return [mark, ...(isBaseline ? [ring] : []), ...(this.points.length <= MOST_NUMBERED ? [number] : [])];
  }

  private point({ clientX, clientY }: MouseEvent): void {
    const box = this.picture.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    const near = this.points.filter(({ left, top }) => Math.hypot(left - x, top - y) <= NEAR_PX);
    setText(this.readout, near.map(({ run }) => this.runText(run)).join('\n'));
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
    this.onAxes({ ...this.model.view.scatter, [side]: choice });
  }
}

function frameOf(
  axes: Readonly<Record<Side, ComparedAxis>>,
  room: { readonly width: number; readonly height: number },
): SVGElement[] {
  const bottom = MARGIN.top + room.height;
  const right = MARGIN.left + room.width;
  const xTicks = ticksOf(axes.x, Math.max(2, Math.floor(room.width / 90))).flatMap(({ position, text }) => {
    const left = MARGIN.left + position * room.width;
    return [
      svgElement('line', { x1: left, x2: left, y1: MARGIN.top, y2: bottom, class: 'axis-line' }),
      svgElement('text', { x: left, y: bottom + 18, 'text-anchor': 'middle', class: 'axis-text' }, [
        shortened(text, 14),
      ]),
    ];
  });
  const yTicks = ticksOf(axes.y, Math.max(2, Math.floor(room.height / 40))).flatMap(({ position, text }) => {
    const top = bottom - position * room.height;
    return [
      svgElement('line', { x1: MARGIN.left, x2: right, y1: top, y2: top, class: 'axis-line' }),
      svgElement('text', { x: MARGIN.left - 8, y: top + 4, 'text-anchor': 'end', class: 'axis-text' }, [
        shortened(text, 10),
      ]),
    ];
  });
  return [...xTicks, ...yTicks];
}

export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
