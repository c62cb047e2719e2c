import { statusLabel } from '../../src/core/status';
import { columnKey, columnLabel, type TableField } from '../../src/core/task-table';
import type { TableLine } from '../../src/features/table/table-contract';
import { element } from '../kit/dom';
import * as icons from '../kit/icon-images';
import { icon } from '../kit/icons';
import { lookName } from '../kit/line-styles';
import { statusSign } from '../kit/status-sign';
import { ThemeLooks } from '../kit/theme-looks';
import { cellText } from './cell-text';
import { figureText, figureTitle } from './group-figure';
import type { TableModel } from './table-model';

export const ROW_PX = 26;
/** Rows drawn beyond those on screen, on either side. */
const OVERSCAN = 12;

export interface GridEvents {
  /** Lines on screen, with some around them. */
  onWindow(from: number, to: number): void;
  onSort(column: number): void;
  onResize(column: number, widthPx: number, isDone: boolean): void;
  onMove(column: number, to: number): void;
  onPress(line: number, column: number, event: MouseEvent): void;
  onOpen(line: number): void;
  onMenu(x: number, y: number): void;
  onKey(event: KeyboardEvent): void;
}

/** The grid: a head that stays, and only those rows that are on screen. */
export class GridView {
  readonly root: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly head: HTMLElement;
  private readonly body: HTMLElement;
  private readonly rows = new Map<number, HTMLElement>();
  private readonly looks = new ThemeLooks();
  private frame = 0;

