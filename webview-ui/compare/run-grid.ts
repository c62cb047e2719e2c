import { capitalized } from '../../src/core/capitalized';
import type { CompareTab } from '../../src/features/compare/compare-contract';
import { element } from '../kit/dom';
import { sharedStarts } from '../kit/shared-start';
import { cellView } from './cell-view';
import { gridCell, nameCell, runHead, sectionCell } from './grid-cells';
import type { RunLooks } from './run-looks';
import { movedBy, placeOf, type Place } from './grid-place';
import { nameOfRun, type CompareModel, type Line, type TableLines, type TableTab } from './compare-model';

const ROW_PX = 26;
const HEAD_PX = 48;
/** A metric has its change beside it; a moment has day and time. */
const RUN_PX: Readonly<Partial<Record<CompareTab, number>>> = { metrics: 190, environment: 206 };
const OVERSCAN_ROWS = 8;
const OVERSCAN_COLUMNS = 1;
const NARROW_PX = 520;

export interface GridEvents {
  /** The menu of a run, at its head. */
  onRunMenu(run: number, x: number, y: number): void;
  onRowMenu(line: number, x: number, y: number): void;
  /** Enter, a double click or the button in a cell. */
  onOpen(line: number, run: number): void;
  onCopy(line: number, run: number | undefined): void;
}

/** Rows and runs as a grid, of which only what is on screen is in the page; names and the baseline stay in view. */
export class RunGrid {
  readonly root: HTMLElement;
  private readonly head = element('div', {
    class: 'head',
    attributes: { role: 'row', 'aria-rowindex': '1' },
  });
  private readonly body = element('div', { class: 'body', attributes: { role: 'rowgroup' } });
  private readonly drawn = new Map<number, { readonly row: HTMLElement; readonly stamp: string }>();
  private table: TableLines = { lines: [], rows: [], equalCount: 0, unfilteredCount: 0 };
  private active: Place = { line: 0, column: 0 };
  private version = 0;
  private frame = 0;

  constructor(
    private readonly model: CompareModel,
    private readonly looks: RunLooks,
    private readonly events: GridEvents,
  ) {
    const headGroup = element('div', { class: 'head-group', attributes: { role: 'rowgroup' } }, [this.head]);
    this.root = element('div', { class: 'grid', attributes: { role: 'grid', tabindex: '0' } }, [
      headGroup,
      this.body,
    ]);
    this.root.addEventListener('scroll', () => this.soon());
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.root.addEventListener('mousedown', (event) => this.pressed(event));
    this.root.addEventListener('click', (event) => this.clicked(event));
    this.root.addEventListener('dblclick', (event) => this.opened(event));
    this.root.addEventListener('contextmenu', (event) => this.contextMenu(event));
    new ResizeObserver(() => this.redraw()).observe(this.root);
  }

  /** Shows this table; the place stays where it is as far as there are lines. */
  show(tab: TableTab, table: TableLines): void {
    this.table = table;
    this.root.setAttribute('aria-label', `${capitalized(tab)} of the runs`);
    this.redraw();
  }

  toTop(): void {
    this.root.scrollTop = 0;
    this.active = { line: 0, column: this.active.column };
  }

  focus(): void {
    this.root.focus();
  }

  line(index: number): Line | undefined {
    return this.table.lines[index];
  }

  private get runCount(): number {
    return this.model.shownRuns.length;
  }

  private get sizes(): { readonly name: number; readonly run: number } {
    const isNarrow = this.root.clientWidth < NARROW_PX;
    const run = RUN_PX[this.model.view.tab] ?? 168;
    return isNarrow ? { name: 120, run: run - 34 } : { name: 240, run };
  }

  /** The baseline's column stays beside the names where there is room for both. */
  private get isBaselineSticky(): boolean {
    return this.model.baseline === 0 && this.root.clientWidth >= NARROW_PX;
  }

  private redraw(): void {
    this.version += 1;
    const { name, run } = this.sizes;
    const { style } = this.root;
    style.setProperty('--name', `${name}px`);
    style.setProperty('--run', `${run}px`);
    style.setProperty('--width', `${name + run * this.runCount}px`);
    this.body.style.height = `${this.table.lines.length * ROW_PX}px`;
    this.root.setAttribute('aria-rowcount', String(this.table.lines.length + 1));
    this.root.setAttribute('aria-colcount', String(this.runCount + 1));
    this.active = {
      line: Math.min(this.active.line, this.table.lines.length - 1),
      column: Math.min(this.active.column, this.runCount),
    };
    this.draw();
  }

