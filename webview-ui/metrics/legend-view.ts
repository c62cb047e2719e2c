import type { LegendColumn, ViewState } from '../../src/features/metrics/view-contract';
import { element, setText } from '../kit/dom';
import { icon } from '../kit/icons';
import type { LineStyle } from '../kit/line-styles';
import { formatCount, formatExact, formatValue } from './format';
import { lineSample } from './line-sample';
import type { LineName, PanelSeries } from './curves-model';

interface LegendRow {
  readonly look: string;
  readonly row: HTMLTableRowElement;
  readonly toggle: HTMLButtonElement;
  readonly numbers: Readonly<Record<'last' | 'min' | 'max', HTMLTableCellElement>>;
}

export interface LegendPorts {
  toggle(series: PanelSeries): void;
  /** Orders by a column; pressed again, the other way round; a third time, as the lines appeared. */
  order(column: LegendColumn): void;
  /** A row is pointed at, or none. */
  point(line: string | undefined): void;
  /** The person wants another look for a line. */
  chooseLook(line: LineName, anchor: HTMLElement): void;
}

type LegendOrder = ViewState['legendOrder'];

const COLUMNS: Readonly<Record<LegendColumn, string>> = {
  name: 'Line',
  last: 'Last',
  min: 'Min',
  max: 'Max',
};
const NUMBERS = ['last', 'min', 'max'] as const;

/** The lines of one chart with their last, lowest and highest value; a click takes a line out of the picture. */
export class LegendView {
  readonly root = element('table', { class: 'legend' });
  private readonly body = element('tbody');
  private readonly heads: readonly (readonly [LegendColumn, HTMLTableCellElement])[];
  private readonly rows = new Map<string, LegendRow>();
  private strong: string | undefined;

  constructor(private readonly ports: LegendPorts) {
    this.heads = (['name', ...NUMBERS] as const).map((column) => [column, this.head(column)]);
    const headRow = element(
      'tr',
      {},
      this.heads.map(([, head]) => head),
    );
    this.root.append(element('thead', {}, [headRow]), this.body);
    this.body.addEventListener('pointerleave', () => ports.point(undefined));
  }

  update(
    series: readonly PanelSeries[],
    styles: ReadonlyMap<string, LineStyle>,
    view: { readonly order: LegendOrder; isHidden(series: PanelSeries): boolean },
  ): void {
    this.showOrder(view.order);
    const ordered = inOrder(series, view.order);
    const wanted = new Set(ordered.map(({ key }) => key));
    for (const [key, { row }] of this.rows) {
      if (!wanted.has(key)) {
        row.remove();
        this.rows.delete(key);
      }
    }
    ordered.forEach((item, place) => {
      const { row } = this.row(item, styles.get(item.key));
      const there = this.body.children[place];
      if (there !== row) {
        this.body.insertBefore(row, there ?? null);
      }
      this.updateRow(item, view.isHidden(item));
    });
  }

  /** Marks the row of the line that is pointed at. */
  showStrong(name: string | undefined): void {
    if (name !== this.strong) {
      this.strong = name;
      for (const { row } of this.rows.values()) {
        row.classList.toggle('is-strong', name !== undefined && row.dataset.line === name);
      }
    }
  }

  private head(column: LegendColumn): HTMLTableCellElement {
    const button = element('button', {
      class: 'legend-head',
      text: COLUMNS[column],
      title: `Order the lines by ${COLUMNS[column].toLowerCase()}`,
      attributes: { type: 'button' },
    });
    button.addEventListener('click', () => this.ports.order(column));
    return element('th', { attributes: { scope: 'col' } }, [button]);
  }

  private showOrder(order: LegendOrder): void {
    for (const [column, head] of this.heads) {
      const isBy = order?.column === column;
      const sort = isBy ? (order.isDescending ? 'descending' : 'ascending') : 'none';
      if (head.getAttribute('aria-sort') !== sort) {
        head.setAttribute('aria-sort', sort);
        head.querySelector('.icon')?.remove();
        if (isBy) {
          head.firstElementChild?.append(icon(order.isDescending ? 'arrowDown' : 'arrowUp'));
        }
      }
    }
  }

  private row(series: PanelSeries, style: LineStyle | undefined): LegendRow {
    const { key, line } = series;
    const look = JSON.stringify([style, line.label]);
    const known = this.rows.get(key);
    if (known?.look === look) {
      return known;
    }
    known?.row.remove();
    const toggle = element('button', { class: 'legend-name', attributes: { type: 'button' } }, [
      element('span', { class: 'ellipsis', text: line.label }),
    ]);
    toggle.addEventListener('click', () => this.ports.toggle(series));
    const sample = element('button', {
      class: 'legend-look',
      title: 'Choose colour and dashes',
      attributes: { type: 'button', 'aria-label': `Look of ${line.label}`, 'aria-haspopup': 'dialog' },
    });
    sample.append(...(style === undefined ? [] : [lineSample(style)]));
    sample.addEventListener('click', () => this.ports.chooseLook(line, sample));
    const numbers = { last: cell(), min: cell(), max: cell() };
    const name = element('th', { attributes: { scope: 'row' } }, [
      element('div', { class: 'legend-line' }, [sample, toggle]),
    ]);
    const row = element('tr', {}, [name, numbers.last, numbers.min, numbers.max]);
    row.dataset.line = line.id;
    row.classList.toggle('is-strong', line.id === this.strong);
    row.addEventListener('pointerenter', () => this.ports.point(line.id));
    toggle.addEventListener('focus', () => this.ports.point(line.id));
    toggle.addEventListener('blur', () => this.ports.point(undefined));
    const created = { look, row, toggle, numbers };
    this.rows.set(key, created);
    return created;
  }

  private updateRow({ key, line, entry }: PanelSeries, isHidden: boolean): void {
    const row = this.rows.get(key);
    if (row === undefined) {
      return;
    }
    for (const name of NUMBERS) {
      const value = entry[name];
      const target = row.numbers[name];
      setText(target, value === null ? '–' : formatValue(value));
      target.title = value === null ? '' : formatExact(value);
    }
    row.row.classList.toggle('is-hidden', isHidden);
    row.toggle.setAttribute('aria-pressed', String(!isHidden));
    const points = entry.pointCount === 1 ? '1 point' : `${formatCount(entry.pointCount)} points`;
    row.toggle.title = `${line.label} (${points}). Click to ${isHidden ? 'show' : 'hide'} this line.`;
  }
}

/** What the next press on a column's head asks for: highest first, then lowest first, then no order. */
export function nextOrder(order: LegendOrder, column: LegendColumn): LegendOrder {
  const first = column !== 'name';
  if (order?.column !== column) {
    return { column, isDescending: first };
  }
  return order.isDescending === first ? { column, isDescending: !first } : null;
}

/** Lines without a value come last, whichever way round. */
function inOrder(series: readonly PanelSeries[], order: LegendOrder): readonly PanelSeries[] {
  if (order === null) {
    return series;
  }
  const { column, isDescending } = order;
  const sign = isDescending ? -1 : 1;
  return series.toSorted((a, b) => {
    if (column === 'name') {
      return sign * a.line.label.localeCompare(b.line.label, 'en', { numeric: true });
    }
    const [left, right] = [a.entry[column] ?? NaN, b.entry[column] ?? NaN];
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    }
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  });
}

function cell(): HTMLTableCellElement {
  return element('td', { class: 'number' });
}
