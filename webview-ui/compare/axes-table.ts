import { rowLabel } from '../../src/core/comparison-axes';
import type { ComparedRow } from '../../src/core/comparison';
import { element, setShown } from '../kit/dom';
import { SortingHead } from '../kit/sorting-head';
import { writeValue } from './cell-view';
import { nameOfRun, type ComparedRun } from './compare-model';

/** What a picture shows of runs on its axes. */
export interface AxesContent {
  /** The rows of the comparison that the axes are. */
  readonly rows: readonly ComparedRow[];
  /** The runs in the picture, each with its place in the rows' values. */
  readonly runs: readonly { readonly run: ComparedRun; readonly place: number }[];
}

/** The twin of a picture: the same as a table that is put in order by its columns, below a line that opens it. */
export class AxesTable {
  readonly root = element('details', { class: 'twin' }, [element('summary', { text: 'Values' })]);
  private readonly head = new SortingHead(() => this.showRuns());
  private readonly body = element('tbody');
  private content: AxesContent = { rows: [], runs: [] };

  /** @param sampleOf how a run looks in the picture. */
  constructor(private readonly sampleOf: (run: ComparedRun) => Element) {
    const table = element('table', {}, [this.head.root, this.body]);
    const attributes = { tabindex: '0', role: 'group', 'aria-label': 'Values' };
    this.root.append(element('div', { class: 'twin-scroll', attributes }, [table]));
    this.root.addEventListener('toggle', () => this.showRuns());
  }

  /** Undefined where there is no picture. */
  show(content: AxesContent | undefined): void {
    setShown(this.root, content !== undefined);
    this.content = content ?? { rows: [], runs: [] };
    this.showRuns();
  }

  private showRuns(): void {
    if (this.root.open) {
      const { rows, runs } = this.content;
      this.head.show(['Run', ...rows.map(rowLabel)]);
      const ordered = this.head.inOrder(runs, ({ run, place }, column) =>
        column === 0 ? run.number : (rows[column - 1]?.values[place] ?? undefined),
      );
      this.body.replaceChildren(...ordered.map(({ run, place }) => this.lineOf(run, place)));
    }
  }

  private lineOf(run: ComparedRun, place: number): HTMLElement {
    const name = element('th', { class: 'twin-run', attributes: { scope: 'row' } }, [
      this.sampleOf(run),
      element('span', { class: 'ellipsis', text: runLabel(run), title: runLabel(run) }),
    ]);
    const cells = this.content.rows.map(({ values, format }) => {
      const value = values[place];
      return element('td', { text: value === null || value === undefined ? '–' : writeValue(value, format) });
    });
    return element('tr', {}, [name, ...cells]);
  }
}

/** `3 · digits train`. */
export function runLabel(run: ComparedRun): string {
  return `${run.number} · ${nameOfRun(run)}`;
}
