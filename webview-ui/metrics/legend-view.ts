import { element, setText } from '../shared/dom';
import type { LineStyle } from '../shared/line-styles';
import { formatCount, formatExact, formatValue } from './format';
import { lineSample } from './line-sample';
import type { PanelSeries } from './panel-model';

interface LegendRow {
  readonly row: HTMLTableRowElement;
  readonly toggle: HTMLButtonElement;
  readonly numbers: Readonly<Record<'last' | 'min' | 'max', HTMLTableCellElement>>;
}

/** The lines of one chart with their last, lowest and highest value; a click takes a line out of the picture. */
export class LegendView {
  readonly root = element('table', { class: 'legend' });
  private readonly body = element('tbody');
  private readonly rows = new Map<string, LegendRow>();
  private shown = '';

  constructor(private readonly onToggle: (key: string) => void) {
    const names = ['Line', 'Last', 'Min', 'Max'];
    const head = names.map((text) => element('th', { text, attributes: { scope: 'col' } }));
    this.root.append(element('thead', {}, [element('tr', {}, head)]), this.body);
  }

  update(
    series: readonly PanelSeries[],
    styles: ReadonlyMap<string, LineStyle>,
    isHidden: (key: string) => boolean,
  ): void {
    const wanted = series.map(({ key }) => key + JSON.stringify(styles.get(key)?.colour)).join();
    if (wanted !== this.shown) {
      this.shown = wanted;
      this.rebuild(series, styles);
    }
    for (const item of series) {
      this.updateRow(item, isHidden(item.key));
    }
  }

  private rebuild(series: readonly PanelSeries[], styles: ReadonlyMap<string, LineStyle>): void {
    this.rows.clear();
    this.body.replaceChildren();
    for (const { key, entry } of series) {
      const style = styles.get(key);
      const toggle = element('button', { class: 'legend-name', attributes: { type: 'button' } });
      toggle.append(...(style === undefined ? [] : [lineSample(style)]));
      toggle.append(element('span', { class: 'ellipsis', text: entry.variant }));
      toggle.addEventListener('click', () => this.onToggle(key));
      const numbers = { last: cell(), min: cell(), max: cell() };
      const name = element('th', { attributes: { scope: 'row' } }, [toggle]);
      const row = element('tr', {}, [name, numbers.last, numbers.min, numbers.max]);
      this.rows.set(key, { row, toggle, numbers });
      this.body.append(row);
    }
  }

  private updateRow({ key, entry }: PanelSeries, isHidden: boolean): void {
    const row = this.rows.get(key);
    if (row === undefined) {
      return;
    }
    for (const name of ['last', 'min', 'max'] as const) {
      const value = entry[name];
      const target = row.numbers[name];
      setText(target, value === null ? '–' : formatValue(value));
      target.title = value === null ? '' : formatExact(value);
    }
    row.row.classList.toggle('is-hidden', isHidden);
    row.toggle.setAttribute('aria-pressed', String(!isHidden));
    const points = entry.pointCount === 1 ? '1 point' : `${formatCount(entry.pointCount)} points`;
    row.toggle.title = `${entry.variant} (${points}). Click to ${isHidden ? 'show' : 'hide'} this line.`;
  }
}

function cell(): HTMLTableCellElement {
  return element('td', { class: 'number' });
}
