import { csvText } from '../../src/core/csv';
import type { Disposable } from '../../src/core/disposable';
import type { ValueForm } from '../../src/features/metrics/view-contract';
import type { BarDrawer } from '../kit/bar-drawer';
import { element, setShown, setText } from '../kit/dom';
import type { LineStyle } from '../kit/line-styles';
import type { Theme } from '../kit/theme';
import { formatExact, formatValue } from '../metrics/format';
import { lineSample } from '../kit/line-sample';
import { SortingHead } from '../kit/sorting-head';
import type { ValuesBlock } from '../metrics/values-view';
import type { ValueTable } from './runs-model';
import { mostBars, ValueBars, type RunBar, type RunBars } from './value-bars';

export interface RunValuesPorts {
  styleOf(run: string): LineStyle;
  theme(): Theme;
  /** What is chosen for now. */
  form(): ValueForm;
  chooseForm(form: ValueForm): void;
  /** Rejects where bars cannot be drawn. */
  loadBars(): Promise<BarDrawer>;
  /** The row of a run is pointed at, or none. */
  point(run: string | undefined): void;
  copy(text: string): void;
}

type ValueRow = ValueTable['rows'][number];

const NO_BARS = 'Bars cannot be drawn now. The table has the same values.';

/** Values that runs reported once, not as curves: a row per run, in an order by any of the values, or bars. */
export class RunValuesView implements ValuesBlock, Disposable {
  readonly root: HTMLElement;
  private readonly head = new SortingHead(() => this.showRows());
  private readonly body = element('tbody');
  private readonly frame = element(
    'div',
    {
      class: 'points-table',
      attributes: { tabindex: '0', role: 'region', 'aria-label': 'Values of the runs' },
    },
    [element('table', {}, [this.head.root, this.body])],
  );
  private readonly note = element('p', { class: 'dim', attributes: { role: 'status' } });
  private readonly bars: ValueBars;
  private readonly forms: Readonly<Record<ValueForm, HTMLElement>>;
  private table: ValueTable = { columns: [], rows: [] };
  private shown = '';
  private drawer: BarDrawer | 'none' | 'loading' | 'failed' = 'none';

  constructor(
    private readonly read: () => ValueTable,
    private readonly ports: RunValuesPorts,
  ) {
    const copy = link('Copy as CSV', 'Copy what the table shows, with every digit', () =>
      ports.copy(this.csv()),
    );
    this.forms = {
      table: link('Table', 'Show the values as a table', () => this.choose('table')),
      bars: link('Bars', 'Show the values as bars', () => this.choose('bars')),
    };
    this.bars = new ValueBars((run) => ports.point(run));
    this.body.addEventListener('pointerleave', () => ports.point(undefined));
    this.root = element('section', { class: 'values', attributes: { 'aria-label': 'Values' } }, [
      element('div', { class: 'values-heading' }, [
        element('h2', { text: 'Values' }),
        element(
          'div',
          { class: 'values-forms', attributes: { role: 'group', 'aria-label': 'Show values as' } },
          Object.values(this.forms),
        ),
        copy,
      ]),
      this.note,
      this.frame,
      this.bars.root,
    ]);
    this.showForm();
    setShown(this.root, false);
  }

  update(): void {
    this.table = this.read();
    const { columns, rows } = this.table;
    const { text, grid, fontFamily } = this.ports.theme();
    // Infinities and NaN are values here, which JSON would make one of.
    const shown = JSON.stringify([
      this.ports.form(),
      [text, grid, fontFamily],
      columns,
      rows.map(({ run, name, values }) => [run, name, this.ports.styleOf(run), values.map(String)]),
    ]);
    if (shown !== this.shown) {
      this.shown = shown;
      this.head.show(['Run', ...columns]);
      setShown(this.root, rows.length > 0);
      this.showRows();
    }
  }

  dispose(): void {
    this.bars.dispose();
  }

  /** Also again, where bars could not be drawn. */
  private choose(form: ValueForm): void {
    if (this.drawer === 'failed') {
      this.drawer = 'none';
    }
    this.ports.chooseForm(form);
    this.showForm();
  }

  private ordered(): readonly ValueRow[] {
    return this.head.inOrder(this.table.rows, ({ name, values }, column) =>
      column === 0 ? name : values[column - 1],
    );
  }

  private showRows(): void {
    this.body.replaceChildren(...this.ordered().map((row) => this.row(row)));
    this.showForm();
  }

  /** The table stays until what draws bars is there, and where it does not come. */
  private showForm(): void {
    const form = this.ports.form();
    for (const [name, button] of Object.entries(this.forms)) {
      button.setAttribute('aria-pressed', String(name === form));
    }
    if (form === 'bars' && this.drawer === 'none' && this.table.rows.length > 0) {
      void this.load();
    }
    const drawer = form === 'bars' && typeof this.drawer === 'object' ? this.drawer : undefined;
    setShown(this.frame, drawer === undefined);
    setShown(this.bars.root, drawer !== undefined);
    if (drawer === undefined) {
      this.bars.clear();
      this.say(form === 'bars' && this.drawer === 'failed' ? NO_BARS : '');
    } else {
      this.say(this.showBars(drawer));
    }
  }

  private say(note: string): void {
    setText(this.note, note);
    setShown(this.note, note !== '');
  }

  private async load(): Promise<void> {
    this.drawer = 'loading';
    try {
      this.drawer = await this.ports.loadBars();
    } catch {
      this.drawer = 'failed';
    }
    this.showForm();
  }

  /** Answers what is not shown, or nothing. */
  private showBars(drawer: BarDrawer): string {
    const all = this.ordered();
    const rows = all.slice(0, mostBars());
    const charts = this.table.columns.map((title, column): RunBars => {
      return { title, bars: rows.map((row) => this.bar(row, column)) };
    });
    this.bars.show(drawer, charts, this.ports.theme());
    return rows.length === all.length
      ? ''
      : `Bars of the first ${rows.length} of ${all.length} runs. The table has all.`;
  }

  private bar({ run, name, values }: ValueRow, column: number): RunBar {
    const value = values[column];
    return {
      run,
      name,
      value: Number.isFinite(value) ? value : undefined,
      text: value === undefined ? '–' : formatValue(value),
      exact: value === undefined ? 'not reported' : formatExact(value),
      colour: this.ports.styleOf(run).colour,
    };
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

function link(text: string, title: string, onClick: () => void): HTMLElement {
  const button = element('button', { class: 'link', text, title, attributes: { type: 'button' } });
  button.addEventListener('click', onClick);
  return button;
}
