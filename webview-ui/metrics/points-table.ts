import { element } from '../shared/dom';
import { formatCount, formatExact, formatMoment } from './format';
import type { PanelSeries } from './curves-model';

const ROWS_AT_ONCE = 200;

interface TableRow {
  readonly step: number;
  readonly time: number;
  readonly values: (number | undefined)[];
}

/** The twin of a chart: the points it shows, as a table that screen readers, find and copy understand. */
export class PointsTable {
  readonly root = element('div', { class: 'points-table', attributes: { tabindex: '0', role: 'region' } });
  private rowLimit = ROWS_AT_ONCE;

  constructor(private readonly metric: string) {
    this.root.setAttribute('aria-label', `Points of ${metric}`);
  }

  update(series: readonly PanelSeries[]): void {
    const rows = tableRows(series);
    const shown = rows.slice(-this.rowLimit).reverse();
    const table = element('table', {}, [
      element('thead', {}, [headRow(series)]),
      element('tbody', {}, shown.map(bodyRow)),
    ]);
    const note = element('p', { class: 'card-note', text: rowsNote(this.metric, shown.length, rows.length) });
    this.root.replaceChildren(note, table, ...this.more(series, rows.length));
  }

  private more(series: readonly PanelSeries[], rowCount: number): HTMLElement[] {
    if (rowCount <= this.rowLimit) {
      return [];
    }
    const next = Math.min(ROWS_AT_ONCE, rowCount - this.rowLimit);
    const button = element('button', {
      class: 'link',
      text: `Show ${next} earlier rows`,
      attributes: { type: 'button' },
    });
    button.addEventListener('click', () => {
      this.rowLimit += ROWS_AT_ONCE;
      this.update(series);
    });
    return [button];
  }
}

function rowsNote(metric: string, shown: number, all: number): string {
  const rows =
    shown === all ? `${formatCount(all)} rows` : `last ${formatCount(shown)} of ${formatCount(all)} rows`;
  return `${metric}: ${rows}, newest first. An empty cell: no point of that line is drawn at that step.`;
}

function headRow(series: readonly PanelSeries[]): HTMLTableRowElement {
  const names = ['Step', 'Time', ...series.map(({ line }) => line.label)];
  return element(
    'tr',
    {},
    names.map((text) => element('th', { text, attributes: { scope: 'col' } })),
  );
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
