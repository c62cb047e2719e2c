import { element, setShown, setText } from '../kit/dom';
import { SortingHead } from '../kit/sorting-head';
import type { FigureTable } from './figure';
import { formatCount } from './format';

/** Rows of a table that are shown; the rest is in the data. */
const MAX_ROWS = 500;

/** A table of a plot, put in order by its columns. */
export function figureTable({ columns, rows }: FigureTable, label: string): HTMLElement {
  const head = new SortingHead(() => showRows());
  const body = element('tbody');
  const note = element('p', { class: 'quiet' });
  const showRows = (): void => {
    const shown = head.inOrder(rows, (row, column) => row[column]).slice(0, MAX_ROWS);
    body.replaceChildren(
      ...shown.map((cells) =>
        element(
          'tr',
          {},
          cells.map((text) => element('td', { text })),
        ),
      ),
    );
    setText(note, `${formatCount(rows.length - shown.length)} more rows are in the data.`);
    setShown(note, rows.length > shown.length);
  };
  head.show(columns);
  showRows();
  return element(
    'div',
    { class: 'figure-table-frame', attributes: { tabindex: '0', role: 'region', 'aria-label': label } },
    [element('table', { class: 'figure-table' }, [head.root, body]), note],
  );
}
