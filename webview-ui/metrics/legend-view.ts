import type { LegendColumn, ViewState } from '../../src/features/metrics/view-contract';
import { element, setText } from '../kit/dom';
import * as icons from '../kit/icon-images';
import { icon } from '../kit/icons';
import type { LineStyle } from '../kit/line-styles';
import { formatCount, formatExact, formatValue } from './format';
import { lineSample } from '../kit/line-sample';
import type { LineName, PanelSeries } from './panel-series';
import { nameParts, sharedStarts } from '../kit/shared-start';
import '../kit/sorting-head.css';

interface LegendRow {
  readonly look: string;
  readonly row: HTMLTableRowElement;
  readonly toggle: HTMLButtonElement;
  readonly numbers: Readonly<Record<(typeof NUMBERS)[number], HTMLTableCellElement>>;
}

/** Where a line is at the crosshair. */
export interface ValueHere {
  readonly value: number;
  /** The position in full, when the line's nearest point is not exactly there. */
  readonly place: string | undefined;
}

/** What lines are where the crosshair is, or was last; by key, without those that have nothing there. */
export interface ValuesHere {
  /** The position in full; undefined before there was a crosshair. */
  readonly place: string | undefined;
  readonly values: ReadonlyMap<string, ValueHere>;
}

export const NOWHERE: ValuesHere = { place: undefined, values: new Map() };

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
  here: 'Here',
  last: 'Last',
  min: 'Min',
  max: 'Max',
};
const TOTALS = ['last', 'min', 'max'] as const;
const NUMBERS = ['here', ...TOTALS] as const;

/**
 * The lines of one chart with their value at the crosshair and their last, lowest and highest one; a click takes a line
 * out of the picture.
 */
export class LegendView {
  readonly root = element('table', { class: 'legend' });
  private readonly body = element('tbody');
  private readonly heads: readonly (readonly [LegendColumn, HTMLTableCellElement])[];
  private readonly rows = new Map<string, LegendRow>();
  private strong: string | undefined;
  private shown: { readonly series: readonly PanelSeries[]; readonly order: LegendOrder } | undefined;
  private here: ValuesHere = NOWHERE;

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
    this.shown = { series, order: view.order };
    const wanted = new Set(series.map(({ key }) => key));
    for (const [key, { row }] of this.rows) {
      if (!wanted.has(key)) {
        row.remove();
        this.rows.delete(key);
      }
    }
    const starts = sharedStarts(series.map(({ line }) => line.label));
    for (const item of series) {
      this.row(item, styles.get(item.key), starts.get(item.line.label));
      this.updateRow(item, view.isHidden(item));
    }
    this.putInOrder();
  }

  /** Shows what the lines are at the crosshair. They stay when it goes, since the way to the legend leads off the chart. */
  showHere(here: ValuesHere): void {
    this.here = here;
    for (const [key, { numbers }] of this.rows) {
      showHereIn(numbers.here, here.values.get(key));
    }
    const head = this.heads.find(([column]) => column === 'here')?.[1].querySelector('button');
    if (head) {
      head.title = hereTitle(here.place);
    }
    if (this.shown?.order?.column === 'here') {
      this.putInOrder();
    }
  }

  private putInOrder(): void {
    const { series = [], order = null } = this.shown ?? {};
    inOrder(series, order, this.here).forEach(({ key }, place) => {
      const row = this.rows.get(key)?.row;
      const there = this.body.children[place];
      if (row !== undefined && there !== row) {
        this.body.insertBefore(row, there ?? null);
      }
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
      class: 'sorting-head',
      text: COLUMNS[column],
      title: column === 'here' ? hereTitle(undefined) : `Order the lines by ${COLUMNS[column].toLowerCase()}`,
      attributes: { type: 'button' },
    });
    button.addEventListener('click', () => this.ports.order(column));
    return element('th', { class: `of-${column}`, attributes: { scope: 'col' } }, [button]);
  }

  private showOrder(order: LegendOrder): void {
    for (const [column, head] of this.heads) {
      const isBy = order?.column === column;
      const sort = isBy ? (order.isDescending ? 'descending' : 'ascending') : 'none';
      if (head.getAttribute('aria-sort') !== sort) {
        head.setAttribute('aria-sort', sort);
        head.querySelector('.icon')?.remove();
        if (isBy) {
          head.firstElementChild?.append(icon(order.isDescending ? icons.arrowDown : icons.arrowUp));
        }
      }
    }
  }

  /** @param shared so many first letters are those of other lines as well, and give way to the rest. */
  private row(series: PanelSeries, style: LineStyle | undefined, shared: number | undefined): LegendRow {
    const { key, line } = series;
    const look = JSON.stringify([style, line.label, shared]);
    const known = this.rows.get(key);
    if (known?.look === look) {
      return known;
    }
    known?.row.remove();
    const toggle = element('button', { class: 'legend-name', attributes: { type: 'button' } }, [
      ...nameParts(line.label, shared),
    ]);
    toggle.addEventListener('click', () => this.ports.toggle(series));
    const sample = element('button', {
      class: 'legend-look',
      title: 'Choose colour and dashes',
      attributes: { type: 'button', 'aria-label': `Look of ${line.label}`, 'aria-haspopup': 'dialog' },
    });
    sample.append(...(style === undefined ? [] : [lineSample(style)]));
    sample.addEventListener('click', () => this.ports.chooseLook(line, sample));
    const numbers = { here: cell('here'), last: cell('last'), min: cell('min'), max: cell('max') };
    showHereIn(numbers.here, this.here.values.get(key));
    const name = element('th', { attributes: { scope: 'row' } }, [
      element('div', { class: 'legend-line' }, [sample, toggle]),
    ]);
    const row = element('tr', {}, [name, ...NUMBERS.map((column) => numbers[column])]);
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
    for (const name of TOTALS) {
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
function inOrder(
  series: readonly PanelSeries[],
  order: LegendOrder,
  here: ValuesHere,
): readonly PanelSeries[] {
  if (order === null) {
    return series;
  }
  const { column, isDescending } = order;
  const sign = isDescending ? -1 : 1;
  const valueOf = ({ key, entry }: PanelSeries, by: Exclude<LegendColumn, 'name'>): number =>
    (by === 'here' ? here.values.get(key)?.value : entry[by]) ?? NaN;
  return series.toSorted((a, b) => {
    if (column === 'name') {
      return sign * a.line.label.localeCompare(b.line.label, 'en', { numeric: true });
    }
    const [left, right] = [valueOf(a, column), valueOf(b, column)];
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    }
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  });
}

function cell(column: (typeof NUMBERS)[number]): HTMLTableCellElement {
  return element('td', { class: `number of-${column}` });
}

function showHereIn(target: HTMLElement, here: ValueHere | undefined): void {
  setText(target, here === undefined ? '' : formatValue(here.value));
  const near = here?.place === undefined ? '' : ` at ${here.place}, the nearest point`;
  target.title = here === undefined ? '' : formatExact(here.value) + near;
}

function hereTitle(place: string | undefined): string {
  const where = place === undefined ? 'the crosshair' : `the crosshair (${place})`;
  return `Order the lines by their value at ${where}`;
}
