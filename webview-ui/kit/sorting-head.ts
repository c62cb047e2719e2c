import { compareCells } from '../../src/core/task-table';
import { element } from './dom';
import * as icons from './icon-images';
import { icon } from './icons';
import './sorting-head.css';

export type Cell = string | number | undefined;

type Sort = 'none' | 'ascending' | 'descending';
const NEXT: Readonly<Record<Sort, Sort>> = { none: 'ascending', ascending: 'descending', descending: 'none' };

/** The head of a table whose columns put it in order: upwards, downwards, and as it came again. */
export class SortingHead {
  readonly root = element('thead');
  private names: readonly string[] = [];
  private heads: readonly HTMLElement[] = [];
  private column = 0;
  private sort: Sort = 'none';

  constructor(private readonly changed: () => void) {}

  /** The column that orders the rows; undefined while they are as they came. */
  get orderedBy(): string | undefined {
    return this.sort === 'none' ? undefined : this.names[this.column];
  }

  /** Names the columns. What is pressed keeps the focus while the names stay. */
  show(names: readonly string[]): void {
    if (names.length === this.names.length && names.every((name, index) => name === this.names[index])) {
      return;
    }
    const before = this.orderedBy;
    this.names = names;
    this.column = Math.max(0, before === undefined ? 0 : names.indexOf(before));
    this.sort = before !== undefined && names.includes(before) ? this.sort : 'none';
    this.heads = names.map((name, index) => this.head(name, index));
    this.root.replaceChildren(element('tr', {}, this.heads));
    this.mark();
  }

  /** The rows in the order that was chosen; those without a value come last. */
  inOrder<Row>(rows: readonly Row[], cellOf: (row: Row, column: number) => Cell): readonly Row[] {
    if (this.sort === 'none') {
      return rows;
    }
    const sign = this.sort === 'ascending' ? 1 : -1;
    return rows
      .map((row) => ({ row, cell: cellOf(row, this.column) }))
      .sort((a, b) => inOrderOf(a.cell, b.cell, sign))
      .map(({ row }) => row);
  }

  private head(name: string, index: number): HTMLElement {
    const press = element('button', {
      class: 'sorting-head',
      text: name,
      title: `Put the rows in order by ${name}`,
      attributes: { type: 'button' },
    });
    press.addEventListener('click', () => {
      this.sort = this.column === index ? NEXT[this.sort] : 'ascending';
      this.column = index;
      this.mark();
      this.changed();
    });
    return element('th', { attributes: { scope: 'col' } }, [press]);
  }

  private mark(): void {
    this.heads.forEach((head, index) => {
      const sort = index === this.column ? this.sort : 'none';
      head.setAttribute('aria-sort', sort);
      head.querySelector('.icon')?.remove();
      if (sort !== 'none') {
        head.firstElementChild?.append(icon(sort === 'descending' ? icons.arrowDown : icons.arrowUp));
      }
    });
  }
}

/** Tables of servers hold numbers as texts as well. */
function inOrderOf(a: Cell, b: Cell, sign: number): number {
  const [isFirstEmpty, isSecondEmpty] = [isEmpty(a), isEmpty(b)];
  return isFirstEmpty || isSecondEmpty
    ? Number(isFirstEmpty) - Number(isSecondEmpty)
    : sign * compareCells(a ?? '', b ?? '');
}

function isEmpty(cell: Cell): boolean {
  return cell === undefined || cell === '' || (typeof cell === 'number' && Number.isNaN(cell));
}
