import { csvText } from '../../src/core/csv';
import { element, setShown } from '../kit/dom';
import type { LineStyle } from '../kit/line-styles';
import { formatExact, formatValue } from '../metrics/format';
import { lineSample } from '../kit/line-sample';
import { SortingHead } from '../kit/sorting-head';
import type { ValuesBlock } from '../metrics/values-view';
import type { ValueTable } from './runs-model';

export interface RunValuesPorts {
  styleOf(run: string): LineStyle;
  /** The row of a run is pointed at, or none. */
  point(run: string | undefined): void;
  copy(text: string): void;
}

type ValueRow = ValueTable['rows'][number];

/** Values that runs reported once, not as curves: a row per run, in an order by any of the values. */
export class RunValuesView implements ValuesBlock {
  readonly root: HTMLElement;
  private readonly head = new SortingHead(() => this.showRows());
  private readonly body = element('tbody');
  private table: ValueTable = { columns: [], rows: [] };
  private shown = '';

  constructor(
    private readonly read: () => ValueTable,
    private readonly ports: RunValuesPorts,
  ) {
    const copy = element('button', {
      class: 'link',
      text: 'Copy as CSV',
      title: 'Copy what the table shows, with every digit',
      attributes: { type: 'button' },
    });
    copy.addEventListener('click', () => ports.copy(this.csv()));
    this.body.addEventListener('pointerleave', () => ports.point(undefined));
    const frame = element(
      'div',
      {
        class: 'points-table',
        attributes: { tabindex: '0', role: 'region', 'aria-label': 'Values of the runs' },
      },
      [element('table', {}, [this.head.root, this.body])],
    );
    this.root = element('section', { class: 'values', attributes: { 'aria-label': 'Values' } }, [
      element('div', { class: 'values-heading' }, [element('h2', { text: 'Values' }), copy]),
      frame,
    ]);
    setShown(this.root, false);
  }

  update(): void {
    this.table = this.read();
    const { columns, rows } = this.table;
    // Infinities and NaN are values here, which JSON would make one of.
    const shown = JSON.stringify([
      columns,
      rows.map(({ run, name, values }) => [run, name, this.ports.styleOf(run), values.map(String)]),
    ]);
    if (shown !== this.shown) {
      this.shown = shown;
      this.head.show(['Run', ...columns]);
      this.showRows();
      setShown(this.root, rows.length > 0);
    }
  }

  private ordered(): readonly ValueRow[] {
    return this.head.inOrder(this.table.rows, ({ name, values }, column) =>
      column === 0 ? name : values[column - 1],
    );
  }

  private showRows(): void {
    this.body.replaceChildren(...this.ordered().map((row) => this.row(row)));
  }

  private row({ run, name, values }: ValueRow): HTMLTableRowElement {
    const line = element('div', { class: 'legend-line' }, [
      lineSample(this.ports.styleOf(run)),
      element('span', { class: 'ellipsis', text: name, title: name }),
    ]);
    const row = element('tr', {}, [
      element('th', { attributes: { scope: 'row' } }, [line]),
      ...values.map((value) =>
        element('td', {
          class: 'number',
          text: value === undefined ? '' : formatValue(value),
          title: value === undefined ? '' : formatExact(value),
        }),
      ),
    ]);
    row.addEventListener('pointerenter', () => this.ports.point(run));
    return row;
  }

  private csv(): string {
    const lines = this.ordered().map(({ name, values }) => [
      name,
      ...values.map((value) => (value === undefined ? '' : String(value))),
    ]);
    return csvText([['run', ...this.table.columns], ...lines]);
  }
}
