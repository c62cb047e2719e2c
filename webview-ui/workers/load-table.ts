import { xLabels } from '../metrics/axis-labels';
import { element } from '../kit/dom';
import { SortingHead } from '../kit/sorting-head';
import { lineWords, type LoadChartModel } from './load-model';

/** The twin of the charts: every step as a row, for screen readers, find and copy; newest first until a column orders them. */
export class LoadTable {
  readonly root: HTMLElement;
  private readonly head = new SortingHead(() => this.showRows());
  private readonly body = element('tbody');
  private charts: readonly LoadChartModel[] = [];

  constructor() {
    this.root = element(
      'div',
      {
        class: 'load-table',
        attributes: { tabindex: '0', role: 'region', 'aria-label': 'Load of the worker as a table' },
      },
      [element('table', {}, [this.head.root, this.body])],
    );
  }

  update(charts: readonly LoadChartModel[]): void {
    this.charts = charts;
    const names = charts.flatMap(({ lines }) => lines.map(({ name }) => name));
    this.head.show(names.length === 0 ? [] : ['Time', ...names]);
    this.showRows();
  }

  private showRows(): void {
    const [first] = this.charts;
    if (first === undefined) {
      this.body.replaceChildren();
      return;
    }
    const columns = this.charts.flatMap(({ lines, unit }) => lines.map((line) => ({ line, unit })));
    const labels = xLabels('wall', first.from);
    const newest = Array.from(first.lines[0]?.means ?? [], (_, step) => step).reverse();
    const ordered = this.head.inOrder(newest, (step, column) =>
      column === 0 ? step : (columns[column - 1]?.line.means[step] ?? undefined),
    );
    const rows = ordered.map((step) =>
      element('tr', {}, [
        element('th', { text: labels.exact(first.from + step * first.stepMs), attributes: { scope: 'row' } }),
        ...columns.map(({ line, unit }) => element('td', { text: lineWords(line, unit, step) })),
      ]),
    );
    this.body.replaceChildren(...rows);
  }
}