  private soon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    const runs = this.runsInView();
    this.drawHead(runs);
    const first = Math.floor(this.root.scrollTop / ROW_PX);
    const count = Math.ceil(this.root.clientHeight / ROW_PX);
    const from = Math.max(0, first - OVERSCAN_ROWS);
    const to = Math.min(this.table.lines.length, first + count + OVERSCAN_ROWS);
    for (const [index, { row }] of this.drawn) {
      if (index < from || index >= to) {
        row.remove();
        this.drawn.delete(index);
      }
    }
    for (let index = from; index < to; index += 1) {
      this.drawLine(index, runs);
    }
    this.markActive();
  }

  /** Only marks, since a press that replaced what it is on would be no click. */
  private markActive(): void {
    const { line, column } = this.active;
    const cell = document.getElementById(`cell-${line}-${column}`);
    this.root.querySelectorAll('.is-active-cell').forEach((each) => each.classList.remove('is-active-cell'));
    cell?.classList.add('is-active-cell');
    if (cell === null) {
      this.root.removeAttribute('aria-activedescendant');
    } else {
      this.root.setAttribute('aria-activedescendant', cell.id);
    }
  }

  private runsInView(): number[] {
    const { name, run } = this.sizes;
    const from = Math.max(0, Math.floor(this.root.scrollLeft / run) - OVERSCAN_COLUMNS);
    const room = this.root.scrollLeft + this.root.clientWidth - name;
    const to = Math.min(this.runCount, Math.ceil(room / run) + OVERSCAN_COLUMNS);
    const inView = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    return from > 0 && this.model.baseline === 0 ? [0, ...inView] : inView;
  }

  private drawLine(index: number, runs: readonly number[]): void {
    const line = this.table.lines[index];
    const stamp = this.stampOf(runs);
    const before = this.drawn.get(index);
    if (line === undefined || before?.stamp === stamp) {
      return;
    }
    const row = element('div', {
      class: `row is-${line.kind}`,
      attributes: { role: 'row', 'aria-rowindex': String(index + 2) },
    });
    row.style.top = `${index * ROW_PX}px`;
    row.dataset['line'] = String(index);
    row.append(...this.cells(line, index, runs));
    if (before === undefined) {
      this.body.append(row);
    } else {
      before.row.replaceWith(row);
    }
    this.drawn.set(index, { row, stamp });
  }

  private cells(line: Line, index: number, runs: readonly number[]): HTMLElement[] {
    if (line.kind === 'section') {
      return [sectionCell(line, { id: `cell-${index}-0`, columnCount: this.runCount + 1 })];
    }
    const at = (column: number) => ({ id: `cell-${index}-${column}`, column });
    const values = runs.map((run) => {
      const view = cellView(this.model, line.row, run);
      return this.placed(gridCell(view, at(run + 1)), run);
    });
    return [nameCell(line, this.model.view, at(0)), ...values];
  }

  /** What lines and head depend on. */
  private stampOf(runs: readonly number[]): string {
    return `${this.version} ${runs.slice(0, 2).join(' ')} ${runs.at(-1) ?? 0}`;
  }

  private drawHead(runs: readonly number[]): void {
    const stamp = this.stampOf(runs);
    if (this.head.dataset['stamp'] === stamp) {
      return;
    }
    this.head.dataset['stamp'] = stamp;
    const corner = element('div', {
      class: 'head-cell is-name',
      attributes: { role: 'columnheader', 'aria-colindex': '1', id: 'cell--1-0' },
      text: 'Name',
    });
    const starts = sharedStarts(this.model.shownRuns.map(nameOfRun));
    const heads = runs.flatMap((run) => {
      const shown = this.model.shownRuns[run];
      if (shown === undefined) {
        return [];
      }
      const place = { id: `cell--1-${run + 1}`, column: run + 1, shared: starts.get(nameOfRun(shown)) };
      return [this.placed(runHead(this.model, this.looks, shown, place), run)];
    });
    this.head.style.height = `${HEAD_PX}px`;
    this.head.replaceChildren(corner, ...heads);
  }

  /** The baseline stands in the flow, so that it can stay; the others where their place is. */
  private placed(cell: HTMLElement, run: number): HTMLElement {
    cell.dataset['run'] = String(run);
    if (run === 0 && this.isBaselineSticky) {
      cell.classList.add('is-sticky');
    } else {
      const { name, run: width } = this.sizes;
      cell.style.left = `${name + run * width}px`;
    }
    return cell;
  }

  private key(event: KeyboardEvent): void {
    const isWide = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor((this.root.clientHeight - HEAD_PX) / ROW_PX) - 1);
    const move = movedBy(event.key, isWide, this.active, {
      page,
      lines: this.table.lines.length,
      runs: this.runCount,
    });
    if (move !== undefined) {
      event.preventDefault();
      this.goTo(move);
    } else if (this.command(event, isWide)) {
      event.preventDefault();
    }
  }

  private command({ key, shiftKey }: KeyboardEvent, isWide: boolean): boolean {
    const { line, column } = this.active;
    if (isWide && key.toLowerCase() === 'c') {
      this.events.onCopy(line, column === 0 ? undefined : column - 1);
      return true;
    }
    const isMenu = key === 'ContextMenu' || (key === 'F10' && shiftKey);
    if (isMenu || ((key === 'Enter' || key === ' ') && (line < 0 || column === 0))) {
      this.menuAt(this.active);
      return true;
    }
    if (key === 'Enter') {
      this.events.onOpen(line, column - 1);
    }
    return key === 'Enter';
  }

  private goTo({ line, column }: Place): void {
    this.active = {
      line: Math.max(-1, Math.min(this.table.lines.length - 1, line)),
      column: Math.max(0, Math.min(this.runCount, column)),
    };
    this.reveal();
    this.draw();
  }

  private reveal(): void {
    const { line, column } = this.active;
    const { name, run } = this.sizes;
    const room = this.root.clientHeight - HEAD_PX - ROW_PX;
    const top = line * ROW_PX;
    this.root.scrollTop = line < 0 ? 0 : Math.max(top - room, Math.min(this.root.scrollTop, top));
    if (column > (this.isBaselineSticky ? 1 : 0)) {
      const left = (column - 1) * run;
      const least = left + run - (this.root.clientWidth - name);
      const most = left - (this.isBaselineSticky ? run : 0);
      this.root.scrollLeft = Math.max(least, Math.min(this.root.scrollLeft, most));
    }
  }

  private menuAt({ line, column }: Place): void {
    const cell = document.getElementById(`cell-${line}-${line < 0 ? column : 0}`) ?? this.root;
    const box = cell.getBoundingClientRect();
    this.openMenu({ line, column }, box.left + 12, box.bottom);
  }

  private openMenu({ line, column }: Place, x: number, y: number): void {
    if (line >= 0) {
      this.events.onRowMenu(line, x, y);
    } else if (column > 0) {
      this.events.onRunMenu(column - 1, x, y);
    }
  }

  private pressed(event: MouseEvent): void {
    const place = placeOf(event.target);
    if (place !== undefined) {
      this.active = place;
      this.markActive();
    }
  }

  private clicked(event: MouseEvent): void {
    const place = placeOf(event.target);
    if (place === undefined || !(event.target instanceof Element)) {
      return;
    }
    const box = event.target.closest('.head-cell, .cell-menu')?.getBoundingClientRect();
    if (box !== undefined) {
      this.openMenu(place, box.left + 4, box.bottom);
    } else if (event.target.closest('.cell-open') !== null) {
      this.events.onOpen(place.line, place.column - 1);
    }
  }

  private opened(event: MouseEvent): void {
    const place = placeOf(event.target);
    if (place !== undefined && place.line >= 0 && place.column > 0) {
      this.events.onOpen(place.line, place.column - 1);
    }
  }

  private contextMenu(event: MouseEvent): void {
    const place = placeOf(event.target);
    if (place !== undefined) {
      event.preventDefault();
      this.openMenu(place, event.clientX, event.clientY);
    }
  }
}