  constructor(
    private readonly model: TableModel,
    private readonly events: GridEvents,
  ) {
    this.head = element('div', { class: 'head', attributes: { role: 'row', 'aria-rowindex': '1' } });
    this.body = element('div', { class: 'body', attributes: { role: 'rowgroup' } });
    this.scroller = element(
      'div',
      {
        class: 'grid',
        attributes: { role: 'grid', tabindex: '0', 'aria-multiselectable': 'true', 'aria-label': 'Tasks' },
      },
      [element('div', { class: 'head-group', attributes: { role: 'rowgroup' } }, [this.head]), this.body],
    );
    this.root = this.scroller;
    this.scroller.addEventListener('scroll', () => this.soon());
    this.scroller.addEventListener('keydown', (event) => {
      if (event.target === this.scroller) {
        this.events.onKey(event);
      }
    });
    this.body.addEventListener('mousedown', (event) => this.pressed(event));
    this.body.addEventListener('dblclick', (event) => {
      const place = placeOf(event.target);
      if (place !== undefined) {
        this.events.onOpen(place.line);
      }
    });
    this.body.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      this.events.onMenu(event.clientX, event.clientY);
    });
    new ResizeObserver(() => this.soon()).observe(this.scroller);
  }

  get pageSize(): number {
    return Math.max(1, Math.floor(this.scroller.clientHeight / ROW_PX) - 2);
  }

  focus(): void {
    this.scroller.focus();
  }

  toTop(): void {
    this.scroller.scrollTop = 0;
  }

  /** Draws everything anew: other columns, or another view. */
  redraw(): void {
    this.rows.forEach((row) => row.remove());
    this.rows.clear();
    this.drawHead();
    this.update();
  }

  themeChanged(): void {
    this.looks.forget();
    this.update();
  }

  /** Draws what changed; the scroll position stays. */
  update(): void {
    const { columns } = this.model.view;
    this.scroller.style.setProperty('--columns', columns.map(({ widthPx }) => `${widthPx}px`).join(' '));
    this.scroller.style.setProperty('--width', `${columns.reduce((sum, { widthPx }) => sum + widthPx, 0)}px`);
    this.scroller.classList.toggle('has-looks', this.model.looks.size > 0);
    this.scroller.setAttribute('aria-rowcount', String(this.model.lineCount + 1));
    this.scroller.setAttribute('aria-colcount', String(columns.length));
    this.body.style.height = `${this.model.lineCount * ROW_PX}px`;
    this.drawRows();
  }

  /** Brings the active line on screen, as little as it takes. */
  reveal(): void {
    const top = this.model.activeLine * ROW_PX;
    const room = this.scroller.clientHeight - ROW_PX;
    if (top < this.scroller.scrollTop) {
      this.scroller.scrollTop = top;
    } else if (top + ROW_PX > this.scroller.scrollTop + room) {
      this.scroller.scrollTop = top + ROW_PX - room;
    }
    this.update();
    this.body.querySelector('.is-active-cell')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Where a menu of the active row belongs. */
  menuPlace(): { x: number; y: number } {
    const box = (this.rows.get(this.model.activeLine) ?? this.head).getBoundingClientRect();
    return { x: Math.max(16, box.left + 40), y: box.bottom };
  }

  private soon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.drawRows());
  }

  private drawRows(): void {
    const first = Math.floor(this.scroller.scrollTop / ROW_PX);
    const count = Math.ceil(this.scroller.clientHeight / ROW_PX);
    const from = Math.max(0, first - OVERSCAN);
    const to = Math.min(this.model.lineCount, first + count + OVERSCAN);
    for (const [index, row] of this.rows) {
      if (index < from || index >= to) {
        row.remove();
        this.rows.delete(index);
      }
    }
    for (let index = from; index < to; index += 1) {
      const drawn = this.rowElement(index);
      const before = this.rows.get(index);
      if (before === undefined) {
        this.body.append(drawn);
      } else {
        before.replaceWith(drawn);
      }
      this.rows.set(index, drawn);
    }
    const active = this.rows.get(this.model.activeLine);
    if (active === undefined) {
      this.scroller.removeAttribute('aria-activedescendant');
    } else {
      this.scroller.setAttribute(
        'aria-activedescendant',
        `cell-${this.model.activeLine}-${active.dataset['kind'] === 'group' ? 0 : this.model.activeColumn}`,
      );
    }
    document.body.dataset['drawnRows'] = String(this.rows.size);
    this.events.onWindow(from, to);
  }

  private rowElement(index: number): HTMLElement {
    const line = this.model.line(index);
    const isSelected = line?.kind === 'task' && this.model.selected.has(line.id);
    const row = element('div', {
      class: `row${isSelected ? ' is-selected' : ''}${index === this.model.activeLine ? ' is-active' : ''}`,
      attributes: { role: 'row', 'aria-rowindex': String(index + 2) },
    });
    row.style.top = `${index * ROW_PX}px`;
    row.dataset['line'] = String(index);
    if (line === undefined) {
      row.append(element('div', { class: 'cell is-waiting', text: '…', attributes: { role: 'gridcell' } }));
      return row;
    }
    row.dataset['kind'] = line.kind;
    if (line.kind === 'group') {
      row.classList.add('is-group');
      row.append(this.groupCell(line, index));
      return row;
    }
    row.setAttribute('aria-selected', String(isSelected));
    row.append(...this.model.view.columns.map((_, column) => this.cell(line, index, column)));
    return row;
  }

  private groupCell(line: Extract<TableLine, { kind: 'group' }>, index: number): HTMLElement {
    const column = this.model.view.group;
    const value = column === null ? '' : cellText(line.value, column).shown;
    const count = `${line.count.toLocaleString('en-US')} ${line.count === 1 ? 'task' : 'tasks'}`;
    const parts = [
      element('span', { class: 'group-name ellipsis', text: value === '' ? '(none)' : value }),
      element('span', { class: 'badge', text: count }),
      ...line.figures.map((figure) =>
        element('span', {
          class: 'dim ellipsis',
          text: figureText(figure, line.count),
          title: figureTitle(figure),
        }),
      ),
    ];
    return element(
      'div',
      {
        class: 'cell group-cell',
        attributes: {
          role: 'gridcell',
          id: `cell-${index}-0`,
          'aria-expanded': String(!line.isFolded),
          'aria-colspan': String(this.model.view.columns.length),
        },
      },
      [icon(line.isFolded ? icons.chevronRight : icons.chevronDown), ...parts],
    );
  }

  private cell(line: Extract<TableLine, { kind: 'task' }>, index: number, column: number): HTMLElement {
    const shown = this.model.view.columns[column]?.column ?? { kind: 'field', field: 'name' };
    const { shown: text, full, isNumber } = cellText(line.cells[column] ?? null, shown);
    const isActive = index === this.model.activeLine && column === this.model.activeColumn;
    const cell = element('div', {
      class: `cell${isNumber ? ' is-number' : ''}${isActive ? ' is-active-cell' : ''}`,
      title: full,
      attributes: { role: 'gridcell', id: `cell-${index}-${column}`, 'aria-colindex': String(column + 1) },
    });
    cell.dataset['column'] = String(column);
    const field = shown.kind === 'field' ? shown.field : undefined;
    cell.append(...cellContent(line, field, text));
    if (field === 'name') {
      cell.classList.add('is-name');
      this.markDrawn(cell, this.model.looks.get(line.id));
    }
    return cell;
  }

  /** A task that an open panel draws wears its line, which is told after the name to those who cannot see it. */
  private markDrawn(cell: HTMLElement, look: number | undefined): void {
    if (look !== undefined) {
      const words = `Drawn in a panel: ${lookName(look)}`;
      const sample = this.looks.sample(look);
      sample.title = words;
      cell.prepend(sample);
      cell.append(element('span', { class: 'visually-hidden', text: words }));
    }
  }

  private drawHead(): void {
    this.head.replaceChildren(...this.model.view.columns.map((_, index) => this.headCell(index)));
  }

  private headCell(index: number): HTMLElement {
    const { sort, columns } = this.model.view;
    const column = columns[index]?.column ?? { kind: 'field', field: 'name' };
    const isSorted = columnKey(sort.column) === columnKey(column);
    const label = columnLabel(column);
    const direction = sort.isDescending ? 'descending' : 'ascending';
    const press = element('button', {
      class: 'head-button',
      title: `${label}. Press to sort, drag to move. Alt+Left and Alt+Right move, Shift+Left and Shift+Right resize.`,
      attributes: { type: 'button' },
    });
    press.append(
      element('span', { class: 'ellipsis', text: label }),
      ...(isSorted
        ? [
            element('span', {
              class: 'sort-sign',
              text: sort.isDescending ? '↓' : '↑',
              attributes: { 'aria-hidden': 'true' },
            }),
          ]
        : []),
    );
    press.draggable = true;
    press.addEventListener('click', () => this.events.onSort(index));
    press.addEventListener('keydown', (event) => this.headKey(event, index));
    press.addEventListener('dragstart', (event) => event.dataTransfer?.setData('text/plain', String(index)));
    const grip = element('span', { class: 'grip', attributes: { 'aria-hidden': 'true' } });
    grip.addEventListener('pointerdown', (event) => this.resize(event, index, grip));
    const cell = element(
      'div',
      {
        class: 'head-cell',
        attributes: {
          role: 'columnheader',
          'aria-colindex': String(index + 1),
          'aria-sort': isSorted ? direction : 'none',
        },
      },
      [press, grip],
    );
    cell.addEventListener('dragover', (event) => event.preventDefault());
    cell.addEventListener('drop', (event) => {
      event.preventDefault();
      this.events.onMove(Number(event.dataTransfer?.getData('text/plain')), index);
    });
    return cell;
  }

  private headKey(event: KeyboardEvent, index: number): void {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0) {
      return;
    }
    event.preventDefault();
    if (event.shiftKey) {
      const width = this.model.view.columns[index]?.widthPx ?? 0;
      this.events.onResize(index, width + step * 20, true);
      return;
    }
    const to = Math.max(0, Math.min(this.model.view.columns.length - 1, index + step));
    if (event.altKey) {
      this.events.onMove(index, to);
    }
    this.head.querySelectorAll<HTMLElement>('.head-button')[to]?.focus();
  }

  private resize(event: PointerEvent, index: number, grip: HTMLElement): void {
    event.preventDefault();
    const from = event.clientX;
    const width = this.model.view.columns[index]?.widthPx ?? 0;
    grip.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent): void =>
      this.events.onResize(index, width + move.clientX - from, false);
    const onUp = (up: PointerEvent): void => {
      grip.removeEventListener('pointermove', onMove);
      this.events.onResize(index, width + up.clientX - from, true);
    };
    grip.addEventListener('pointermove', onMove);
    grip.addEventListener('pointerup', onUp, { once: true });
  }

  private pressed(event: MouseEvent): void {
    const place = placeOf(event.target);
    if (place !== undefined) {
      event.preventDefault();
      this.focus();
      this.events.onPress(place.line, place.column, event);
    }
  }
}

