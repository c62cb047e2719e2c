import { rowLabel } from '../../src/core/comparison-axes';
import type { ComparedRow } from '../../src/core/comparison';
import { element } from '../kit/dom';
import { writeValue } from './cell-view';
import type { ComparedRun, CompareModel } from './compare-model';
import type { RunLooks } from './run-looks';

/** The same as a picture shows, as a table: the runs with their values on its axes. */
export function axesTable(
  model: CompareModel,
  looks: RunLooks,
  rows: readonly ComparedRow[],
  isListed: (run: number) => boolean,
): HTMLElement {
  const head = ['Run', ...rows.map(rowLabel)].map((text) =>
    element('th', { text, attributes: { scope: 'col' } }),
  );
  const lines = model.shownRuns.flatMap((run, place) =>
    isListed(place) ? [lineOf(run, place, looks, rows)] : [],
  );
  const table = element('table', {}, [
    element('thead', {}, [element('tr', {}, head)]),
    element('tbody', {}, lines),
  ]);
  return element(
    'div',
    { class: 'twin-scroll', attributes: { tabindex: '0', role: 'group', 'aria-label': 'Values' } },
    [table],
  );
}

function lineOf(run: ComparedRun, place: number, looks: RunLooks, rows: readonly ComparedRow[]): HTMLElement {
  const name = element('th', { class: 'twin-run', attributes: { scope: 'row' } }, [
    looks.swatch(run),
    element('span', { text: runLabel(run) }),
  ]);
  const cells = rows.map((row) => {
    const value = row.values[place];
    return element('td', {
      text: value === null || value === undefined ? '–' : writeValue(value, row.format),
    });
  });
  return element('tr', {}, [name, ...cells]);
}

/** `3 · digits train`. */
export function runLabel({ number, content, taskId }: ComparedRun): string {
  return `${number} · ${content?.name ?? taskId}`;
}
