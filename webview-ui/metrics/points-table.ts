import { element, setText } from '../kit/dom';
import { SortingHead } from '../kit/sorting-head';
import { formatCount } from './format';
import type { PointsContent } from './points-content';

const ROWS_AT_ONCE = 200;

/** The twin of a chart: the points it shows, as a table that screen readers, find and copy understand. */
export class PointsTable {
  readonly root = element('div', { class: 'points-table', attributes: { tabindex: '0', role: 'region' } });
  private readonly note = element('p', { class: 'card-note' });
  private readonly head = new SortingHead(() => this.showRows());
  private readonly body = element('tbody');
  private readonly foot = element('div');
  private content: PointsContent | undefined;
  private rowLimit = ROWS_AT_ONCE;

  constructor(private readonly metric: string) {
    this.root.setAttribute('aria-label', `Points of ${metric}`);
    this.root.append(this.note, element('table', {}, [this.head.root, this.body]), this.foot);
  }

  update(content: PointsContent): void {
    this.content = content;
    this.head.show(content.columns);
    this.showRows();
  }

  private showRows(): void {
    const { content, head } = this;
    if (content !== undefined) {
      const { rows } = content;
      const newest = rows.toReversed();
      const shown = head.inOrder(newest, (row, column) => row[column]).slice(0, this.rowLimit);
      this.body.replaceChildren(...shown.map((row) => bodyRow(row, content)));
      const note = rowsNote(this.metric, shown.length, rows.length, head.orderedBy);
      setText(this.note, `${note} ${content.note}`);
      this.foot.replaceChildren(...this.more(rows.length));
    }
  }

  private more(rowCount: number): HTMLElement[] {
    if (rowCount <= this.rowLimit) {
      return [];
    }
    const next = Math.min(ROWS_AT_ONCE, rowCount - this.rowLimit);
    const button = element('button', {
      class: 'link',
      text: `Show ${next} more rows`,
      attributes: { type: 'button' },
    });
    button.addEventListener('click', () => {
      this.rowLimit += ROWS_AT_ONCE;
      this.showRows();
    });
    return [button];
  }
}

function rowsNote(metric: string, shown: number, all: number, orderedBy: string | undefined): string {
  const which = orderedBy === undefined ? 'last' : 'first';
  const rows =
    shown === all ? `${formatCount(all)} rows` : `${which} ${formatCount(shown)} of ${formatCount(all)} rows`;
  const order = orderedBy === undefined ? 'newest first' : `by ${orderedBy}`;
  return `${metric}: ${rows}, ${order}.`;
}

function bodyRow(row: PointsContent['rows'][number], content: PointsContent): HTMLTableRowElement {
  const text = (cell: number | undefined, column: number): string =>
    cell === undefined ? '' : content.textOf(cell, column);
  return element(
    'tr',
    {},
    row.map((cell, column) =>
      column === 0
        ? element('th', { text: text(cell, column), attributes: { scope: 'row' } })
        : element('td', { class: 'number', text: text(cell, column) }),
    ),
  );
}