function placeOf(target: EventTarget | null): { line: number; column: number } | undefined {
  const pressed = target instanceof Element ? target : undefined;
  const row = pressed?.closest<HTMLElement>('.row');
  // Beside the last cell the row still counts.
  const cell = pressed?.closest<HTMLElement>('.cell');
  return row
    ? { line: Number(row.dataset['line']), column: Number(cell?.dataset['column'] ?? 0) }
    : undefined;
}

function cellContent(
  line: Extract<TableLine, { kind: 'task' }>,
  field: TableField | undefined,
  text: string,
): HTMLElement[] {
  switch (field) {
    case 'status':
      return [statusElement(line)];
    case 'tags':
      return tagsOf(text).map((tag) => element('span', { class: 'badge', text: tag }));
    default:
      return [element('span', { class: 'ellipsis', text })];
  }
}

function statusElement(line: Extract<TableLine, { kind: 'task' }>): HTMLElement {
  const label = line.isStopping ? 'Stopping' : statusLabel(line.status);
  const status = element(
    'span',
    { class: `status${line.isStopping ? ' is-stopping' : ''}`, title: line.serverStatus },
    [statusSign(line.status, line.isStopping), element('span', { class: 'ellipsis', text: label })],
  );
  status.dataset['status'] = line.status;
  return status;
}

function tagsOf(text: string): string[] {
  return text === '' ? [] : text.split(', ');
}
