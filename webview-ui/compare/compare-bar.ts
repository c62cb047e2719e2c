import { METRIC_FIGURES } from '../../src/core/task-table';
import type { CompareView } from '../../src/features/compare/compare-contract';
import { element, setShown, setText } from '../kit/dom';
import { plainButton } from '../kit/plain-button';
import type { CompareModel, TableLines, TableTab } from './compare-model';

const TYPING_MS = 150;

/** What stands above a table: a filter, which rows and figures there are, and how many. */
export class CompareBar {
  readonly root: HTMLElement;
  private readonly search = element('input', {
    class: 'search',
    attributes: { type: 'search', placeholder: 'Filter names and values', 'aria-label': 'Filter rows' },
  });
  private readonly equal = element('input', { attributes: { type: 'checkbox' } });
  private readonly figures: HTMLElement;
  private readonly figureBoxes: readonly HTMLInputElement[];
  private readonly count = element('span', { class: 'dim', attributes: { role: 'status' } });
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: CompareModel,
    private readonly onChange: (change: Partial<CompareView>) => void,
    onCopy: () => void,
  ) {
    this.search.addEventListener('input', () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => {
        this.typing = undefined;
        this.onChange({ filter: this.search.value });
      }, TYPING_MS);
    });
    this.equal.addEventListener('change', () => this.onChange({ showsEqual: !this.equal.checked }));
    this.figureBoxes = METRIC_FIGURES.map(() => element('input', { attributes: { type: 'checkbox' } }));
    this.figures = element(
      'span',
      { class: 'figures', attributes: { role: 'group', 'aria-label': 'Figures' } },
      METRIC_FIGURES.map((figure, index) => {
        const box = this.figureBoxes[index] ?? element('input');
        box.addEventListener('change', () => this.chooseFigures());
        return element('label', { class: 'check' }, [box, element('span', { text: figure })]);
      }),
    );
    const copy = plainButton('Copy as CSV', onCopy, { title: 'Copy what the table shows, with every digit' });
    const only = element('label', { class: 'check' }, [
      this.equal,
      element('span', { text: 'Differences only' }),
    ]);
    this.root = element('div', { class: 'bar' }, [this.search, only, this.figures, copy, this.count]);
  }

  update(tab: TableTab, table: TableLines): void {
    const { view } = this.model;
    // What is being typed is not yet in the view.
    if (document.activeElement !== this.search && this.typing === undefined) {
      this.search.value = view.filter;
    }
    this.equal.checked = !view.showsEqual;
    setShown(this.figures, tab === 'metrics');
    METRIC_FIGURES.forEach((figure, index) => {
      const box = this.figureBoxes[index];
      if (box !== undefined) {
        box.checked = view.figures.includes(figure);
      }
    });
    setText(this.count, countWords(table));
  }

  focusSearch(): void {
    this.search.focus();
    this.search.select();
  }

  private chooseFigures(): void {
    const figures = METRIC_FIGURES.filter((_, index) => this.figureBoxes[index]?.checked === true);
    this.onChange({ figures: figures.length === 0 ? ['last'] : figures });
  }
}

function countWords({ rows, unfilteredCount, equalCount }: TableLines): string {
  const number = (count: number): string => count.toLocaleString('en-US');
  const shown =
    rows.length === unfilteredCount
      ? `${number(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`
      : `${number(rows.length)} of ${number(unfilteredCount)} rows`;
  return equalCount === 0 ? shown : `${shown}, ${number(equalCount)} the same in all runs`;
}
