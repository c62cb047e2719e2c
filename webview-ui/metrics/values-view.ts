import { seriesKey } from '../../src/core/series';
import type { SeriesEntry } from '../../src/features/metrics/series-entry';
import { element, setShown } from '../kit/dom';
import { formatExact, formatValue } from './format';
import { distinctTitles, valueTitle } from './series-titles';

/** What stands above the charts for values that are no curves. */
export interface ValuesBlock {
  readonly root: HTMLElement;
  update(): void;
}

/** Values that were reported once, without a step: a list, not curves. */
export class ValuesView implements ValuesBlock {
  readonly root = element('section', { class: 'values', attributes: { 'aria-label': 'Values' } });
  private readonly list = element('dl');

  constructor(private readonly values: () => readonly SeriesEntry[]) {
    this.root.append(element('h2', { text: 'Values' }), this.list);
    setShown(this.root, false);
  }

  update(): void {
    const values = this.values();
    const titles = distinctTitles(values, valueTitle);
    this.list.replaceChildren(
      ...values.map((entry) => {
        const name = titles.get(seriesKey(entry)) ?? valueTitle(entry);
        const value = entry.last ?? NaN;
        return element('div', {}, [
          element('dt', { class: 'ellipsis', text: name, title: name }),
          element('dd', { text: formatValue(value), title: formatExact(value) }),
        ]);
      }),
    );
    setShown(this.root, values.length > 0);
  }
}
