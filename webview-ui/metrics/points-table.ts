import { element, setText } from '../kit/dom';
import { formatCount, formatExact, formatMoment } from './format';
import type { PanelSeries } from './curves-model';
import { SortingHead, type Cell } from './sorting-head';

const ROWS_AT_ONCE = 200;

interface TableRow {
  readonly step: number;
  readonly time: number;
  readonly values: (number | undefined)[];
}

/** The twin of a chart: the points it shows, as a table that screen readers, find and copy understand. */
export class PointsTable {
  readonly root = element('div', { class: 'points-table', attributes: { tabindex: '0', role: 'region' } });
  private readonly note = element('p', { class: 'card-note' });
  private readonly head = new SortingHead(() => this.update(this.series));
  private readonly body = element('tbody');
  private readonly foot = element('div');
  private series: readonly PanelSeries[] = [];
  private rowLimit = ROWS_AT_ONCE;

  constructor(private readonly metric: string) {
    this.root.setAttribute('aria-label', `Points of ${metric}`);
    this.root.append(this.note, element('table', {}, [this.head.root, this.body]), this.foot);
  }

  update(series: readonly PanelSeries[]): void {
    this.series = series;
    this.head.show(['Step', 'Time', ...series.map(({ line }) => line.label)]);
    const rows = tableRows(series);
    const shown = this.head.inOrder(rows.toReversed(), cellOf).slice(0, this.rowLimit);
    this.body.replaceChildren(...shown.map(bodyRow));
    setText(this.note, rowsNote(this.metric, shown.length, rows.length, this.head.orderedBy));
    this.foot.replaceChildren(...this.more(rows.length));
  }

  private more(rowCount: number): HTMLElement[] {
    if (rowCount <= this.rowLimit) {
      return [];
    }
    const next = Math.min(ROWS_AT_ONCE, rowCount - this.rowLimit);
    const button = element('button', {
      class: 'link',
      text: `Show ${next} more rows`,
      attributes: { type: 'button' },
    });
    button.addEventListener('click', () => {
      this.rowLimit += ROWS_AT_ONCE;
      this.update(this.series);
    });
    return [button];
  }
}

function rowsNote(metric: string, shown: number, all: number, orderedBy: string | undefined): string {
  const which = orderedBy === undefined ? 'last' : 'first';
  const rows =
    shown === all ? `${formatCount(all)} rows` : `${which} ${formatCount(shown)} of ${formatCount(all)} rows`;
  const order = orderedBy === undefined ? 'newest first' : `by ${orderedBy}`;
  return `${metric}: ${rows}, ${order}. An empty cell: no point of that line is drawn at that step.`;
}

function cellOf({ step, time, values }: TableRow, column: number): Cell {
  return column === 0 ? step : column === 1 ? time : values[column - 2];
}

function bodyRow({ step, time, values }: TableRow): HTMLTableRowElement {
  return element('tr', {}, [
    element('th', { text: formatCount(step), attributes: { scope: 'row' } }),
    element('td', { text: formatMoment(time) }),
    ...values.map((value) =>
      element('td', { class: 'number', text: value === undefined ? '' : formatExact(value) }),
    ),
  ]);
}

/** One row per step and line order; points of different lines at the same step share a row. */
function tableRows(series: readonly PanelSeries[]): TableRow[] {
  const rows = new Map<string, TableRow>();
  series.forEach(({ frame }, column) => {
    const seen = new Map<number, number>();
    frame?.points.values.forEach((value, index) => {
      const step = frame.points.steps[index] ?? NaN;
      const repeat = (seen.get(step) ?? -1) + 1;
      seen.set(step, repeat);
      const key = `${step} ${repeat}`;
      const time = frame.points.times[index] ?? NaN;
      const row = rows.get(key) ?? { step, time, values: series.map(() => undefined) };
      row.values[column] = value;
      rows.set(key, row);
    });
  });
  return [...rows.values()].sort((a, b) => a.step - b.step || a.time - b.time);
}
