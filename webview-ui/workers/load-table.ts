import { xLabels } from '../metrics/axis-labels';
import { element } from '../kit/dom';
import { lineWords, type LoadChartModel } from './load-model';

/** The twin of the charts: every step as a row, newest first, for screen readers, find and copy. */
export function loadTable(charts: readonly LoadChartModel[]): HTMLElement {
  const [first] = charts;
  if (first === undefined) {
    return element('div');
  }
  const columns = charts.flatMap((chart) => chart.lines.map((line) => ({ chart, line })));
  const cell = (text: string): HTMLElement => element('td', { text });
  const head = ['Time', ...columns.map(({ line }) => line.name)].map((text) =>
    element('th', { text, attributes: { scope: 'col' } }),
  );
  const labels = xLabels('wall', first.from);
  const steps = first.lines[0]?.means.length ?? 0;
  const rows = Array.from({ length: steps }, (_, back) => {
    const index = steps - 1 - back;
    return element('tr', {}, [
      element('th', {
        text: labels.exact(first.from + index * first.stepMs),
        attributes: { scope: 'row' },
      }),
      ...columns.map(({ chart, line }) => cell(lineWords(line, chart.unit, index))),
    ]);
  });
  const table = element('table', {}, [
    element('thead', {}, [element('tr', {}, head)]),
    element('tbody', {}, rows),
  ]);
  return element(
    'div',
    {
      class: 'load-table',
      attributes: { tabindex: '0', role: 'region', 'aria-label': 'Load of the worker as a table' },
    },
    [table],
  );
}
